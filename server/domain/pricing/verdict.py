"""What is only known of a session as a whole: how long it is, and how strong.

A minimum session length, and a power level by the session's average or peak,
decide over every minute from the first one on, and may decide otherwise as the
session goes on. So whoever prices a running session follows it under each
verdict that it can come to.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from server.domain.pricing.facts import ChargingState
from server.domain.pricing.rules import Exact, micros
from server.domain.tariffs import PowerBasis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from server.domain.tariffs import Restrictions, Tariff


class Verdict(NamedTuple):
    """A session's length in microseconds, its mean power while charging and its peak, in W."""

    length: Exact = 0
    average_w: Exact = 0
    peak_w: Exact = 0


def stands(limits: Restrictions, verdict: Verdict) -> bool:
    """Whether an element with these restrictions can hold in a session of that verdict."""
    if limits.minimum_session is not None and verdict.length < micros(limits.minimum_session, 0):
        return False
    if not limits.by_power or limits.power_basis is PowerBasis.MOMENTARY:
        return True
    average = limits.power_basis is PowerBasis.SESSION_AVERAGE
    power = verdict.average_w if average else verdict.peak_w
    return (limits.power_from_w or 0) <= power and (
        limits.power_to_w is None or power < limits.power_to_w
    )


class Verdicts:
    """Every verdict that makes a difference under a tariff: for each of the three figures, 0 and
    the marks that the tariff sets."""

    def __init__(self, tariff: Tariff) -> None:
        limits = [element.restrictions for element in tariff.elements]
        self._lengths = _marks(micros(limit.minimum_session, 0) for limit in limits)
        self._averages = _marks(_powers(limits, PowerBasis.SESSION_AVERAGE))
        self._peaks = _marks(_powers(limits, PowerBasis.SESSION_PEAK))

    def __iter__(self) -> Iterator[Verdict]:
        return (Verdict(*marks) for marks in product(self._lengths, self._averages, self._peaks))

    @property
    def differ(self) -> bool:
        """Whether there is more than one."""
        return len(self._lengths) + len(self._averages) + len(self._peaks) > 3

    def of(self, verdict: Verdict) -> Verdict:
        """The one among them that decides as `verdict` does."""
        marks = (self._lengths, self._averages, self._peaks)
        return Verdict(
            *(max(m for m in ms if m <= v) for ms, v in zip(marks, verdict, strict=True))
        )


class Watch:
    """Follows a session to its verdict."""

    def __init__(self, start: int) -> None:
        self._start: int = start
        self._time: Exact = start
        self._energy: Exact = 0
        self._charging = False
        self._charged: Exact = 0  # microseconds
        self._rise: Exact = 0  # energy and ...
        self._run: Exact = 1  # ... time of the steepest line so far

    def straight_to(self, time: Exact, energy: Exact) -> None:
        """The session went on to there, evenly."""
        run = time - self._time
        rise = energy - self._energy
        if run and rise * self._run > self._rise * run:
            self._rise, self._run = rise, run
        if self._charging:
            self._charged += run
        self._time, self._energy = time, energy

    def change(self, state: ChargingState) -> None:
        """From here on it is in that state."""
        self._charging = state is ChargingState.CHARGING

    def verdict(self) -> Verdict:
        """On the session as far as it was followed."""
        average = Fraction(self._energy * 3600) / self._charged if self._charged else 0
        peak = Fraction(self._rise * 3600) / self._run
        return Verdict(max(self._time - self._start, 0), average, peak)

    def copy(self) -> Watch:
        """A twin to follow on from here."""
        twin = Watch.__new__(Watch)
        twin.__dict__.update(self.__dict__)
        return twin


def _marks(values: Iterable[int]) -> list[int]:
    return sorted({0, *values})


def _powers(limits: Sequence[Restrictions], basis: PowerBasis) -> list[int]:
    bound = [limit for limit in limits if limit.power_basis is basis]
    ends = [end for limit in bound for end in (limit.power_from_w, limit.power_to_w)]
    return [end for end in ends if end is not None]
