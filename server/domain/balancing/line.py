"""Who waits in line, and whose turn it is: nobody among equals waits for ever.

A turn lasts so long, counted while somebody waits. Whoever had it goes behind all who had fewer;
whoever comes new begins where the others are, not before them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Place:
    """A taker's place in line. Times in microseconds since 1970."""

    arrival: int
    turn: int = 0
    served_since: int | None = None
    """Since when it has its minimum while others wait; None = it has it not."""


def joined(line: Iterable[Place], arrival: int) -> Place:
    """The place of somebody who comes to those."""
    return Place(arrival, min((place.turn for place in line), default=0))


def moved_on(
    line: Mapping[str, Place], served: Collection[str], now: int, turn_lasts: int
) -> dict[str, Place]:
    """The line after that much time, with those served who have their minimum now."""
    someone_waits = any(name not in served for name in line)
    places = {}
    for name, place in line.items():
        if name not in served:
            places[name] = replace(place, served_since=None)
        elif place.served_since is None or not someone_waits:
            places[name] = replace(place, served_since=now)
        elif now - place.served_since >= turn_lasts:
            places[name] = replace(place, turn=place.turn + 1, served_since=now)
        else:
            places[name] = place
    return places
