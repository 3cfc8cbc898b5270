"""Charging profiles: a charger is given them, they are kept, and taken away."""

from typing import Any

import grpc
import pytest

from ampline.v1 import charging_profile_action_pb2 as pb
from ampline.v1.charging_profile_pb2 import ChargingProfile, ListChargingProfilesRequest
from ampline.v1.event_pb2 import ListEventsRequest
from server.domain import commands
from server.domain.charging_profiles import (
    GetChargingProfiles,
    Period,
    Purpose,
    RateUnit,
    Schedule,
)
from server.domain.commands import CommandAnswer
from server.store import models
from server.store.statements import Statement
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
REPORT = Statement(
    models.DeviceReport.select(models.DeviceReport.number, models.DeviceReport.whole)
)
"""What is awaited of it."""


@pytest.fixture(autouse=True)
async def charge_point(api: Api, client: Client) -> None:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)


def asked(**changes: Any) -> pb.SetChargingProfileRequest:
    """6 A by default, with these changes."""
    request = pb.SetChargingProfileRequest(
        charge_point=CP,
        purpose=ChargingProfile.TX_DEFAULT,
        kind=ChargingProfile.ABSOLUTE,
    )
    request.schedule.rate_unit = ChargingProfile.AMPERE
    request.schedule.periods.add(limit=6.1, phases=3)
    for field, value in changes.items():
        setattr(request, field, value)
    return request


async def kept(client: Client) -> list[ChargingProfile]:
    """The profiles that are listed."""
    listed = await client.charging_profiles.ListChargingProfiles(
        ListChargingProfilesRequest(parent=CP)
    )
    return list(listed.charging_profiles)


async def test_a_profile_is_installed_and_kept(api: Api, client: Client) -> None:
    answer = await client.profile_actions.SetChargingProfile(asked(evse=1, stack_level=3))
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, commands.SetChargingProfile)
    assert sent.profile.schedule == Schedule(RateUnit.AMPERE, (Period(0, 61, 3),))
    profile = answer.charging_profile
    assert (profile.evse, profile.stack_level, profile.profile_id) == (1, 3, sent.profile.number)
    assert profile.source == ChargingProfile.OPERATOR
    assert profile.schedule.periods[0].limit == 6.1
    assert await kept(client) == [profile]
    told = await client.events.ListEvents(
        ListEventsRequest(types=["charge_point.charging_profile_applied"])
    )
    (event,) = told.events
    assert event.charge_point_charging_profile_applied.charging_profile == profile


async def test_a_profile_takes_the_place_of_what_it_replaces(client: Client) -> None:
    first = await client.profile_actions.SetChargingProfile(asked(evse=1))
    other = await client.profile_actions.SetChargingProfile(asked(evse=2))
    again = await client.profile_actions.SetChargingProfile(asked(evse=1))
    ids = {profile.profile_id for profile in await kept(client)}
    assert ids == {other.charging_profile.profile_id, again.charging_profile.profile_id}
    assert first.charging_profile.profile_id not in ids
    same = asked(evse=3, profile_id=other.charging_profile.profile_id)
    await client.profile_actions.SetChargingProfile(same)
    assert sorted(profile.evse for profile in await kept(client)) == [1, 3]


async def test_what_the_charger_refuses_is_not_kept(api: Api, client: Client) -> None:
    api.stations.connect(CP, lambda _: CommandAnswer("Rejected", False))
    error = await refused(client.profile_actions.SetChargingProfile(asked()))
    assert (error.code, error.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "CHARGER_REJECTED",
    )
    assert await kept(client) == []


