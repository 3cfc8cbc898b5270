"""The queries of a list: what is asked for, by a path or a walk, compiled once for each shape."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from peewee import OP, Expression

from server.api import paging
from server.api.filters import Filters
from server.api.paging import Order, Stretch
from server.api.walks import Walk, Walks, row_by_row
from server.api.ways import Path
from server.resources.mapping import Mapping as ResourceMapping
from server.store import filing
from server.store.models.base import Log
from server.store.statements import Statement, param

Key = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Query:
    """What a page is made of: conditions by the names under which values come in."""

    order: Order
    path: Path
    walk: Walk
    names: frozenset[str]
    values: Mapping[str, Any]

    def values_for(self, begin: Key | None, end: Key | None, limit: int) -> dict[str, Any]:
        """What comes into one of its statements."""
        keys = {**paging.values_of("key", begin), **paging.values_of("end", end)}
        return {**self.values, **keys, "limit": limit}

    def shape(self, stretch: Stretch) -> "Shape":
        """What the statement for a stretch looks like."""
        return Shape(self.names, stretch, self.path, self.walk)


@dataclass(frozen=True, slots=True)
class Shape:
    """What two queries have in common that run the same statement."""

    names: frozenset[str]
    stretch: Stretch
    path: Path
    walk: Walk


class ListQueries:
    """The statements of one list.

    `where` is what holds for every row that is shown; `seen`, if that is more than what is its own,
    what holds for those that a partner sees.
    """

    def __init__(
        self,
        mapping: ResourceMapping[Any],
        filters: Filters,
        walks: Walks,
        where: Expression | None,
        seen: Expression | None = None,
    ) -> None:
        self._mapping = mapping
        self._filters = filters
        self._walks = walks
        self._where = where
        self._seen = seen
        self.rows = lru_cache(maxsize=512)(self._rows)
        """The rows of a stretch, `limit` of them."""
        self.end = lru_cache(maxsize=512)(self._end)
        """The key of the row behind `limit` others, of all rows that are met in a stretch."""

    def _rows(self, shape: Shape) -> Statement:
        order = shape.stretch.order
        seen = list(self._conditions(shape.names - shape.walk.leading))
        if self._where is not None:
            seen.append(self._where)
        conditions = [*self._leading(shape), *map(row_by_row, seen)]
        query = self._mapping.query().select_extend(*order.columns)
        query = shape.path.extend(query, self._mapping.table)
        query = query.where(*conditions) if conditions else query
        query = self._along(query, shape).order_by(*order.terms())
        return Statement(query.limit(param("limit")))

    def _end(self, shape: Shape) -> Statement:
        order, table = shape.stretch.order, self._mapping.table
        query = shape.path.extend(table.select(*order.columns), table)
        leading = list(self._leading(shape))
        query = query.where(*leading) if leading else query
        query = self._along(query, shape).order_by(*order.terms())
        return Statement(query.limit(1).offset(param("limit")))

    def _along(self, query: Any, shape: Shape) -> Any:
        """By the index that answers what leads, where it must be named: a log's."""
        column = self._walks.column(shape.walk) if issubclass(query.model, Log) else None
        return query if column is None else filing.along(query, column)

    def _leading(self, shape: Shape) -> Iterator[Any]:
        """The conditions that an index answers."""
        for condition in (*self._conditions(shape.walk.leading), *self._settled(shape)):
            yield row_by_row(condition) if _is_said_by_key(condition, shape.stretch) else condition
        for condition in shape.stretch.conditions():
            yield condition if shape.walk.ordered else row_by_row(condition)

    def _settled(self, shape: Shape) -> Iterator[Any]:
        first = shape.stretch.order.columns[0].name
        if shape.walk.ordered and not shape.stretch.with_null:
            yield from self._filters.settled_bounds(first, shape.names)

    def _conditions(self, names: frozenset[str]) -> Iterator[Any]:
        yield from self._filters.conditions(names)
        yield from self._walks.conditions(names)
        if self._seen is not None and "scope" in names:
            yield self._seen


def _is_said_by_key(condition: Any, stretch: Stretch) -> bool:
    """Whether a row behind the key fulfils it anyway, for the key's own does. An index is entered
    at one bound: it must be the key, or every page would begin where the first did."""
    ahead = {OP.LT, OP.LTE} if stretch.order.descending else {OP.GT, OP.GTE}
    return (
        stretch.after
        and isinstance(condition, Expression)
        and condition.lhs is stretch.order.columns[0]
        and condition.op in ahead
    )
