"""The filter for what a resource names in one of its lists, or deeper: a table of its own knows
(`server.api.referrers`), in the order in which the resources were created."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from server.api.filter import Filter
from server.api.paging import Order
from server.api.references import kind_of_table
from server.api.ways import ALONG_THE_ORDER, Path, Way
from server.store.models import NestedReference
from server.store.reads import Rows
from server.store.statements import param


@dataclass(frozen=True, slots=True)
class NamedWithin(Filter):
    """A resource that names the value in one of its lists, or deeper."""

    @property
    def compares(self) -> bool:
        """Another table knows."""
        return False

    @property
    def counts(self) -> bool:
        """And knows how many."""
        return True

    def conditions(self, table: Any, name: str, given: Collection[str]) -> Iterator[Any]:
        """The resource is among those that name it."""
        referrers = NestedReference.select(NestedReference.referrer)
        if name in given:
            found = referrers.where(NestedReference.target == param(name))
            yield getattr(table, self.column).in_(found)

    def way(self, rows: Rows, table: Any, value: Any, order: Order) -> Way:
        """Along those that name it, where they are to come as they were created."""
        if not order.goes_by(table.create_time, table.name):
            return ALONG_THE_ORDER
        return Way(_path(table), {"named": value, "naming": kind_of_table(table)})


@cache
def _path(table: Any) -> Path:
    naming = NestedReference.referrer_kind == param("naming")
    by_creation = (NestedReference.create_time, NestedReference.referrer)
    return Path(
        (NestedReference.target == param("named"), naming),
        NestedReference,
        NestedReference.referrer == table.name,
        by_creation,
        says_all=True,
    )


NAMES: Filter = NamedWithin("name")
"""The resource refers to the value in a list or within a message."""
