"""Reservations: made and canceled with the charger's consent."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from google.type.money_pb2 import Money

from ampline.v1 import reservation_pb2 as pb
from ampline.v1.tariff_pb2 import Tariff
from server.domain import commands
from server.domain.commands import CommandAnswer
from server.domain.errors import Outcome, RefusedError
from server.work.sessions import held_places
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, EVSES, TARIFF_GROUPS, TARIFFS, USERS
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


def asked(user: str) -> pb.ReserveEvseRequest:
    """EVSE 1 for an hour."""
    request = pb.ReserveEvseRequest(charge_point=CP, evse=1, user=user)
    request.expire_time.FromDatetime(datetime.now(UTC) + timedelta(hours=1))
    return request


async def test_a_place_is_reserved_and_given_up(api: Api, client: Client, user: str) -> None:
    request = asked(user)
    answer = await client.reservations.ReserveEvse(request)
    reservation = answer.reservation
    assert (reservation.state, reservation.evse) == (pb.Reservation.ACTIVE, f"{CP}/evses/1")
    assert reservation.expire_time == request.expire_time
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, commands.ReserveNow)
    assert (sent.number, sent.token) == (reservation.ocpp_reservation_id, reservation.token)
    cancel = pb.CancelReservationRequest(name=reservation.name, reason="rain")
    canceled = (await client.reservations.CancelReservation(cancel)).reservation
    assert (canceled.state, canceled.cancel_reason) == (pb.Reservation.CANCELED, "rain")
    assert api.stations.sent[-1] == (CP, commands.CancelReservation(sent.number))
    error = await refused(client.reservations.CancelReservation(cancel))
    assert (error.code, error.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "RESERVATION_NOT_ACTIVE",
    )


async def test_two_places_that_a_balance_covers_one_of(api: Api, client: Client, user: str) -> None:
    """Both are asked for before either charger has answered: the second is given back."""
    tariff = await TARIFFS.build(client)
    tariff.ClearField("elements")
    hour = tariff.elements.add(dimension=Tariff.RESERVATION_TIME, unit=Tariff.HOUR, step=60)
    hour.unit_price.CopyFrom(Money(currency_code="EUR", units=30))
    (group,) = (await TARIFF_GROUPS.list(client)).tariff_groups
    group.entries[0].tariff = (await TARIFFS.create(client, tariff)).name
    await TARIFF_GROUPS.update(client, group, "entries")
    await CHARGE_POINTS.make(client, charge_point_id="CP2")
    api.stations.connect("chargePoints/CP2")
    other = pb.ReserveEvseRequest(charge_point="chargePoints/CP2", user=user)
    api.stations.hold = asyncio.Event()
    calls = []
    for each in (asked(user), other):
        calls.append(asyncio.ensure_future(client.reservations.ReserveEvse(each)))
        await asyncio.wait_for(api.stations.awaited.get(), 10)
    api.stations.hold.set()
    kept, refusal = await calls[0], await refused(calls[1])
    assert (kept.reservation.state, refusal.reason) == (
        pb.Reservation.ACTIVE,
        "INSUFFICIENT_BALANCE",
    )
    given_back = api.stations.sent[-1]
    assert given_back[0] == "chargePoints/CP2"
    assert isinstance(given_back[1], commands.CancelReservation)
    page = await client.reservations.ListReservations(pb.ListReservationsRequest())
    assert [each.name for each in page.reservations] == [kept.reservation.name]


async def test_what_the_charger_refuses_is_not_kept(api: Api, client: Client, user: str) -> None:
    api.stations.connect(CP, lambda _: CommandAnswer("Occupied", False))
    error = await refused(client.reservations.ReserveEvse(asked(user)))
    assert (error.reason, error.metadata["status"]) == ("CHARGER_REJECTED", "Occupied")
    assert not (
        await client.reservations.ListReservations(pb.ListReservationsRequest())
    ).reservations


@pytest.mark.parametrize(
    ("answers", "asked_still"),
    [(CommandAnswer("Rejected", False), None), (None, "rain")],
    ids=["refused", "no answer"],
)
async def test_what_the_charger_did_not_give_up_is_held(
    api: Api, client: Client, user: str, answers: CommandAnswer | None, asked_still: str | None
) -> None:
    """One that does not answer may give it up all the same, and then it was asked to."""
    reservation = (await client.reservations.ReserveEvse(asked(user))).reservation

    def answer(_: commands.Command) -> CommandAnswer:
        if answers is None:
            raise RefusedError(Outcome.DEADLINE_EXCEEDED, "CHARGER_TIMEOUT", "no answer")
        return answers

    api.stations.connect(CP, answer)
    cancel = pb.CancelReservationRequest(name=reservation.name, reason="rain")
    error = await refused(client.reservations.CancelReservation(cancel))
    assert error.reason == ("CHARGER_TIMEOUT" if answers is None else "CHARGER_REJECTED")
    request = pb.GetReservationRequest(name=reservation.name)
    held = await client.reservations.GetReservation(request)
    assert (held.state, held.cancel_reason) == (pb.Reservation.ACTIVE, "")
    row = await api.lane.write(lambda unit: held_places.by_name(unit, reservation.name))
    assert row is not None
    assert row.cancel_asked == asked_still


async def test_a_late_yes_counts(api: Api, client: Client, user: str) -> None:
    """The caller was told that the charger did not answer; it has done it all the same."""

    def silent(_: commands.Command) -> CommandAnswer:
        raise RefusedError(Outcome.DEADLINE_EXCEEDED, "CHARGER_TIMEOUT", "no answer")

    async def said(call: Any, status: str, *, accepted: bool) -> list[pb.Reservation]:
        """What there is after it was said late."""
        assert (await refused(call)).reason == "CHARGER_TIMEOUT"
        assert api.stations.late is not None
        api.stations.late(CommandAnswer(status, accepted))
        await api.lane.write(lambda _: None)  # behind what was heard
        request = pb.ListReservationsRequest()
        return list((await client.reservations.ListReservations(request)).reservations)

    api.stations.connect(CP, silent)
    asking = client.reservations.ReserveEvse
    assert await said(asking(asked(user)), "Occupied", accepted=False) == []
    (held,) = await said(asking(asked(user)), "Accepted", accepted=True)
    assert (held.state, held.evse) == (pb.Reservation.ACTIVE, f"{CP}/evses/1")
    giving_up = pb.CancelReservationRequest(name=held.name, reason="rain")
    (canceled,) = await said(
        client.reservations.CancelReservation(giving_up), "Accepted", accepted=True
    )
    assert (canceled.state, canceled.cancel_reason) == (pb.Reservation.CANCELED, "rain")


async def test_what_is_not_there_is_not_found(client: Client) -> None:
    cancel = pb.CancelReservationRequest(name="reservations/none")
    error = await refused(client.reservations.CancelReservation(cancel))
    assert error.code == grpc.StatusCode.NOT_FOUND
