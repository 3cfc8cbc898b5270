"""What a circuit's limit is at a time of the week."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.local_clock import Wall


@dataclass(frozen=True, slots=True)
class ScheduledLimit:
    """A lower limit at certain times. `start` and `end` in microseconds since midnight.

    A window whose end is not after its start passes midnight and belongs to the day it begins on.
    """

    max_current_a: float
    start: int
    end: int
    weekdays: frozenset[int] = frozenset()
    """Monday is 1; empty = every day."""

    def holds(self, wall: Wall) -> bool:
        """Whether it is in force when the clock on the wall shows that."""
        today, yesterday = wall.weekday, (wall.weekday + 5) % 7 + 1
        if self.start < self.end:
            return self._on(today) and self.start <= wall.time < self.end
        return (self._on(today) and wall.time >= self.start) or (
            self._on(yesterday) and wall.time < self.end
        )

    def _on(self, weekday: int) -> bool:
        return not self.weekdays or weekday in self.weekdays


def limit_at(max_current_a: float, schedule: Iterable[ScheduledLimit], wall: Wall) -> float:
    """The lowest limit that holds then, in A."""
    held = (each.max_current_a for each in schedule if each.holds(wall))
    return min((max_current_a, *held))
