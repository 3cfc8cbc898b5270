"""A list of places by their distance from a position, a page at a time.

The quadtree is searched best first: what is nearest of all cells and places that are
known is looked at next, a cell by its places or by its quarters. A page begins behind
the distance that the last one ended at. Cells that lie within that are left out, so a
later page looks at the cells that its ring runs through, and not at what was shown.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from google.protobuf.message import Message

from server.api import paging, scopes
from server.api.filters import Filter, Filters
from server.api.listing import Addition
from server.domain import quadtree
from server.domain.errors import invalid_field
from server.domain.quadtree import GLOBE, LEVELS, Cell, Position
from server.resources import wire
from server.resources.mapping import Mapping as RowMapping
from server.resources.mapping import Row
from server.store.reads import Rows
from server.store.statements import Statement, param

MOST_LOOKED_AT = 10_000
"""Places for a page, of which the other filters may let few pass."""

CAPACITY = 32
"""Of a cell with more places, the quarters are looked at."""

TOGETHER = 64
"""Places that are read at once."""

_CELL, _PLACE = 0, 1


class Near(NamedTuple):
    """A place, by its distance in metres."""

    distance_m: float
    name: str


class Nearest:
    """The places of a mapping's table, which has `geo_cell`, `latitude` and `longitude`."""

    def __init__(
        self,
        mapping: RowMapping[Any],
        request: type[Message],
        response: type[Message],
        *,
        filters: Mapping[str, Filter],
        addition: Addition,
    ) -> None:
        self._mapping = mapping
        self._filters = Filters(request.DESCRIPTOR, mapping.table, filters)
        self._addition = addition
        fields = mapping.descriptor.fields_by_name
        self._write_distance = wire.real_number(fields["distance_m"].number)
        self._write_resource = wire.body(response.DESCRIPTOR.fields_by_number[1].number)
        token = response.DESCRIPTOR.fields_by_name["next_page_token"]
        self._write_token = wire.text(token.number)
        table = mapping.table
        in_cell = (table.geo_cell >= param("first")) & (table.geo_cell < param("behind"))
        places = table.select(table.name, table.latitude, table.longitude).where(in_cell)
        self._all_in = Statement(places)
        self._some_in = Statement(places.limit(CAPACITY + 1))
        self._reading: dict[frozenset[str], Statement] = {}

    def page(self, request: Any, rows: Rows, partner: str | None) -> bytes:
        """The page that the request asks for, as a serialized response."""
        if request.order_by:
            raise invalid_field("order_by", "must be empty where near is given")
        asked = paging.fingerprint(request, partner)
        key = paging.from_token(request.page_token, asked)
        size = paging.page_size(request.page_size)
        position = Position(request.near.latitude, request.near.longitude)
        places = self._places(rows, position, Near(*key) if key else None)
        found: list[tuple[Near, Row]] = []
        last = None
        for some in _batches(islice(places, MOST_LOOKED_AT)):
            read = self._read(rows, request, partner, [near.name for near in some])
            found += [(near, read[near.name]) for near in some if near.name in read]
            last = some[-1]
            if len(found) > size:
                last = found[size - 1][0]
                break
        more = len(found) > size or next(places, None) is not None
        token = paging.to_token(last, asked) if more and last else ""
        return self._response(rows, found[:size], token)

    def _places(self, rows: Rows, position: Position, after: Near | None) -> Iterator[Near]:
        """Every place behind one, the nearest first."""
        heap: list[tuple[float, int, Any]] = [(0.0, _CELL, GLOBE)]
        while heap:
            distance_m, kind, what = heapq.heappop(heap)
            if kind == _PLACE:
                yield Near(distance_m, what)
            else:
                for each in self._opened(rows, position, what, after):
                    heapq.heappush(heap, each)

    def _opened(
        self, rows: Rows, position: Position, cell: Cell, after: Near | None
    ) -> Iterator[tuple[float, int, Any]]:
        """What a cell has: its places, or its quarters."""
        first, behind = cell.codes
        statement = self._all_in if cell.level == LEVELS else self._some_in
        places = rows.all(statement, first=first, behind=behind)
        if len(places) <= CAPACITY or cell.level == LEVELS:
            for name, latitude, longitude in places:
                near = Near(quadtree.distance(position, Position(latitude, longitude)), name)
                if after is None or near > after:
                    yield near.distance_m, _PLACE, name
            return
        for quarter in cell.children():
            if after is None or quadtree.farthest(position, quarter.box) >= after.distance_m - 1:
                yield quadtree.nearest(position, quarter.box), _CELL, quarter

    def _read(
        self, rows: Rows, request: Any, partner: str | None, names: Sequence[str]
    ) -> dict[str, Row]:
        """Those of the places that pass the filters, by name."""
        values = self._filters.values(request)
        if partner is not None:
            values["scope"] = partner
        given = frozenset(values)
        if given not in self._reading:
            self._reading[given] = self._compile(given)
        padded = [*names, *[""] * (TOGETHER - len(names))]
        values |= {f"name{place}": name for place, name in enumerate(padded)}
        return {row[0]: row for row in rows.all(self._reading[given], **values)}

    def _compile(self, given: frozenset[str]) -> Statement:
        table = self._mapping.table
        conditions = self._filters.conditions(given)
        if "scope" in given:
            conditions.append(scopes.seen(table))
        named = table.name.in_([param(f"name{place}") for place in range(TOGETHER)])
        return Statement(self._mapping.query().where(named, *conditions))

    def _response(self, rows: Rows, found: Sequence[tuple[Near, Row]], token: str) -> bytes:
        more = self._addition(rows, [near.name for near, _ in found])
        parts = [
            self._write_resource(
                self._mapping.to_bytes(row)
                + more.get(near.name, b"")
                + self._write_distance(near.distance_m)
            )
            for near, row in found
        ]
        return b"".join(parts) + (self._write_token(token) if token else b"")


def _batches(places: Iterator[Near]) -> Iterator[list[Near]]:
    while some := list(islice(places, TOGETHER)):
        yield some
