"""One filter of a list: a condition that a field of the request asks for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from peewee import Expression

from server.api.paging import Order
from server.api.ways import ALONG_THE_ORDER, Way
from server.store.reads import Rows
from server.store.statements import param

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition: `column` compared with a field of the request, after `convert`.

    `settled` is a column with an index that has the same of rows that do not change any more, and
    nothing of the others: where the column changes too often to have one.
    """

    column: str
    operator: str = "="
    convert: Convert | None = None
    settled: str = ""

    @property
    def compares(self) -> bool:
        """Whether it is the comparison of its column with one value, and so what an index has."""
        return True

    @property
    def counts(self) -> bool:
        """Whether an index of its column tells how many rows fulfil it."""
        return self.compares

    def values(self, name: str, value: Any) -> dict[str, Any]:
        """What comes into the query for a value of the request's field."""
        return {name: self.convert(value) if self.convert else value}

    def conditions(self, table: Any, name: str, given: Collection[str]) -> Iterator[Any]:
        """What the query asks for; `given` are the names under which values come in."""
        if name in given:
            yield Expression(getattr(table, self.column), self.operator, param(name))

    def way(self, rows: Rows, table: Any, value: Any, order: Order) -> Way:
        """How the list finds its rows, where this filter is given."""
        return ALONG_THE_ORDER
