"""A walk along a session that stops wherever an element may take over from another.

Between two such turns nothing is computed: what a piece used is the difference
of two readings, so the cost of a walk lies in its turns and hardly in its samples.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.pricing.facts import ChargingState
from server.domain.pricing.lane import Fee, Lane, lane_of
from server.domain.pricing.rules import FAR, Exact, Moment, Turns
from server.domain.tariffs import Dimension

if TYPE_CHECKING:
    from server.domain.local_clock import LocalClock
    from server.domain.pricing.lane import Tally
    from server.domain.pricing.plan import Plan


class Walk:
    """Goes along a session under one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._moment = Moment(plan.origin)
        self._state: ChargingState | None = None
        self._lanes = [lane_of(d, plan.elements[d]) for d in Dimension if d in plan.elements]
        self._active: list[Lane | Fee] = []
        self._turn_time: Exact = -1
        self._turn_energy: Exact = FAR
        self._clock_turn: int = -1
        self._level = bisect_right(plan.power_marks, 0)
        self._looked = False
        if plan.locked:
            self._lock()

    def straight_to(self, time: Exact, energy: Exact) -> None:
        """The session went on to there, evenly."""
        moment = self._moment
        if self._plan.power_marks:
            self._feel(time - moment.time, energy - moment.energy)
        if time == moment.time and energy == moment.energy:
            return
        while (
            self._turn_time < time
            or self._turn_energy < energy
            or self._turn_energy <= moment.energy
        ):
            self._go_to_turn(time, energy)
            self._look()
        moment.time, moment.energy = time, energy

    def change(self, state: ChargingState) -> None:
        """From here on the session is in that state."""
        before, self._state = self._state, state
        if before in (None, ChargingState.RESERVED):
            self._moment.started = int(self._moment.time)
        for lane in self._lanes:
            runs, ran = state in lane.states, before in lane.states
            if runs and not ran:
                lane.enter(self._moment)
            elif ran and not runs:
                lane.leave(self._moment)
        self._active = [lane for lane in self._lanes if state in lane.states]
        self._turn_time = -1
        self._looked = self._looked and before is not ChargingState.RESERVED

    def finish(self) -> list[Tally]:
        """Ends the session here: everything it has run up, the same dimensions together."""
        if not self._looked:
            self._look()
        for lane in self._active:
            lane.leave(self._moment)
        self._active = []
        return [tally for lane in self._lanes for tally in lane.tallies()]

    def copy(self) -> Walk:
        """A twin to walk on from here."""
        twin = Walk.__new__(Walk)
        lanes = [lane.copy() for lane in self._lanes]
        active = [lane for lane in lanes if self._state in lane.states]
        own = {"_moment": self._moment.copy(), "_lanes": lanes, "_active": active}
        twin.__dict__.update(self.__dict__, **own)
        return twin

    def _go_to_turn(self, time: Exact, energy: Exact) -> None:
        """Moves along the straight line to the nearest turn; not at all when that is due."""
        moment = self._moment
        ahead, climb = self._turn_time - moment.time, self._turn_energy - moment.energy
        if ahead <= 0 or climb <= 0:
            return
        run, rise = time - moment.time, energy - moment.energy
        if rise and climb * run <= ahead * rise:
            moment.time += exact(climb * run, rise)
            moment.energy = self._turn_energy
        else:
            moment.time = self._turn_time
            moment.energy += exact(rise * ahead, run)

    def _look(self) -> None:
        """Asks every running lane who holds from here on."""
        moment, turns = self._moment, Turns()
        if self._plan.clock is not None:
            self._read(self._plan.clock)
            turns.time = self._clock_turn
        for lane in self._active:
            lane.look(moment, turns)
        self._turn_time, self._turn_energy = turns.time, turns.energy
        self._looked = True

    def _read(self, clock: LocalClock) -> None:
        """Looks at the clock, unless it shows nothing new since it was last looked at."""
        now = int(self._moment.time)
        if now >= self._clock_turn:
            self._moment.wall, self._clock_turn = clock.read(now), clock.next_turn(now)

    def _feel(self, run: Exact, rise: Exact) -> None:
        """Takes note of the power; a look is due when it reached another level."""
        if not run:
            return
        self._moment.run, self._moment.rise = run, rise
        level = bisect_right(self._plan.power_marks, rise * 3600 // run)
        if level != self._level:
            self._level = level
            self._turn_time = -1

    def _lock(self) -> None:
        for lane in self._lanes:
            if lane.dimension in self._plan.locked:
                reserved = ChargingState.RESERVED in lane.states
                at = self._plan.origin if reserved else self._plan.start
                wall = self._plan.clock.read(at) if self._plan.clock else self._moment.wall
                lane.lock(at, wall)


def exact(dividend: Exact, divisor: Exact) -> Exact:
    """The quotient, as a whole number where it is one."""
    quotient = Fraction(dividend) / divisor
    return quotient.numerator if quotient.denominator == 1 else quotient
