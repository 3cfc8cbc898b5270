"""What sharing begins with: the supplies with what is free on them, and who takes from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EVERY_PHASE = (0, 1, 2)
"""The phases of the topmost supply; one that has fewer uses the first."""


@dataclass(frozen=True, slots=True)
class Feeder:
    """A circuit as it is shared now.

    `free_a` is what its takers and those below it may draw on each phase: the limit that holds
    now, less the load that nobody manages. Below zero where that load alone is too much.
    """

    name: str
    parent: str | None
    free_a: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Taker:
    """One who draws from a feeder."""

    name: str
    feeder: str
    most_a: float
    """What car, cable, EVSE and profiles take."""
    least_a: float = 6.0
    """Less than this is of no use to it: it gets that, or nothing."""
    phases: tuple[int, ...] = EVERY_PHASE
    """Those of the topmost supply that it draws on."""
    bound_a: float = 0.0
    """What is counted for it whatever is decided: its share is never less."""
    priority: int = 0
    """The higher gets its least first."""
    turn: int = 0
    """How often it had its turn, of those with its priority: the fewer, the sooner."""
    arrival: int = 0
    """Who came sooner gets its least sooner, among the like."""
    weight: float = 1.0
    """What is above the least is shared in proportion to it."""
    resting: bool = False
    """It draws nothing of what it is given: it shares what the others leave."""

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Its place among those who want their least."""
        return -self.priority, self.turn, self.arrival, self.name


class Paths:
    """Which limits a taker draws through: its feeder's and those above, on each of its phases.

    A limit is an index into `free`, three to a feeder. A feeder whose parent is not told of
    hangs on the grid.
    """

    def __init__(self, feeders: Sequence[Feeder]) -> None:
        self._parents: Mapping[str, str | None] = {each.name: each.parent for each in feeders}
        self._numbers = {each.name: number for number, each in enumerate(feeders)}
        self._found: dict[tuple[str, tuple[int, ...]], tuple[int, ...]] = {}
        self.free = [phase_a for each in feeders for phase_a in each.free_a]

    def of(self, taker: Taker) -> tuple[int, ...]:
        """The limits of one taker, nearest first. KeyError if its feeder is unknown."""
        key = taker.feeder, taker.phases
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(self._climb(*key))
        return found

    def _climb(self, feeder: str, phases: tuple[int, ...]) -> list[int]:
        path: list[int] = []
        at: str | None = feeder
        while at is not None and at in self._numbers:
            first = 3 * self._numbers[at]
            path += [first + phase for phase in phases]
            at = self._parents[at]
        if not path:
            raise KeyError(feeder)
        return path
