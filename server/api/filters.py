"""What a List request may ask for, field by field: all that are given must hold.

A field named like a column asks for that value; the others are said in the service.
"""

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from peewee import Expression, Field, Model

from server.api.filter import Convert, Filter
from server.api.named_within import NAMES
from server.api.paging import Order
from server.api.text_filter import TextFilter
from server.api.ways import ALONG_THE_ORDER, Way
from server.resources.descriptors import FieldType, MessageType
from server.store.reads import Rows
from server.store.statements import param

__all__ = [
    "NAMES",
    "NO_CONDITION",
    "Filter",
    "Filters",
    "at_least",
    "at_most",
    "before",
    "contains",
    "same",
]

NOT_FILTERS = frozenset({"page_size", "page_token", "order_by", "parent"})


def at_least(column: str, settled: str = "") -> Filter:
    """The column at or after a time, or at least so much."""
    return Filter(column, ">=", settled=settled)


def at_most(column: str, settled: str = "") -> Filter:
    """At most so much."""
    return Filter(column, "<=", settled=settled)


def before(column: str) -> Filter:
    """The column before a time."""
    return Filter(column, "<")


def contains(column: str) -> TextFilter:
    """Every word of the text anywhere in the column, without regard to case and accents."""
    return TextFilter(column)


def same(column: str, convert: Convert) -> Filter:
    """The column is what `convert` makes of the value."""
    return Filter(column, "=", convert)


@dataclass(frozen=True, slots=True)
class _NoCondition(Filter):
    def values(self, name: str, value: Any) -> dict[str, Any]:
        return {}


NO_CONDITION: Filter = _NoCondition("name")
"""The field says how to list, not what."""


class UnknownFilterError(TypeError):
    """A field of a List request that no column answers to."""


class Filters:
    """The filters of one List request."""

    def __init__(
        self, request: MessageType, table: type[Model], told: Map[str, Filter] | None = None
    ) -> None:
        self._table = table
        self._filters = {
            field: _filter_for(field, table, told or {})
            for field in request.fields
            if field.name not in NOT_FILTERS
        }

    def values(self, request: Message) -> dict[str, Any]:
        """What comes into the query for what the request asks for."""
        values: dict[str, Any] = {}
        for field, chosen in self._filters.items():
            if _is_given(request, field):
                values |= chosen.values(field.name, _value(request, field))
        return values

    def conditions(self, given: Collection[str]) -> list[Any]:
        """The conditions of what is given."""
        return [
            condition
            for field, chosen in self._filters.items()
            for condition in chosen.conditions(self._table, field.name, given)
        ]

    def equal(self, given: Collection[str]) -> Iterator[tuple[str, str]]:
        """Names with their columns, of what must be equal to one value."""
        for field, chosen in self._filters.items():
            if field.name in given and chosen.compares and chosen.operator == "=":
                yield field.name, chosen.column

    def bounds(self, given: Collection[str]) -> Iterator[tuple[str, str]]:
        """Names with their columns, of what must be more or less than a value."""
        for field, chosen in self._filters.items():
            if field.name in given and chosen.compares and chosen.operator != "=":
                yield field.name, chosen.column

    def settled_bounds(self, column: str, given: Collection[str]) -> Iterator[Expression]:
        """What of the conditions the settled column says, of rows that have it."""
        for field, chosen in self._filters.items():
            if field.name in given and chosen.settled and chosen.settled == column:
                yield Expression(getattr(self._table, column), chosen.operator, param(field.name))

    def ordering(self, given: Collection[str]) -> set[str]:
        """The columns by one of which a list goes where no order is asked for: those that are
        bounded, but those with a settled column only where nothing else is asked for."""
        bounds = {column for name, column in self.bounds(given) if not self._is_settled(name)}
        if all(map(self._is_settled, given)):
            bounds.update(column for _, column in self.bounds(given))
        return bounds

    def _is_settled(self, name: str) -> bool:
        return any(field.name == name and f.settled for field, f in self._filters.items())

    def indexable(self, given: Collection[str]) -> Iterator[tuple[str, str]]:
        """Names with their columns, of what an index of the column can count."""
        for field, chosen in self._filters.items():
            if field.name in given and chosen.counts:
                yield field.name, chosen.column

    def way(self, rows: Rows, request: Message, order: Order) -> Way:
        """The first way that one of the filters knows."""
        for field, chosen in self._filters.items():
            if _is_given(request, field):
                way = chosen.way(rows, self._table, _value(request, field), order)
                if way is not ALONG_THE_ORDER:
                    return replace(way, answers=field.name) if way.path.says_all else way
        return ALONG_THE_ORDER


def _filter_for(field: FieldType, table: type[Model], told: Map[str, Filter]) -> Filter:
    chosen = told.get(field.name) or Filter(field.name)
    if not isinstance(getattr(table, chosen.column, None), Field):
        raise UnknownFilterError(f"{field.full_name}: {table.__name__} has no {chosen.column}")
    return chosen


def _is_given(request: Message, field: FieldType) -> bool:
    if field.has_presence:
        return request.HasField(field.name)
    return bool(getattr(request, field.name))


def _value(request: Message, field: FieldType) -> Any:
    value = getattr(request, field.name)
    if isinstance(value, Timestamp):
        return value.seconds * 1_000_000 + -(-value.nanos // 1000)
    return value
