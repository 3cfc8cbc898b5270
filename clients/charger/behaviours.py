"""What befalls stations: networks that fail, clocks that are wrong, parts that break."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ocpp.v16.enums import ChargePointErrorCode

from clients.charger.clock import Clock, StuckClock
from clients.charger.connector import Fault
from clients.charger.station import Station

Befalls = Callable[[Station], Awaitable[None]]
"""Goes on beside the station's life, until cancelled."""

MakeClock = Callable[[float, datetime | None], Clock]
"""Makes a clock of a speed and a beginning."""

FAULTS: Final = (
    Fault(ChargePointErrorCode.ground_failure, "RCD tripped", "Ampline", "E-0104"),
    Fault(ChargePointErrorCode.high_temperature, "Cable above 85 C", "Ampline", "E-0311"),
    Fault(ChargePointErrorCode.connector_lock_failure, "Lock does not close", "Ampline", "E-0207"),
)


async def offline_and_back(station: Station) -> None:
    """Loses the network in mid-session, for some minutes, and tells everything afterwards."""
    while True:
        await station.until(lambda: any(place.session for place in station.connectors), None)
        await station.clock.sleep(station.random.uniform(30, 180))
        await station.go_offline()
        await station.clock.sleep(station.random.uniform(60, 600))
        station.go_online()
        await station.clock.sleep(station.random.uniform(600, 1800))


async def faulty(station: Station) -> None:
    """Breaks now and then, and mends itself."""
    while True:
        await station.clock.sleep(station.random.uniform(300, 1800))
        number = station.random.randrange(1, len(station.connectors))
        await station.fail(number, station.random.choice(FAULTS))
        await station.clock.sleep(station.random.uniform(60, 300))
        await station.recover(number)


async def flapping(station: Station) -> None:
    """Has a bad line: drops it every half minute, and redials at once."""
    while True:
        await station.clock.sleep(station.random.uniform(15, 45))
        await station.cut()


def right_clock(speed: float, begin: datetime | None) -> Clock:
    """A clock that goes right."""
    return Clock(speed, begin)


def hours_off(speed: float, begin: datetime | None) -> Clock:
    """A clock that says UTC and means local time, and cannot be set."""
    return StuckClock(speed, begin, timedelta(hours=2))


def at_1970(speed: float, begin: datetime | None) -> Clock:
    """A clock that lost its battery, and cannot be set."""
    return StuckClock(speed, begin, datetime.fromtimestamp(0, UTC) - datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Profile:
    """A way to behave."""

    clock: MakeClock = right_clock
    befalls: Befalls | None = None


PROFILES: Final = {
    "normal": Profile(),
    "offline_and_back": Profile(befalls=offline_and_back),
    "wrong_clock": Profile(clock=hours_off),
    "clock_of_1970": Profile(clock=at_1970),
    "faulty": Profile(befalls=faulty),
    "flapping": Profile(befalls=flapping),
}
