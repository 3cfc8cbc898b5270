"""A site in fast time: cars that come and go, chargers that keep to profiles, and what goes wrong.

Times are seconds since the story's begin; currents are in A on each phase.
"""

import random
from collections import deque
from dataclasses import dataclass, field

from server.domain.charging_profiles import ChargingProfile, Purpose, RateUnit
from server.store.clock import to_us

VOLTAGE_V = 230
LEAST_A = 6.0
REACTION = 10.0


@dataclass(slots=True)
class Car:
    """A car at a charger. It takes less from 80 % on, as batteries do."""

    session: str
    arrives: float
    leaves: float
    phases: int
    most_a: float
    battery_wh: float
    charged_wh: float
    delay: float
    """Seconds until it follows a limit."""

    @property
    def wants_a(self) -> float:
        """What it would take now."""
        level = self.charged_wh / self.battery_wh
        if level >= 1:
            return 0.0
        return self.most_a if level < 0.8 else max(LEAST_A, self.most_a * (1 - level) / 0.2)

    def takes_a(self, limit_a: float) -> float:
        """What it draws of a limit."""
        wanted = min(self.wants_a, limit_a)
        return wanted if wanted >= LEAST_A else 0.0

    def charge(self, current_a: float, seconds: float) -> None:
        """Energy flows."""
        added = current_a * self.phases * VOLTAGE_V * seconds / 3600
        self.charged_wh = min(self.battery_wh, self.charged_wh + added)


@dataclass(slots=True)
class Charger:
    """A charger with one EVSE, as it is; the platform knows of it what it tells."""

    number: int
    rotation: str
    begin_us: int
    online: bool = True
    online_again: float = 0.0
    default: ChargingProfile | None = None
    tx: ChargingProfile | None = None
    car: Car | None = None
    follows_a: float = 0.0
    """What its car follows now."""
    coming: deque[tuple[float, float]] = field(default_factory=deque)
    """What its car will follow, and when: each change as late as the car is."""

    def receive(self, profile: ChargingProfile) -> None:
        """Keeps a profile in the place of the one before it."""
        if profile.purpose is Purpose.TX:
            self.tx = profile
        else:
            self.default = profile

    def limit_a(self, now: float) -> float:
        """What its profiles allow: that of the transaction hides the default."""
        profile = self.tx or self.default
        if profile is None:
            return 32.0
        schedule = profile.schedule
        assert schedule.start is not None
        assert schedule.unit is RateUnit.AMPERE
        since = now - (to_us(schedule.start) - self.begin_us) / 1e6
        begun = [each for each in schedule.periods if each.start_seconds <= max(0.0, since)]
        return begun[-1].limit_tenths / 10

    def draws_a(self, now: float) -> float:
        """What flows now: the car follows a change of limit after its delay."""
        if self.car is None:
            return 0.0
        allowed = self.limit_a(now)
        if allowed != (self.coming[-1][1] if self.coming else self.follows_a):
            self.coming.append((now + self.car.delay, allowed))
        while self.coming and self.coming[0][0] <= now:
            self.follows_a = self.coming.popleft()[1]
        return self.car.takes_a(self.follows_a)

    def plug(self, car: Car, now: float) -> None:
        """A car comes; nothing is known of its transaction's limits yet."""
        self.car, self.tx = car, None
        self.follows_a = self.limit_a(now)
        self.coming.clear()

    def unplug(self) -> None:
        """The car goes, and the transaction's profile with it."""
        self.car, self.tx = None, None


@dataclass(slots=True)
class Luck:
    """What goes wrong, and how often."""

    drop: float = 1 / 7200
    """Chance a second that a connected charger is lost, for a while."""
    refuse: float = 0.02
    lose: float = 0.01
    """That a command, or (as often) its answer, is lost."""
    meter_loss: float = 1 / 3600
    node_death: float = 1 / 7200


@dataclass
class Day:
    """Who comes when: drawn once, so that each policy has the same day."""

    chargers: int
    seconds: float
    seed: int
    cars: list[list[Car]] = field(default_factory=list)

    def __post_init__(self) -> None:
        drawn = random.Random(self.seed)
        for charger in range(self.chargers):
            self.cars.append(self._cars_of(charger, drawn))

    def _cars_of(self, charger: int, drawn: random.Random) -> list[Car]:
        cars: list[Car] = []
        at = drawn.uniform(0, self.seconds / 4)
        while at < self.seconds * 0.9:
            stays = drawn.uniform(1200, 14_400)
            battery = drawn.choice([40_000.0, 60_000.0, 77_000.0])
            phases = drawn.choice([1, 3, 3])
            cars.append(
                Car(
                    f"sessions/c{charger}n{len(cars)}",
                    at,
                    min(at + stays, self.seconds),
                    phases,
                    drawn.choice([16.0, 16.0, 32.0]),
                    battery,
                    battery * drawn.uniform(0.1, 0.9),
                    drawn.uniform(0, 5),
                )
            )
            at += stays + drawn.uniform(120, 3600)
        return cars
