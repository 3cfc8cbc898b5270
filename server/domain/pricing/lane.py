"""One dimension's lane through a session: which element holds, and what it has run up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from server.domain.pricing.facts import ChargingState
from server.domain.pricing.rules import Exact, Moment, Turns
from server.domain.tariffs import Dimension

if TYPE_CHECKING:
    from server.domain.local_clock import Wall
    from server.domain.pricing.plan import PlannedElement


_IN_SESSION = (ChargingState.CHARGING, ChargingState.IDLE)
_RUNS_IN = {
    Dimension.ENERGY: _IN_SESSION,
    Dimension.CHARGING_TIME: (ChargingState.CHARGING,),
    Dimension.POWER_LEVEL_TIME: (ChargingState.CHARGING,),
    Dimension.IDLE_TIME: (ChargingState.IDLE,),
    Dimension.RESERVATION_TIME: (ChargingState.RESERVED,),
}


@dataclass(slots=True)
class Tally:
    """What was used, and with its steps rounded up billed, of one element at one price.

    In microseconds or millionths of a Wh; `nanos` per `planned.size` of them.
    """

    planned: PlannedElement
    nanos: int
    used: Exact = 0
    billed: Exact = 0


class Lane:
    """Energy, or one kind of time."""

    def __init__(self, dimension: Dimension, elements: list[PlannedElement]) -> None:
        self.dimension = dimension
        self.states = _RUNS_IN[dimension]
        self._elements = elements
        self._by_energy = dimension is Dimension.ENERGY
        self._holder: PlannedElement | None = None
        self._nanos = 0
        self._from: Exact = 0  # where the holder's run began
        self._paid_ahead: Exact = 0  # what is left of the last step
        self._tallies: dict[tuple[int, int], Tally] = {}
        self._entered: Exact = 0
        self._spent: Exact = 0
        self._locked: tuple[int, Wall] | None = None

    def lock(self, time: int, wall: Wall) -> None:
        """Clock and rate stand still at `time` for this lane."""
        self._locked = (time, wall)

    def enter(self, moment: Moment) -> None:
        """The dimension begins to run."""
        self._entered = moment.time

    def leave(self, moment: Moment) -> None:
        """The dimension ceases to run."""
        self._hold(moment, None, 0)
        self._spent += moment.time - self._entered

    def look(self, moment: Moment, turns: Turns) -> None:
        """Finds the element that holds from here on, and names when that may change."""
        moment.entered, moment.spent = self._entered, self._spent
        wall = moment.wall
        if self._locked:
            moment.wall = self._locked[1]
        holder = choose(self._elements, moment, turns)
        moment.wall = wall
        nanos = self._price(holder, moment, turns) if holder else 0
        if holder is not self._holder or nanos != self._nanos:
            self._hold(moment, holder, nanos)

    def tallies(self) -> list[Tally]:
        """All that was run up before the lane was last left."""
        return list(self._tallies.values())

    def copy(self) -> Lane:
        """A twin to go on from here."""
        twin = Lane.__new__(Lane)
        tallies = {key: replace(tally) for key, tally in self._tallies.items()}
        twin.__dict__.update(self.__dict__, _tallies=tallies)
        return twin

    def _price(self, holder: PlannedElement, moment: Moment, turns: Turns) -> int:
        if holder.followed is None:
            return holder.nanos
        if self._locked:
            return holder.followed.nanos(self._locked[0])
        now = int(moment.time)
        turns.at_time(moment, holder.followed.clock.next_turn(now))
        return holder.followed.nanos(now)

    def _hold(self, moment: Moment, holder: PlannedElement | None, nanos: int) -> None:
        place = moment.energy if self._by_energy else moment.time
        if self._holder is not None and place > self._from:
            self._run_up(self._holder, place - self._from)
        self._holder, self._nanos, self._from = holder, nanos, place

    def _run_up(self, holder: PlannedElement, used: Exact) -> None:
        tally = self._tallies.get((holder.index, self._nanos))
        if tally is None:
            tally = self._tallies[holder.index, self._nanos] = Tally(holder, self._nanos)
        tally.used += used
        tally.billed += self._pay(holder.step if self._nanos else 0, used)

    def _pay(self, step: int, used: Exact) -> Exact:
        """What is billed for `used`: not what an earlier step already paid for, and if that does
        not reach, whole steps."""
        short = used - self._paid_ahead
        if short <= 0:
            self._paid_ahead = -short
            return 0
        billed = -(-short // step) * step if step else short
        self._paid_ahead = billed - short
        return billed


class Fee:
    """The lane of the connection fee: due once, when first an element of it holds."""

    dimension = Dimension.SESSION
    states = _IN_SESSION

    def __init__(self, elements: list[PlannedElement]) -> None:
        self._elements = elements
        self._entered: Exact = 0
        self._locked: Wall | None = None
        self._due: Tally | None = None

    def lock(self, time: int, wall: Wall) -> None:
        """Clock and rate stand still at `time` for this lane."""
        self._locked = wall

    def enter(self, moment: Moment) -> None:
        """The session begins."""
        self._entered = moment.time

    def leave(self, moment: Moment) -> None:
        """The session ends."""

    def look(self, moment: Moment, turns: Turns) -> None:
        """Sees whether the fee is due."""
        if self._due:
            return
        moment.entered, moment.spent = self._entered, 0
        wall, moment.wall = moment.wall, self._locked or moment.wall
        holder = choose(self._elements, moment, turns)
        moment.wall = wall
        self._due = Tally(holder, holder.nanos, 1, 1) if holder else None

    def tallies(self) -> list[Tally]:
        """The fee, if it was due."""
        return [self._due] if self._due else []

    def copy(self) -> Fee:
        """A twin to go on from here."""
        twin = Fee.__new__(Fee)
        twin.__dict__.update(self.__dict__)
        return twin


def lane_of(dimension: Dimension, elements: list[PlannedElement]) -> Lane | Fee:
    """The lane for a dimension's elements."""
    return Fee(elements) if dimension is Dimension.SESSION else Lane(dimension, elements)


def choose(elements: list[PlannedElement], moment: Moment, turns: Turns) -> PlannedElement | None:
    """The first element whose rules all hold.

    One that fails is looked at again when the rule that it failed by turns, whatever its others
    do; those after the chosen one cannot matter before its own turn.
    """
    for planned in elements:
        for rule in planned.rules:
            rule.turns(moment, turns)
            if not rule.holds(moment):
                break
        else:
            return planned
    return None
