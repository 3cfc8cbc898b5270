"""The simulated station holds places, and begins sessions with the limits that come along."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from ampline.v1.evse_pb2 import Evse
from clients.charger import Ocpp16, Ocpp21, Ocpp201, Station, start_up
from clients.charger.dialect import Dialect
from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Schedule,
)
from server.domain.commands import CancelReservation, CommandAnswer, ReserveNow, StartTransaction
from server.store import models
from server.store.clock import now_us
from tests.ocpp.conftest import Platform
from tests.ocpp.test_commands import send

DIALECTS: dict[str, Callable[[], Dialect]] = {"1.6": Ocpp16, "2.0.1": Ocpp201, "2.1": Ocpp21}
LIMITS = ChargingProfile(
    9, 1, 1, Purpose.TX, Kind.RELATIVE, Schedule(RateUnit.AMPERE, (Period(0, 100),))
)


@pytest.fixture(params=DIALECTS)
async def station(platform: Platform, request: pytest.FixtureRequest) -> AsyncIterator[Station]:
    """A station that was accepted."""
    dialect = DIALECTS[request.param]()
    async with Station(f"{platform.url}/ocpp", "OPEN", dialect=dialect) as station:
        await start_up(station)
        yield station


def reserving(seconds: float = 3600, number: int = 7, token: str = "AAAA") -> ReserveNow:
    return ReserveNow(number, 1, 1, token, datetime.now(UTC) + timedelta(seconds=seconds))


async def status(platform: Platform, wanted: "Evse.HardwareStatus.ValueType") -> None:
    """Waits until the EVSE is told to be so."""

    async def told() -> bool:
        return [row.hardware_status for row in await platform.rows(models.Evse)] == [wanted]

    await platform.until(told)


async def test_a_place_is_held_and_given_up(platform: Platform, station: Station) -> None:
    assert await send(platform, reserving()) == CommandAnswer("Accepted", True)
    await status(platform, Evse.RESERVED)
    other = await send(platform, reserving(number=8, token="BBBB"))
    assert other == CommandAnswer("Occupied", False)
    assert not (await send(platform, StartTransaction(1, 1, "BBBB", 5))).accepted
    assert (await send(platform, CancelReservation(7))).accepted
    await status(platform, Evse.AVAILABLE)
    assert not (await send(platform, CancelReservation(7))).accepted


async def test_a_places_time_is_over(platform: Platform, station: Station) -> None:
    assert (await send(platform, reserving(seconds=0.2))).accepted
    await station.until(lambda: 7 not in station.reservations)
    await status(platform, Evse.AVAILABLE)


async def test_whom_a_place_is_held_for_begins_with_limits(
    platform: Platform, station: Station
) -> None:
    held = models.Reservation.insert(
        name="reservations/r",
        charge_point="chargePoints/OPEN",
        evse="chargePoints/OPEN/evses/1",
        token="AAAA",
        user="users/ann",
        state=1,
        expire_time=now_us() + 3_600_000_000,
        ocpp_reservation_id=7,
        create_time=now_us(),
        update_time=now_us(),
    )
    await platform.lane.write(lambda unit: unit.execute(held))
    assert (await send(platform, reserving())).accepted
    started = StartTransaction(1, 1, "AAAA", 5, profile=LIMITS)
    assert (await send(platform, started)).accepted
    place = station.connectors[1]
    await station.until(lambda: bool(station.limits.profiles))
    assert place.session is not None
    place.session.advance()
    assert place.limit_a == 10
    assert (await platform.one(models.Reservation)).state == 4  # DONE
    session = await platform.one(models.Session)
    assert (await platform.one(models.Reservation)).session == session.name
