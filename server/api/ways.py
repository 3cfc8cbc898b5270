"""How a list finds its rows, where a filter knows better than to walk along the order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Expression, Field, ModelSelect

from server.api.paging import Order

FEW = 1_000
"""So many rows are rather fetched and sorted than met on the way along an order."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What going by an index of a filter's own adds to a query; compiled once, so kept."""

    conditions: tuple[Expression, ...] = ()
    joined: Any = None
    """A table that leads to the rows."""
    on: Expression | None = None
    by_creation: tuple[Field, ...] = ()
    """Columns of the joined table by which it, too, has the rows as they were created."""
    says_all: bool = False
    """Whether the rows that it leads to are those that the filter wants, and no others."""

    def extend(self, query: ModelSelect, table: Any) -> ModelSelect:
        """The query, by this path."""
        if self.joined is not None:
            query = query.join_from(table, self.joined, on=self.on)
        return query.where(*self.conditions) if self.conditions else query

    def order(self, order: Order, table: Any) -> Order:
        """The same order, by the columns that this path goes along."""
        if self.by_creation and order.goes_by(table.create_time, table.name):
            return Order(self.by_creation, order.descending)
        return order


@dataclass(frozen=True, slots=True)
class Way:
    """A path, and the values that come into its query; `answers` is the filter that it says all of,
    if it does."""

    path: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    answers: str = ""


ALONG_THE_ORDER = Way(Path())
"""Row by row, until a page is full."""

NOWHERE = Way(Path())
"""There are no such rows."""
