"""The globe as a quadtree: a whole number for every place, so that an index can find what is near.

Parallels and meridians halve the globe again and again; a cell of one level has four
of the next. A place's code is that of its cell at the last level, and the codes of the
places within a cell are a range. Distances are along the surface of a sphere.
"""

from collections.abc import Iterator
from math import asin, atan2, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8
"""The mean radius of the Earth (IUGG), in metres."""

HAIR = 1e-9
"""Degrees by which rounding may put a place beyond the edge of its cell."""

LEVELS = 26
"""A cell of the last level is 60 cm wide at the equator."""


class Position(NamedTuple):
    """WGS 84, in degrees."""

    latitude: float
    longitude: float

    @property
    def antipode(self) -> "Position":
        """The place on the other side of the globe."""
        longitude = self.longitude - 180 if self.longitude > 0 else self.longitude + 180
        return Position(-self.latitude, longitude)


class Box(NamedTuple):
    """What lies between two parallels and two meridians; `west` is never east of `east`."""

    south: float
    west: float
    north: float
    east: float

    def halves(self) -> list["Box"]:
        """The same as boxes that do not cross the 180th meridian, even if this one does."""
        if self.west <= self.east:
            return [self]
        return [self._replace(east=180.0), self._replace(west=-180.0)]

    def overlaps(self, other: "Box") -> bool:
        """Whether they have a place in common."""
        apart = self.south > other.north or self.north < other.south
        return not (apart or self.west > other.east or self.east < other.west)

    def holds(self, other: "Box") -> bool:
        """Whether the other lies within this one."""
        lies = self.south <= other.south and other.north <= self.north
        return lies and self.west <= other.west and other.east <= self.east


class Cell(NamedTuple):
    """A cell; `path` counts the cells of its level along a Z-shaped curve."""

    level: int
    path: int

    @property
    def codes(self) -> tuple[int, int]:
        """Its places have a code of the first or above, and below the second."""
        shift = 2 * (LEVELS - self.level)
        return self.path << shift, (self.path + 1) << shift

    @property
    def box(self) -> Box:
        """Where it lies."""
        row, column = _gather(self.path >> 1), _gather(self.path)
        height, width = 180 / (1 << self.level), 360 / (1 << self.level)
        south, west = row * height - 90, column * width - 180
        return Box(south, west, south + height, west + width)

    def children(self) -> Iterator["Cell"]:
        """The four cells within it; none at the last level."""
        if self.level < LEVELS:
            for quarter in range(4):
                yield Cell(self.level + 1, self.path * 4 + quarter)


GLOBE = Cell(0, 0)


def code_of(position: Position) -> int:
    """The code of a place."""
    size = 1 << LEVELS
    row = min(size - 1, int((position.latitude + 90) / 180 * size))
    column = min(size - 1, int((position.longitude + 180) / 360 * size))
    return _spread(row) << 1 | _spread(column)


def cover(box: Box, most: int) -> list[Cell]:
    """At most so many cells that together hold the box, and as little else as possible."""
    wide = Box(box.south - HAIR, box.west - HAIR, box.north + HAIR, box.east + HAIR)
    cells = [GLOBE]
    while True:
        finer: list[Cell] = []
        for cell in cells:
            parts = [cell] if wide.holds(cell.box) else [*cell.children()] or [cell]
            finer += [part for part in parts if part.box.overlaps(wide)]
        if len(finer) > most or finer == cells:
            return cells
        cells = finer


def distance(one: Position, other: Position) -> float:
    """Metres between two places."""
    south, north = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def nearest(position: Position, box: Box) -> float:
    """Metres to the nearest place of a box."""
    if box.west <= position.longitude <= box.east:
        latitude = min(max(position.latitude, box.south), box.north)
        return distance(position, Position(latitude, position.longitude))
    edges = (box.west, box.east)
    return min(
        distance(position, each) for edge in edges for each in _nearest_on(position, edge, box)
    )


def farthest(position: Position, box: Box) -> float:
    """Metres to the farthest place of a box."""
    return pi * EARTH_RADIUS_M - nearest(position.antipode, box)


def _nearest_on(position: Position, meridian: float, box: Box) -> Iterator[Position]:
    """The places on an edge of the box of which one is the nearest: its ends, and the foot of the
    perpendicular if that is between them."""
    yield Position(box.south, meridian)
    yield Position(box.north, meridian)
    latitude, across = radians(position.latitude), radians(meridian - position.longitude)
    foot = degrees(atan2(sin(latitude), cos(latitude) * cos(across)))
    if box.south < foot < box.north:
        yield Position(foot, meridian)


_SPREADING = (
    (16, 0x0000_FFFF_0000_FFFF),
    (8, 0x00FF_00FF_00FF_00FF),
    (4, 0x0F0F_0F0F_0F0F_0F0F),
    (2, 0x3333_3333_3333_3333),
    (1, 0x5555_5555_5555_5555),
)
_GATHERING = (
    (1, 0x3333_3333_3333_3333),
    (2, 0x0F0F_0F0F_0F0F_0F0F),
    (4, 0x00FF_00FF_00FF_00FF),
    (8, 0x0000_FFFF_0000_FFFF),
    (16, 0x0000_0000_FFFF_FFFF),
)


def _spread(number: int) -> int:
    """The bits of a number below 2**32, with a zero before each."""
    for shift, mask in _SPREADING:
        number = (number | number << shift) & mask
    return number


def _gather(number: int) -> int:
    """Every second bit of a number, from the last one on: undoes `_spread`."""
    number &= 0x5555_5555_5555_5555
    for shift, mask in _GATHERING:
        number = (number | number >> shift) & mask
    return number
