"""The charging profiles of a station, and what current they leave.

OCPP 1.6 section 3.13, 2.0.1 block K. A station in fast time lives among platforms in real time, so
profiles go by the real clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from clients.charger.car import Outlet

STATION_MAX = {"ChargePointMaxProfile", "ChargingStationMaxProfile"}
DEFAULT, TRANSACTION = "TxDefaultProfile", "TxProfile"
_EVERY = {"Daily": timedelta(days=1), "Weekly": timedelta(weeks=1)}
HIGHEST_STACK_LEVEL = 8
MOST_PERIODS = 24
MOST_PROFILES = 20


class Period(NamedTuple):
    """A limit from so many seconds on, in the profile's unit."""

    start: int
    limit: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A charging profile; place 0 is the station, or each of its connectors."""

    number: int
    place: int
    stack_level: int
    purpose: str
    kind: str
    unit: str
    """`A` or `W`."""
    periods: tuple[Period, ...]
    start: datetime | None = None
    duration: int | None = None
    recurrency: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    transaction_id: int | str | None = None

    def limit_at(self, now: datetime, began: datetime) -> float | None:
        """What it leaves a session that so began, in its unit; None = it says nothing now."""
        if (self.valid_from and now < self.valid_from) or (self.valid_to and now >= self.valid_to):
            return None
        seconds = (now - self._begin(now, began)).total_seconds()
        if seconds < 0 or (self.duration is not None and seconds >= self.duration):
            return None
        return [each for each in self.periods if each.start <= seconds][-1].limit

    def _begin(self, now: datetime, began: datetime) -> datetime:
        if self.kind == "Relative" or self.start is None:
            return began
        every = _EVERY.get(self.recurrency or "")
        return self.start if every is None else self.start + every * ((now - self.start) // every)


@dataclass(slots=True)
class Limits:
    """What a station was given."""

    profiles: list[Profile] = field(default_factory=list)

    def install(self, profile: Profile) -> bool:
        """Takes a profile, in the place of one with its number, or of its kind and level; False if
        it cannot be kept."""
        if profile.stack_level > HIGHEST_STACK_LEVEL or len(profile.periods) > MOST_PERIODS:
            return False
        kept = [each for each in self.profiles if not _replaces(profile, each)]
        if len(kept) >= MOST_PROFILES:
            return False
        self.profiles = [*kept, profile]
        return True

    def clear(self, fits: Callable[[Profile], bool]) -> bool:
        """Forgets what fits; whether there was any."""
        kept = [each for each in self.profiles if not fits(each)]
        cleared, self.profiles = len(kept) < len(self.profiles), kept
        return cleared

    def ended(self, transaction_id: int | str | None) -> None:
        """A transaction's profiles end with it."""
        own = (TRANSACTION, transaction_id)
        self.clear(lambda each: (each.purpose, each.transaction_id) == own)

    def current_a(
        self,
        place: int,
        transaction_id: int | str | None,
        outlet: Outlet,
        now: datetime,
        began: datetime,
    ) -> float | None:
        """The current of each phase that a session at a place may draw; None = all that there is.

        A transaction's own profile hides the default; the station's limit holds beside them."""
        of_session = [
            each
            for each in self.profiles
            if each.purpose == TRANSACTION and each.transaction_id == transaction_id
        ]
        defaults = [each for each in self.profiles if each.purpose == DEFAULT]
        at_large = [each for each in self.profiles if each.purpose in STATION_MAX]
        own = _highest(of_session, place, outlet, now, began)
        if own is None:
            own = _highest(defaults, place, outlet, now, began)
        limits = [own, _highest(at_large, place, outlet, now, began)]
        return min((each for each in limits if each is not None), default=None)


def _replaces(newer: Profile, older: Profile) -> bool:
    alike = ("place", "purpose", "stack_level", "transaction_id")
    same = all(getattr(newer, name) == getattr(older, name) for name in alike)
    return newer.number == older.number or same


def _highest(
    profiles: list[Profile], place: int, outlet: Outlet, now: datetime, began: datetime
) -> float | None:
    """What that of the highest level says of those that say something now, in A."""
    for each in sorted(profiles, key=lambda each: (-each.stack_level, -each.place)):
        if each.place in {0, place} and (limit := each.limit_at(now, began)) is not None:
            return limit if each.unit == "A" else outlet.current_a(limit)
    return None
