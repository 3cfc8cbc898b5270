"""The trail of a session: its readings and states, put into one order and made to fit.

Whoever follows it is told of straight lines, and of changes of state where they happen.
"""

from __future__ import annotations

from collections import deque
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from server.domain.local_clock import micros_of
from server.domain.pricing.facts import ChargingState
from server.domain.pricing.rules import WH, Exact
from server.domain.pricing.walk import exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.pricing.facts import SessionFacts


class OutOfOrderError(ValueError):
    """A reading or a state from before where the session was followed to: price it as a whole."""


class Follower(Protocol):
    """Somebody who goes along."""

    def straight_to(self, time: Exact, energy: Exact) -> None:
        """The session went on to there, evenly."""

    def change(self, state: ChargingState) -> None:
        """From here on it is in that state."""


class Trail:
    """Leads its followers along a session, reading by reading.

    A change of state waits for the reading after it, because only that tells how much energy
    was before the change and how much after.
    """

    def __init__(self, facts: SessionFacts, followers: Sequence[Follower]) -> None:
        self._start: int = micros_of(facts.start)
        self._time: Exact = self._start
        self._energy: Exact = 0
        self._waiting: deque[tuple[int, ChargingState]] = deque()
        self._followers = followers
        if facts.reserved_from:
            self._time = micros_of(facts.origin)
            for follower in followers:
                follower.change(ChargingState.RESERVED)
            self._go_to(self._start, 0)
        self._plan_states(facts)

    def sample(self, time: int, energy: int) -> None:
        """A reading, in microseconds since 1970 and millionths of a Wh."""
        if time <= self._start:
            return
        if time < self._time:
            raise OutOfOrderError("the session was already followed to a later reading")
        if self._waiting and self._waiting[0][0] < time:
            self._change_before(time, max(energy, self._energy))
        self._go_to(time, max(energy, self._energy))

    def change(self, time: int, state: ChargingState) -> None:
        """A change of state."""
        time = max(time, self._start)
        last = self._waiting[-1][0] if self._waiting else self._time
        if time < last:
            raise OutOfOrderError("the session was already followed to a later state")
        if self._waiting and time == last:
            self._waiting.pop()
        self._waiting.append((time, state))

    def fork(self, followers: Sequence[Follower]) -> Trail:
        """The same trail with others to lead, who stand where its own do."""
        twin = Trail.__new__(Trail)
        twin.__dict__.update(self.__dict__, _waiting=self._waiting.copy(), _followers=followers)
        return twin

    def finish(self, end: int, power_w: int = 0) -> None:
        """Leads on to the end, with that power after the last reading."""
        if power_w and end > self._time:
            self.sample(end, int(self._energy + (end - self._time) * power_w / Fraction(3_600)))
        end = max(end, self._start)
        self._change_before(end + 1, self._energy)
        self._go_to(max(end, self._time), self._energy)

    def _change_before(self, time: int, energy: Exact) -> None:
        """Makes the changes that come before the end of the straight line to there."""
        while self._waiting and self._waiting[0][0] < time:
            at, state = self._waiting.popleft()
            rise, part = energy - self._energy, at - self._time
            self._go_to(at, self._energy + (part and exact(rise * part, time - self._time)))
            for follower in self._followers:
                follower.change(state)

    def _go_to(self, time: Exact, energy: Exact) -> None:
        for follower in self._followers:
            follower.straight_to(time, energy)
        self._time, self._energy = time, energy

    def _plan_states(self, facts: SessionFacts) -> None:
        periods = [(micros_of(period.start), period.state) for period in facts.periods]
        periods.sort(key=_when)
        for time, state in [(self._start, ChargingState.CHARGING), *periods]:
            self.change(time, state)


def micro_wh(energy_wh: int | Decimal) -> int:
    """Energy in Wh, as millionths of it."""
    if isinstance(energy_wh, int):
        return energy_wh * WH
    return int(energy_wh.scaleb(6).to_integral_value(ROUND_HALF_UP))


def _when(period: tuple[int, ChargingState]) -> int:
    return period[0]
