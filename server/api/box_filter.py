"""The filter of places by a box of the map, which may cross the 180th meridian.

A few cells of the quadtree cover the box. Where few places are in them, their ranges
of the index are the way; else the list is walked along, for its pages are soon full.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from peewee import SQL, Expression, fn

from server.api.filter import Filter
from server.api.paging import Order
from server.api.ways import ALONG_THE_ORDER, FEW, NOWHERE, Path, Way
from server.domain.quadtree import Box, cover
from server.store.reads import Rows
from server.store.statements import Statement, param

RANGES = 8


@dataclass(frozen=True, slots=True)
class BoxFilter(Filter):
    """Places within a message with south, west, north and east; `column` has their cells."""

    column: str = "geo_cell"

    def values(self, name: str, value: Any) -> dict[str, Any]:
        """The edges; where the box crosses the 180th meridian, under names of their own."""
        across = "across" if value.west > value.east else "within"
        return {
            f"{name}.south": value.south,
            f"{name}.north": value.north,
            f"{name}.{across}.west": value.west,
            f"{name}.{across}.east": value.east,
        }

    def conditions(self, table: Any, name: str, given: Collection[str]) -> Iterator[Any]:
        """Between the parallels and between the meridians."""
        if f"{name}.south" in given:
            yield table.latitude >= param(f"{name}.south")
            yield table.latitude <= param(f"{name}.north")
        for across in ("across", "within"):
            if f"{name}.{across}.west" in given:
                east_of_west = table.longitude >= param(f"{name}.{across}.west")
                west_of_east = table.longitude <= param(f"{name}.{across}.east")
                both = across == "within"
                yield east_of_west & west_of_east if both else east_of_west | west_of_east

    def way(self, rows: Rows, table: Any, value: Any, order: Order) -> Way:
        """By the ranges of the cells that cover the box, if few places are in them."""
        ranges = _ranges(Box(value.south, value.west, value.north, value.east))
        (count,) = rows.one(_count(table), **ranges) or (0,)
        if not count:
            return NOWHERE
        return Way(_path(table), ranges) if count < FEW else ALONG_THE_ORDER


def _ranges(box: Box) -> dict[str, int]:
    """The first code of each range, and the code behind it; all `RANGES`, some of them empty."""
    halves = box.halves()
    codes = [cell.codes for half in halves for cell in cover(half, RANGES // len(halves))]
    codes += [(0, 0)] * (RANGES - len(codes))
    edges = {f"first{place}": first for place, (first, _) in enumerate(codes)}
    return edges | {f"behind{place}": behind for place, (_, behind) in enumerate(codes)}


def _within(table: Any) -> Expression:
    ranges: list[Expression] = [
        (table.geo_cell >= param(f"first{place}")) & (table.geo_cell < param(f"behind{place}"))
        for place in range(RANGES)
    ]
    return reduce(or_, ranges)


@cache
def _path(table: Any) -> Path:
    return Path((_within(table),))


@cache
def _count(table: Any) -> Statement:
    found = table.select(table.geo_cell).where(_within(table)).limit(FEW)
    return Statement(found.select_from(fn.COUNT(SQL("*"))))
