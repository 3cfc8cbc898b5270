"""An element's restrictions, each made ready to be asked again and again.

Time is in microseconds since 1970 and energy in millionths of a Wh since the
session's start. Both are whole numbers but where a straight line between two
readings was cut: there they are fractions, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from server.domain.local_clock import Wall, micros_of_day
from server.domain.tariffs import DurationBasis, PowerBasis

if TYPE_CHECKING:
    from datetime import date, time

    from server.domain.tariffs import Restrictions

Exact = int | Fraction

FAR = 1 << 100
"""Later, and more, than anything that happens."""

WH = 1_000_000
_MICROSECOND = timedelta(microseconds=1)
_NOWHEN = Wall(0, 0, 0)


class Moment:
    """The point that a session has come to, as far as a rule may ask."""

    __slots__ = ("energy", "entered", "rise", "run", "spent", "started", "time", "wall")

    def __init__(self, started: int) -> None:
        self.time: Exact = started
        self.energy: Exact = 0
        self.started: int = started  # the session, or while it is reserved the reservation
        self.rise: Exact = 0  # energy and ...
        self.run: Exact = 1  # ... time of the straight line that begins here: the power
        self.wall: Wall = _NOWHEN
        self.entered: Exact = started  # when the dimension that asks began to run
        self.spent: Exact = 0  # how long it ran before that

    def copy(self) -> Moment:
        """The same moment, to walk on from."""
        twin = Moment(self.started)
        twin.time, twin.energy, twin.rise, twin.run = self.time, self.energy, self.rise, self.run
        twin.wall = self.wall
        return twin


class Turns:
    """The next time, and the next energy, at which an answer may change."""

    __slots__ = ("energy", "time")

    def __init__(self) -> None:
        self.time: Exact = FAR
        self.energy: Exact = FAR

    def at_time(self, moment: Moment, *times: Exact) -> None:
        """Something may change at these times, of which only those to come matter."""
        for time in times:
            if moment.time < time < self.time:
                self.time = time

    def at_energy(self, moment: Moment, *energies: int) -> None:
        """Something may change at these readings, of which only those to come matter."""
        for energy in energies:
            if moment.energy < energy < self.energy:
                self.energy = energy


class Rule(Protocol):
    """One restriction."""

    def holds(self, moment: Moment) -> bool:
        """Whether it holds from this moment on, until one of its turns."""

    def turns(self, moment: Moment, turns: Turns) -> None:
        """Names when that may change. Clock and power are watched by the walk itself."""


@dataclass(frozen=True, slots=True)
class EnergyTier:
    """From `low` until `high` on the session's register."""

    low: int
    high: int

    def holds(self, moment: Moment) -> bool:
        return self.low <= moment.energy < self.high

    def turns(self, moment: Moment, turns: Turns) -> None:
        turns.at_energy(moment, self.low, self.high)


@dataclass(frozen=True, slots=True)
class TimeTier:
    """From `low` until `high` microseconds after `zero`."""

    zero: Callable[[Moment], Exact]
    low: int
    high: int

    def holds(self, moment: Moment) -> bool:
        return self.low <= moment.time - self.zero(moment) < self.high

    def turns(self, moment: Moment, turns: Turns) -> None:
        zero = self.zero(moment)
        turns.at_time(moment, zero + self.low, zero + self.high)


@dataclass(frozen=True, slots=True)
class PowerLevel:
    """While the power now is from `low` W to below `high` W."""

    low: int
    high: int

    def holds(self, moment: Moment) -> bool:
        power = moment.rise * 3600
        return self.low * moment.run <= power < self.high * moment.run

    def turns(self, moment: Moment, turns: Turns) -> None:
        """Power changes where a straight line ends."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """From `start` to `end` by the clock, through midnight where the end is not the later."""

    start: int
    end: int

    def holds(self, moment: Moment) -> bool:
        now = moment.wall.time
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def turns(self, moment: Moment, turns: Turns) -> None:
        """The local clock knows."""


@dataclass(frozen=True, slots=True)
class OnWeekdays:
    """On these days of the week."""

    days: frozenset[int]

    def holds(self, moment: Moment) -> bool:
        return moment.wall.weekday in self.days

    def turns(self, moment: Moment, turns: Turns) -> None:
        """The local clock knows."""


@dataclass(frozen=True, slots=True)
class OnDates:
    """From the day `low` until before the day `high`."""

    low: int
    high: int

    def holds(self, moment: Moment) -> bool:
        return self.low <= moment.wall.day < self.high

    def turns(self, moment: Moment, turns: Turns) -> None:
        """The local clock knows."""


def rules_of(limits: Restrictions) -> tuple[Rule, ...]:
    """Those of the restrictions that are decided as the session goes on."""
    return (
        *_tier_rules(limits),
        *_power_rules(limits),
        *(_clock_rules(limits) if limits.by_clock else ()),
    )


def micros(duration: timedelta | None, absent: int) -> int:
    """A duration in microseconds."""
    return absent if duration is None else duration // _MICROSECOND


def _tier_rules(limits: Restrictions) -> list[Rule]:
    rules: list[Rule] = []
    if limits.energy_from_wh is not None or limits.energy_to_wh is not None:
        rules.append(EnergyTier((limits.energy_from_wh or 0) * WH, _micro_wh(limits.energy_to_wh)))
    if limits.duration_from is not None or limits.duration_to is not None:
        own = limits.duration_basis is DurationBasis.DIMENSION
        low, high = micros(limits.duration_from, 0), micros(limits.duration_to, FAR)
        rules.append(TimeTier(_own_start if own else _session_start, low, high))
    if limits.grace is not None:
        rules.append(TimeTier(_stretch_start, micros(limits.grace, 0), FAR))
    return rules


def _power_rules(limits: Restrictions) -> list[Rule]:
    if not limits.by_power or limits.power_basis is not PowerBasis.MOMENTARY:
        return []
    return [PowerLevel(limits.power_from_w or 0, _or_far(limits.power_to_w))]


def _clock_rules(limits: Restrictions) -> list[Rule]:
    rules: list[Rule] = []
    if limits.start_time is not None or limits.end_time is not None:
        rules.append(TimeOfDay(_of_day(limits.start_time), _of_day(limits.end_time)))
    if limits.weekdays:
        rules.append(OnWeekdays(frozenset(int(day) for day in limits.weekdays)))
    if limits.start_date is not None or limits.end_date is not None:
        rules.append(OnDates(_ordinal(limits.start_date, 0), _ordinal(limits.end_date, FAR)))
    return rules


def _session_start(moment: Moment) -> Exact:
    return moment.started


def _stretch_start(moment: Moment) -> Exact:
    return moment.entered


def _own_start(moment: Moment) -> Exact:
    return moment.entered - moment.spent


def _micro_wh(energy_wh: int | None) -> int:
    return FAR if energy_wh is None else energy_wh * WH


def _or_far(bound: int | None) -> int:
    return FAR if bound is None else bound


def _of_day(at: time | None) -> int:
    return 0 if at is None else micros_of_day(at)


def _ordinal(day: date | None, absent: int) -> int:
    return absent if day is None else day.toordinal()