async def test_profiles_are_cleared_by_what_is_said_of_them(api: Api, client: Client) -> None:
    for evse in (0, 1, 2):
        await client.profile_actions.SetChargingProfile(asked(evse=evse))
    clear = pb.ClearChargingProfileRequest(
        charge_point=CP, evse=1, purpose=ChargingProfile.TX_DEFAULT
    )
    await client.profile_actions.ClearChargingProfile(clear)
    assert api.stations.sent[-1] == (
        CP,
        commands.ClearChargingProfile(None, 1, Purpose.TX_DEFAULT),
    )
    assert [profile.evse for profile in await kept(client)] == [0, 2]
    one = (await kept(client))[0].profile_id
    by_number = pb.ClearChargingProfileRequest(charge_point=CP, profile_id=one, evse=2)
    await client.profile_actions.ClearChargingProfile(by_number)
    assert [profile.evse for profile in await kept(client)] == [2]
    await client.profile_actions.ClearChargingProfile(
        pb.ClearChargingProfileRequest(charge_point=CP)
    )
    assert await kept(client) == []


async def test_a_profile_of_a_session_is_for_its_transaction(api: Api, client: Client) -> None:
    insert = models.Session.insert(
        name="sessions/s",
        charge_point=CP,
        evse=f"{CP}/evses/2",
        state=3,
        ocpp_transaction_id="77",
        start_time=1,
        create_time=1,
        update_time=1,
    )
    await api.lane.write(lambda unit: unit.execute(insert))
    request = asked(purpose=ChargingProfile.TX, kind=ChargingProfile.RELATIVE)
    assert "session" in (await refused(client.profile_actions.SetChargingProfile(request))).fields
    request.session = "sessions/none"
    assert "session" in (await refused(client.profile_actions.SetChargingProfile(request))).fields
    request.session = "sessions/s"
    profile = (await client.profile_actions.SetChargingProfile(request)).charging_profile
    assert (profile.evse, profile.ocpp_transaction_id, profile.session) == (2, "77", "sessions/s")
    request.evse = 1
    assert "evse" in (await refused(client.profile_actions.SetChargingProfile(request))).fields


async def test_every_fault_is_named_at_once(api: Api, client: Client) -> None:
    request = asked(purpose=ChargingProfile.CHARGE_POINT_MAX, evse=1)
    request.schedule.periods[0].start.FromSeconds(5)
    error = await refused(client.profile_actions.SetChargingProfile(request))
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT
    assert set(error.fields) == {"evse", "schedule.periods[0].start"}
    assert api.stations.sent == []


@pytest.mark.parametrize(
    ("wanted", "said", "is_whole"),
    [
        ({}, {}, True),
        ({"evse": 0}, {"evse": 0}, False),
        (
            {"purpose": 2, "stack_level": 0},
            {"purpose": Purpose.TX_DEFAULT, "stack_level": 0},
            False,
        ),
        ({"profile_ids": [3, 4], "evse": 1}, {"profiles": (3, 4)}, False),
    ],
)
async def test_it_is_asked_which_it_has(
    api: Api, client: Client, wanted: dict[str, Any], said: dict[str, Any], is_whole: bool
) -> None:
    request = pb.GetChargingProfilesRequest(charge_point=CP, **wanted)
    answer = await client.profile_actions.GetChargingProfiles(request)
    assert answer.charger_status == "Accepted"
    ((_, command),) = api.stations.sent
    assert isinstance(command, GetChargingProfiles)
    assert command == GetChargingProfiles(command.number, **said)
    report = await api.lane.write(lambda unit: unit.one(REPORT))
    assert report == (command.number, is_whole)


async def test_what_comes_of_all_profiles_is_told(api: Api, client: Client) -> None:
    schedule = Schedule(RateUnit.WATT, (Period(0, 110_000),), None, 600, 14_000)
    api.stations.connect(CP, lambda _: CommandAnswer("Accepted", True, schedule=schedule))
    request = pb.GetCompositeScheduleRequest(charge_point=CP, evse=1)
    request.duration.FromSeconds(600)
    answer = await client.profile_actions.GetCompositeSchedule(request)
    assert api.stations.sent == [(CP, commands.GetCompositeSchedule(1, 600))]
    assert answer.schedule.periods[0].limit == 11_000
    assert (answer.schedule.duration.seconds, answer.schedule.min_rate) == (600, 1_400)
