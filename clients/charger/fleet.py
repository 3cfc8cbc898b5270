"""Many stations in one process."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from ocpp.v16.enums import Reason

from clients.charger.behaviours import Profile
from clients.charger.life import FAILURES, Backoff, run
from clients.charger.operations import end_sessions
from clients.charger.station import Station
from clients.charger.visits import Driver, Habits

FAREWELL = 3.0
"""Seconds that stations have to end their sessions when they are switched off."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A station, how it behaves, and who comes to it."""

    station: Station
    profile: Profile
    habits: Habits | None = None
    """None: nobody comes."""
    backoff: Backoff | None = None


async def run_fleet(
    residents: Iterable[Resident], *, ramp_seconds: float = 0, seed: int = 0
) -> None:
    """Lets all of them live until cancelled; then sessions are ended as at a loss of power, and
    the cars leave, so that no place is told to be taken for as long as the stations are off.

    They connect spread over `ramp_seconds`; with 0, all at once.
    """
    fleet = list(residents)
    try:
        async with asyncio.TaskGroup() as tasks:
            for number, one in enumerate(fleet):
                delay = ramp_seconds * number / len(fleet)
                tasks.create_task(live(one, delay, Random(f"{seed}:{one.station.identity}")))  # noqa: S311
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await asyncio.gather(*(switch_off(one.station) for one in fleet))


async def live(resident: Resident, delay: float, random: Random) -> None:
    """One station with all that happens to it."""
    await asyncio.sleep(delay)
    station = resident.station
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run(station, resident.backoff))
        if resident.profile.befalls is not None:
            tasks.create_task(befall(resident.profile, station))
        if resident.habits is not None:
            for number in range(1, len(station.connectors)):
                driver = Driver(station, number, resident.habits, Random(random.random()))  # noqa: S311
                tasks.create_task(driver.keep_coming())


async def befall(profile: Profile, station: Station) -> None:
    """What befalls a station, again and again whatever it runs into."""
    assert profile.befalls is not None
    while True:
        with suppress(*FAILURES):
            await profile.befalls(station)


async def switch_off(station: Station) -> None:
    """Ends the sessions and lets the cars go, tells of it where there is a connection, closes."""
    with suppress(OSError, TimeoutError):
        await end_sessions(station, Reason.power_loss)
        for place in station.connectors:
            if place.car is not None:
                await station.unplug(place.number)
    await station.close()
