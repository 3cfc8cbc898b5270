"""What a List request may ask for, field by field: all that are given must hold.

A field named like a column asks for that value; the others are said in the service.
"""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from peewee import SQL, Field, Model, NodeList

from server.resources.descriptors import FieldType, MessageType
from server.resources.search import fold
from server.store.models import NestedReference
from server.store.statements import param

NOT_FILTERS = frozenset({"page_size", "page_token", "order_by", "parent"})
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition: `column` compared with a field of the request, after `convert`."""

    column: str
    operator: str = "="
    convert: Convert | None = None

    def condition(self, table: type[Model], name: str) -> NodeList:
        """What the query asks for; the value comes in under the name."""
        column: Field = getattr(table, self.column)
        return NodeList((column, SQL(self.operator), param(name), SQL(self.ending)))

    @property
    def ending(self) -> str:
        """What stands behind the value."""
        return "ESCAPE '!'" if self.operator == "LIKE" else ""


def at_least(column: str) -> Filter:
    """The column at or after a time, or at least so much."""
    return Filter(column, ">=")


def at_most(column: str) -> Filter:
    """At most so much."""
    return Filter(column, "<=")


def before(column: str) -> Filter:
    """The column before a time."""
    return Filter(column, "<")


def contains(column: str) -> Filter:
    """The text anywhere in the column, without regard to case and accents."""
    return Filter(column, "LIKE", _pattern)


def same(column: str, convert: Convert) -> Filter:
    """The column is what `convert` makes of the value."""
    return Filter(column, "=", convert)


@dataclass(frozen=True, slots=True)
class _NamedWithin(Filter):
    """A resource that names the value in one of its lists, or deeper."""

    def condition(self, table: type[Model], name: str) -> NodeList:
        referrers = NestedReference.select(NestedReference.referrer)
        referrers = referrers.where(NestedReference.target == param(name))
        return NodeList((getattr(table, self.column).in_(referrers),))


NAMES: Filter = _NamedWithin("name")
"""The resource refers to the value in a list or within a message; see `server.api.referrers`."""


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
        """What the request asks for, by field; nothing for what it does not."""
        return {
            field.name: _value(request, field, chosen.convert)
            for field, chosen in self._filters.items()
            if _is_given(request, field)
        }

    def conditions(self, names: Any) -> list[NodeList]:
        """The conditions of the named fields."""
        return [
            chosen.condition(self._table, field.name)
            for field, chosen in self._filters.items()
            if field.name in names
        ]


def _filter_for(field: FieldType, table: type[Model], told: Map[str, Filter]) -> Filter:
    chosen = told.get(field.name) or Filter(field.name)
    if not isinstance(getattr(table, chosen.column, None), Field):
        raise UnknownFilterError(f"{field.full_name}: {table.__name__} has no {chosen.column}")
    return chosen


def _is_given(request: Message, field: FieldType) -> bool:
    if field.has_presence:
        return request.HasField(field.name)
    return bool(getattr(request, field.name))


def _value(request: Message, field: FieldType, convert: Convert | None) -> Any:
    value = getattr(request, field.name)
    if isinstance(value, Timestamp):
        value = value.seconds * 1_000_000 + -(-value.nanos // 1000)
    return convert(value) if convert else value


def _pattern(text: str) -> str:
    escaped = fold(text)
    for special in "!%_":
        escaped = escaped.replace(special, f"!{special}")
    return f"%{escaped}%"
