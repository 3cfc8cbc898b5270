"""Cars that come, charge, linger and leave: random, and the same again with the same seed."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from ocpp.v16.enums import AuthorizationStatus, ChargePointStatus

from clients.charger.car import Car
from clients.charger.connector import Connector
from clients.charger.life import FAILURES
from clients.charger.session import Session
from clients.charger.station import Station

log = logging.getLogger(__name__)

Range = tuple[float, float]
"""The least and the most."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How cars come to a connector. All times are seconds of the station's time."""

    tags: tuple[str, ...] = ("TAG",)
    pause: Range = (300, 3600)
    """Without a car."""
    energy_wh: Range = (5_000, 40_000)
    """How much they want."""
    soc: Range = (10, 60)
    """How full they come, in percent."""
    capacity_wh: Range = (40_000, 90_000)
    linger: Range = (0, 1800)
    """How long they stay when they have what they want."""
    fumble: Range = (2, 8)
    """How long plugging in, and holding out a card, takes."""


CALM = Habits()
LIVELY = Habits(pause=(10, 60), energy_wh=(1_000, 4_000), linger=(0, 30), soc=(10, 75))
"""Sessions of some minutes: what is shown to somebody."""


@dataclass(slots=True)
class Driver:
    """Somebody who keeps coming to one connector."""

    station: Station
    number: int
    habits: Habits
    random: Random

    async def keep_coming(self) -> None:
        """Visits until cancelled."""
        while True:
            await self._wait(self.habits.pause)
            with suppress(*FAILURES):
                await self.visit()

    async def visit(self) -> Session | None:
        """One visit; None where there is no place, or the card does not count."""
        place = self.station.connectors[self.number]
        if not place.free or place.car is not None or not self.station.accepted:
            return None
        await self.station.plug_in(self.number, self.car())
        session = None
        with suppress(*FAILURES):
            session = await self._charge(place)
        await self._wait(self.habits.fumble)
        await self.station.unplug(self.number)
        return session

    def car(self) -> Car:
        """The next car."""
        return Car(
            capacity_wh=self._any(self.habits.capacity_wh),
            soc=self._any(self.habits.soc),
            wants_wh=self._any(self.habits.energy_wh),
        )

    async def _charge(self, place: Connector) -> Session | None:
        tag = self.random.choice(self.habits.tags)
        await self._wait(self.habits.fumble)
        if not await authorized(self.station, tag) or not place.free:
            log.info("%s: %s may not charge", self.station.identity, tag)
            return None
        session = await self.station.start(self.number, tag)
        await self.station.until(lambda: not session.active or satisfied(place), None)
        await self._wait(self.habits.linger)
        if session.active:
            await session.stop(id_tag=tag)
        return session

    async def _wait(self, seconds: Range) -> None:
        await self.station.clock.sleep(self._any(seconds))

    def _any(self, between: Range) -> float:
        return self.random.uniform(*between)


def satisfied(place: Connector) -> bool:
    """Whether the car has what it wants."""
    return place.status is ChargePointStatus.suspended_ev


async def authorized(station: Station, id_tag: str) -> bool:
    """Whether a card may charge; without a connection the configuration decides."""
    if station.ready:
        return await station.authorize(id_tag) == AuthorizationStatus.accepted
    return station.configuration.flag("AllowOfflineTxForUnknownId")
