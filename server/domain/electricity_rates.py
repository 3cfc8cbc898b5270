"""What electricity costs the operator, by the hour, and which version of that held when.

Prices are `Money` per kWh. A rate's times of day are those of its own time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from server.domain.local_clock import LocalClock, Wall, micros_of, micros_of_day
from server.domain.money import Money
from server.domain.tariffs import Weekday

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400_000_000
"""Microseconds from one midnight to the next, by the hands of the clock."""


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """A price from `start` to `end` (00:00 = midnight that follows) on weekdays or on one date."""

    price: Money
    start: time = time(0)
    end: time = time(0)
    weekdays: frozenset[Weekday] = frozenset()
    on_date: date | None = None

    def covers(self, wall: Wall) -> bool:
        """Whether the period holds at what the wall shows."""
        end = micros_of_day(self.end) or DAY
        return self._on_day(wall) and micros_of_day(self.start) <= wall.time < end

    def _on_day(self, wall: Wall) -> bool:
        if self.on_date is not None:
            return self.on_date.toordinal() == wall.day
        return wall.weekday in self.weekdays


@dataclass(frozen=True, slots=True)
class ElectricityRate:
    """One version of a rate. A date's period wins over a weekday's; gaps cost `default_price`."""

    default_price: Money
    time_zone: tzinfo = UTC
    periods: tuple[RatePeriod, ...] = ()
    tax_percent: Decimal = Decimal(0)

    @property
    def currency(self) -> str:
        """The currency of all its prices."""
        return self.default_price.currency

    def price_on(self, wall: Wall) -> Money:
        """The price per kWh at what the wall shows in the rate's time zone."""
        covering = [period for period in self.periods if period.covers(wall)]
        dated = [period for period in covering if period.on_date is not None]
        return (dated or covering)[0].price if covering else self.default_price

    def price_at(self, moment: datetime) -> Money:
        """The price per kWh at that moment."""
        return self.price_on(LocalClock(self.time_zone).read(micros_of(moment)))


def overlapping(periods: Sequence[RatePeriod]) -> tuple[int, int] | None:
    """The places of two periods that hold at the same time on one weekday, or on one date; None
    if there are no two. A date's and a weekday's do not contend: the date wins."""
    spans: dict[Weekday | date, list[tuple[int, int, int]]] = {}
    for place, period in enumerate(periods):
        start, end = micros_of_day(period.start), micros_of_day(period.end) or DAY
        for day in period.weekdays if period.on_date is None else (period.on_date,):
            spans.setdefault(day, []).append((start, end, place))
    for taken in spans.values():
        for (_, end, former), (start, _, later) in pairwise(sorted(taken)):
            if start < end:
                return min(former, later), max(former, later)
    return None


@dataclass(frozen=True, slots=True)
class RateVersion:
    """A rate as it was from `since` on; None = from ever."""

    rate: ElectricityRate
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordedRate:
    """The versions that a session lived through, oldest first; never empty."""

    versions: tuple[RateVersion, ...]

    @classmethod
    def of(cls, rate: ElectricityRate) -> RecordedRate:
        """A rate that did not change."""
        return cls((RateVersion(rate),))


class RateClock:
    """A recorded rate, read moment by moment (microseconds since 1970)."""

    def __init__(self, recorded: RecordedRate) -> None:
        self._versions = [
            (
                micros_of(version.since) if version.since else None,
                version.rate,
                _clock(version.rate),
            )
            for version in recorded.versions
        ]

    def price(self, micros: int) -> Money:
        """The price per kWh at that moment."""
        rate, clock = self._version(micros)
        return rate.price_on(clock.read(micros))

    def version_at(self, micros: int) -> int:
        """Which of the versions holds at that moment, counted from 0."""
        begun = (since is None or since <= micros for since, _, _ in self._versions[1:])
        return sum(begun)

    def next_turn(self, micros: int) -> int:
        """The first moment after `micros` at which the price may be another."""
        _, clock = self._version(micros)
        begins = [since for since, _, _ in self._versions if since is not None and since > micros]
        return min([clock.next_turn(micros), *begins])

    def _version(self, micros: int) -> tuple[ElectricityRate, LocalClock]:
        _, rate, clock = self._versions[self.version_at(micros)]
        return rate, clock


def _clock(rate: ElectricityRate) -> LocalClock:
    marks = {mark for period in rate.periods for mark in (period.start, period.end)}
    return LocalClock(rate.time_zone, marks)
