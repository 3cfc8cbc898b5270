"""Along which rows a list goes, and how far: a page never looks at more than `LOOKED_AT` rows.

Conditions that an index answers lead the way; the others are looked at row by row, in a form that
no planner takes for a way of its own. Where rows are looked at that may not be wanted, the walk is
bounded: by the key of the row behind which the next page goes on. docs/lists.md tells it all.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from peewee import SQL, CompositeKey, Expression, Field, Model, NodeList, fn

from server.api.filters import Filters
from server.api.paging import Order
from server.api.ways import FEW
from server.store.models.base import Log, ToldIndex
from server.store.reads import Rows
from server.store.statements import Statement, param

LOOKED_AT = 10_000
"""Rows that one page looks at, at most."""
FIRST_STEP = 500
"""So many are looked at first: where the wanted ones are frequent, the page is full by then."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How a list goes: `leading` are the names of conditions that an index answers."""

    leading: frozenset[str]
    ordered: bool = True
    """Whether the index has the rows in their order; if not, they are few, and sorted."""
    bounded: bool = False
    """Whether rows are met that are not wanted."""

    def steps(self, stretches: int) -> tuple[int | None, ...]:
        """How many rows to look at in one of so many stretches, and how many then; None = all."""
        if not self.bounded:
            return (None,)
        return FIRST_STEP, LOOKED_AT // stretches - FIRST_STEP


class Walks:
    """Chooses the walks of one list.

    `columns` are those behind names that are no filters'; `all_shown` says whether the list has
    every row that the conditions allow.
    """

    def __init__(
        self,
        table: type[Model],
        filters: Filters,
        columns: Mapping[str, Field],
        *,
        all_shown: bool,
    ) -> None:
        self._table = table
        self._filters = filters
        self._columns = columns
        self._all_shown = all_shown
        self._indexes = list(indexes_of(table))
        self._counting = lru_cache(maxsize=64)(self._count)

    def choose(self, rows: Rows, values: Mapping[str, Any], order: Order) -> Walk:
        """The walk in that order, for what is asked for: along an index that has all, else to the
        few rows of the rarest condition, else along the best index there is."""
        leading = self.leading(values, order)
        rest = values.keys() - leading
        rare = self._rarest(rows, values) if rest else None
        if rare is not None:
            return Walk(frozenset({rare}), ordered=False)
        return Walk(leading, bounded=bool(rest) or not self._all_shown)

    def leading(self, names: Collection[str], order: Order) -> frozenset[str]:
        """The conditions that an index answers which has the rows in that order, too."""
        wanted = [column.name for column in order.columns]
        equal = {column: name for name, column in self._equal(names)}
        best: tuple[str, ...] = ()
        for index in self._indexes:
            ahead = _columns_ahead(index, equal, wanted)
            best = ahead if len(ahead) > len(best) else best
        bounds = (name for name, column in self._filters.bounds(names) if column == wanted[0])
        return frozenset({*(equal[column] for column in best), *bounds})

    def column(self, walk: Walk) -> Field | None:
        """The first column of the index that leads the walk; None if it goes along the order."""
        equal = {column for _, column in self._equal(walk.leading)}
        name = next((index[0] for index in self._indexes if index[0] in equal), None)
        return None if name is None else getattr(self._table, name)

    def conditions(self, names: Collection[str]) -> Iterator[Expression]:
        """The conditions of the names that are no filters'."""
        for name, column in self._columns.items():
            if name in names:
                yield column == param(name)

    def _equal(self, names: Collection[str]) -> Iterator[tuple[str, str]]:
        yield from self._filters.equal(names)
        yield from ((name, self._columns[name].name) for name in self._columns if name in names)

    def _rarest(self, rows: Rows, values: Mapping[str, Any]) -> str | None:
        """The condition that fewer than FEW rows fulfil, by an index of its own; None if there
        is none such."""
        fewest, rarest = FEW, None
        for name in self._countable(values):
            (count,) = rows.one(self._counting(name), **{name: values[name]}) or (0,)
            if count < fewest:
                fewest, rarest = int(count), name
        return rarest

    def _countable(self, names: Collection[str]) -> Iterator[str]:
        first = set() if issubclass(self._table, Log) else {index[0] for index in self._indexes}
        for name, column in self._filters.indexable(names):
            if column in first:
                yield name
        for name, field in self._columns.items():
            if name in names and field.name in first:
                yield name

    def _count(self, name: str) -> Statement:
        own = (*self.conditions({name}), *self._filters.conditions({name}))
        few = self._table.select(SQL("1")).where(*own).limit(FEW)
        return Statement(few.select_from(fn.COUNT(SQL("*"))))


def row_by_row(condition: Any) -> NodeList:
    """The condition in a form that no index answers."""
    return NodeList((SQL("("), condition, SQL(") IS TRUE")))


def indexes_of(table: type[Model]) -> Iterator[tuple[str, ...]]:
    """The columns of each index of a table, but of those that have some rows only.

    A log's, and those of what is told, have every row that has the value one looks for.
    """
    meta: Any = table._meta  # noqa: SLF001 - where peewee keeps them, as documented
    if isinstance(meta.primary_key, CompositeKey):
        yield tuple(meta.primary_key.field_names)
    for field in meta.sorted_fields:
        if field.primary_key or field.index or field.unique:
            yield (field.name,)
    for index in meta.indexes:
        if isinstance(index, tuple | list):
            yield tuple(index[0])
        elif isinstance(index, ToldIndex):
            told: Any = index
            yield tuple(column.name for column in told._expressions)  # noqa: SLF001 - likewise
    if issubclass(table, Log):
        yield from (index.columns for index in table.indexes)


def _columns_ahead(
    index: tuple[str, ...], equal: Collection[str], wanted: list[str]
) -> tuple[str, ...]:
    """The columns of an index before those of the order, if they are all compared for equality."""
    for place, column in enumerate(index):
        if column == wanted[0]:
            behind = index[place:]
            return index[:place] if list(behind) == wanted[: len(behind)] else ()
        if column not in equal:
            return ()
    return ()
