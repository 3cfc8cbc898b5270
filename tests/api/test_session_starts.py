"""Sessions that are started from afar: with limits, for a reservation, on a token."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1 import reservation_pb2
from ampline.v1.charging_profile_pb2 import ChargingProfile, ListChargingProfilesRequest
from ampline.v1.user_pb2 import User
from server.domain import commands
from server.domain.charging_profiles import Kind, Period, Purpose, RateUnit, Schedule
from server.domain.commands import CommandAnswer
from server.domain.facts import StopReason, TransactionEnded, TransactionStarted
from server.store import models
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import charging
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, CIRCUITS, EVSES, TARIFF_GROUPS, USERS
from tests.api.test_particulars import add_balance

CP = "chargePoints/CP1"


@pytest.fixture
async def user(api: Api, client: Client) -> str:
    """A user with money, where a tariff applies; the charge point is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    await EVSES.create(client, await EVSES.build(client), parent=CP)
    api.stations.connect(CP)
    made = await USERS.make(client)
    await add_balance(client, made.name, 50)
    group = await TARIFF_GROUPS.build(client)
    group.operator_default = True
    await TARIFF_GROUPS.create(client, group)
    return str(made.name)


def limited(user: str, **changes: Any) -> pb.StartSessionRequest:
    """A start with 10 A for the first hour."""
    request = pb.StartSessionRequest(charge_point=CP, evse=1, user=user, **changes)
    request.charging_profile.kind = ChargingProfile.RELATIVE
    request.charging_profile.stack_level = 2
    schedule = request.charging_profile.schedule
    schedule.rate_unit = ChargingProfile.AMPERE
    schedule.duration.seconds = 3600
    schedule.periods.add(limit=10)
    return request


async def kept(client: Client) -> list[ChargingProfile]:
    listed = await client.charging_profiles.ListChargingProfiles(
        ListChargingProfilesRequest(parent=CP)
    )
    return list(listed.charging_profiles)


async def run(api: Api, token: str, *, ends: bool) -> None:
    """The charger begins what it was asked for, and ends it."""
    now = datetime.now(UTC)
    started = TransactionStarted(1, 1, token, 0, now - timedelta(minutes=30))

    def tell(unit: Unit) -> None:
        begun = charging.start(unit, Rules(), CP, started)
        assert begun.authorization.accepted
        if ends:
            end = TransactionEnded(begun.transaction_id, 5_000, now, StopReason.LOCAL)
            charging.end(unit, Rules(), CP, end)

    await api.lane.write(tell)


async def test_a_session_begins_with_its_limits(api: Api, client: Client, user: str) -> None:
    session = (await client.actions.StartSession(limited(user))).session
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, commands.StartTransaction)
    profile = sent.profile
    assert profile is not None
    assert (profile.purpose, profile.kind, profile.stack_level) == (Purpose.TX, Kind.RELATIVE, 2)
    assert profile.schedule == Schedule(RateUnit.AMPERE, (Period(0, 100),), None, 3600)
    (listed,) = await kept(client)
    assert (listed.profile_id, listed.session) == (profile.number, session.name)
    assert listed.source == ChargingProfile.SESSION
    await run(api, session.token, ends=True)
    assert await kept(client) == []  # the charger forgets it, too


async def test_limits_that_nobody_took_are_not_kept(api: Api, client: Client, user: str) -> None:
    odd = limited(user)
    odd.charging_profile.schedule.periods[0].start.seconds = 5
    fault = await refused(client.actions.StartSession(odd))
    assert list(fault.fields) == ["charging_profile.schedule.periods[0].start"]
    api.stations.connect(CP, lambda _: CommandAnswer("Rejected", False))
    assert (await refused(client.actions.StartSession(limited(user)))).reason == "CHARGER_REJECTED"
    assert await kept(client) == []


async def test_in_a_circuit_its_limits_are_a_cap(api: Api, client: Client, user: str) -> None:
    circuit = await CIRCUITS.make(client)
    table = models.ChargePoint
    await api.lane.write(lambda unit: unit.execute(table.update(circuit=circuit.name)))
    session = (await client.actions.StartSession(limited(user))).session
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, commands.StartTransaction)
    assert sent.profile is None
    assert [each.session for each in await kept(client)] == [session.name]
    api.stations.connect(CP, lambda _: CommandAnswer("Rejected", False))
    fault = await refused(client.actions.StartSession(limited(user)))
    assert fault.reason == "CHARGER_REJECTED"
    assert [each.session for each in await kept(client)] == [session.name]


async def test_a_session_uses_a_reservation(api: Api, client: Client, user: str) -> None:
    reserving = reservation_pb2.ReserveEvseRequest(charge_point=CP, evse=1, user=user)
    held = (await client.reservations.ReserveEvse(reserving)).reservation
    other = await USERS.make(client)
    asked = pb.StartSessionRequest(charge_point=CP, reservation=held.name, user=other.name)
    assert list((await refused(client.actions.StartSession(asked))).fields) == ["user"]
    asked.user = ""
    session = (await client.actions.StartSession(asked)).session
    assert (session.user, session.evse) == (user, f"{CP}/evses/1")
    sent = api.stations.sent[-1][1]
    assert isinstance(sent, commands.StartTransaction)
    assert (sent.evse, sent.token) == (1, held.token)
    await run(api, held.token, ends=False)
    row = models.Reservation.get()
    assert (row.state, row.session) == (reservation_pb2.Reservation.DONE, session.name)
    again = await refused(client.actions.StartSession(asked))
    assert again.reason == "RESERVATION_NOT_ACTIVE"


async def test_a_gateways_token_goes_to_the_payment(api: Api, client: Client, user: str) -> None:
    asked = pb.StartSessionRequest(charge_point=CP, evse=1, user=user, payment_token="card-1")
    odd = pb.StartSessionRequest()
    odd.CopyFrom(asked)
    odd.payment_method = User.BALANCE
    assert list((await refused(client.actions.StartSession(odd))).fields) == ["payment_token"]
    session = (await client.actions.StartSession(asked)).session
    await run(api, session.token, ends=True)
    payment = models.Transaction.get()
    assert payment.purchased_resource == session.name
    assert payment.provider_reference == "card-1"
