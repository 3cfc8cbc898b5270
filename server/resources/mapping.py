"""Rows as messages, driven by the message's descriptor.

A field is found in the column of the same name; `columns` names another one and
`computed` makes it of several. A field with neither stops the server at import. A
column without a field is private. By type:

    string, bool, int, enum, double    the column's value
    Timestamp, Duration                whole microseconds
    google.type.Money                  `<field>_micros` and the column `currency`
    message, repeated, map             a BLOB with the field's wire bytes, tag included

A column that is NULL leaves its field absent.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from google.api.field_behavior_pb2 import INPUT_ONLY
from google.protobuf.message import Message
from peewee import JOIN, Expression, Field, Model, ModelSelect

from server.resources import wire
from server.resources.descriptors import FieldType, behaviors, referenced_type, type_name
from server.resources.kept_fields import column_value, encoder_of

M = TypeVar("M", bound=Message)
Row = Sequence[Any]


class UnmappedFieldError(TypeError):
    """A field that no column and no function gives a value to."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A field made of several columns; the function gets their values and may return None.

    For several fields that are made together it returns a value for each.
    """

    columns: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Join:
    """A row of another table that comes along, if there is one; `body` is the field's message."""

    table: type[Model]
    on: Expression
    body: Field


@dataclass(frozen=True, slots=True)
class _Made:
    """Computed fields of a row: where their columns stand, and how each is written."""

    columns: Callable[[Row], Any]
    function: Callable[..., Any]
    encoders: tuple[wire.Encoder, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A field with a column of its own; `default` is what a row has where the field is absent;
    `may_refer`: it names another resource, or none."""

    field: FieldType
    column: str
    default: Any
    may_refer: bool


class Mapping(Generic[M]):
    """How the rows of `table` become messages of `message_type`, and the other way round.

    `derived` are private columns made of the message, such as a text to search in; `elsewhere`
    are fields that a row does not know and its reader adds. `remembered` is of how many rows the
    bytes are kept for the next time: worth it where the same rows are read over and over. `key` is
    a column that stands first in a row, where the name does not, for it is computed.
    """

    def __init__(
        self,
        message_type: type[M],
        table: type[Model],
        *,
        columns: Map[str, str] | None = None,
        computed: Map[str | tuple[str, ...], Computed] | None = None,
        joined: Map[str, Join] | None = None,
        derived: Map[str, Callable[[M], Any]] | None = None,
        elsewhere: Collection[str] = (),
        remembered: int = 0,
        key: str = "",
    ) -> None:
        self.message_type = message_type
        self.descriptor = message_type.DESCRIPTOR
        self.table: Any = table
        self.derived = dict(derived or {})
        self._names = dict(columns or {})
        self._computed = _by_fields(computed or {})
        self._joined = dict(joined or {})
        self._elsewhere = frozenset(elsewhere)
        self._selected: list[Field] = []
        self._encoders: list[wire.Encoder] = []
        self._made: list[_Made] = []
        if key:
            self._select(self._field_of(key, "name"), _nothing)
        self._read(self.descriptor.fields)
        self._kept = {
            field.name: self._as_kept(field)
            for field in self.descriptor.fields
            if self.keeps(field.name)
        }
        self.columns = tuple(self._selected)
        """What to SELECT, in the order that `to_bytes` and `to_message` expect."""
        if remembered:
            self.to_bytes = lru_cache(remembered)(self.to_bytes)  # type: ignore[method-assign]

    def query(self) -> ModelSelect:
        """A SELECT of the columns, joins included; add what to look for."""
        query: ModelSelect = self.table.select(*self.columns)
        for join in self._joined.values():
            query = query.join_from(self.table, join.table, JOIN.LEFT_OUTER, on=join.on)
        return query

    def to_bytes(self, row: Row) -> bytes:
        """The row as a serialized message."""
        parts = [
            encode(value)
            for encode, value in zip(self._encoders, row, strict=False)
            if value is not None
        ]
        for made in self._made:
            values = made.function(*made.columns(row))
            for encode, value in zip(made.encoders, values, strict=True):
                if value is not None:
                    parts.append(encode(value))
        return b"".join(parts)

    def to_message(self, row: Row) -> M:
        """The row as a message."""
        return self.message_type.FromString(self.to_bytes(row))

    def to_columns(self, message: M, fields: Iterable[str]) -> dict[str, Any]:
        """The values of the named fields by column, and of every column derived from the message.

        An absent field is NULL, or the column's default where that cannot be; so is a reference
        that is empty: it is to nothing. Fields that have
        no column of their own (computed, joined, input only) are passed over.
        """
        values = {}
        for kept in map(self._kept.get, fields):
            if kept is not None:
                value = column_value(message, kept.field)
                absent = value is None or (kept.may_refer and value == "")
                values[kept.column] = kept.default if absent else value
        return values | {name: function(message) for name, function in self.derived.items()}

    def complete(self, message: M) -> None:
        """Gives every field that is absent, but cannot be in a row, its column's default."""
        for name, kept in self._kept.items():
            if kept.default is None or not kept.field.has_presence:
                continue
            if not message.HasField(name):
                setattr(message, name, kept.default)

    def _as_kept(self, field: FieldType) -> _Kept:
        column = self._column(field.name)
        may_refer = bool(column.null and referenced_type(field))
        return _Kept(field, column.name, None if column.null else column.default, may_refer)

    def _read(self, fields: Iterable[FieldType]) -> None:
        for field in fields:
            made = self._computed_by_type(field)
            if made is not None:
                self._computed.setdefault((field.name,), made)
            elif field.name in self._joined:
                self._select(self._joined[field.name].body, wire.body(field.number))
            elif self.keeps(field.name):
                self._select(self._column(field.name), encoder_of(field))
        for names, computed in self._computed.items():
            self._make(names, computed)

    def _select(self, column: Field, encode: wire.Encoder) -> None:
        self._selected.append(column)
        self._encoders.append(encode)

    def _make(self, names: tuple[str, ...], computed: Computed) -> None:
        columns = [self._field_of(name, names[0]) for name in computed.columns]
        places = [self._place(column) for column in columns]
        fields = [self.descriptor.fields_by_name[name] for name in names]
        encoders = tuple(encoder_of(field, computed=True) for field in fields)
        function = computed.function if len(names) > 1 else _alone(computed.function)
        self._made.append(_Made(_picking(places), function, encoders))

    def _place(self, column: Field) -> int:
        """Where the column stands in a row; it is selected if it was not yet."""
        for place, selected in enumerate(self._selected):
            if selected is column:
                return place
        self._selected.append(column)
        return len(self._selected) - 1

    def _computed_by_type(self, field: FieldType) -> Computed | None:
        if field.name == "etag":
            return Computed(("version",), etag_of)
        micros = f"{field.name}_micros"
        if type_name(field) == "google.type.Money" and hasattr(self.table, micros):
            return Computed(("currency", micros), _amount)
        return None

    def _column(self, name: str) -> Field:
        return self._field_of(self._names.get(name, name), name)

    def _field_of(self, column: str, field: str) -> Field:
        found = getattr(self.table, column, None)
        if not isinstance(found, Field):
            table = self.table.__name__
            raise UnmappedFieldError(
                f"{self.descriptor.full_name}.{field}: {table} has no {column}"
            )
        return found

    def keeps(self, name: str) -> bool:
        """Whether the field has a column of its own: it can be written, and read again."""
        made = name in self._joined or any(name in names for names in self._computed)
        made = made or name in self._elsewhere
        return not made and INPUT_ONLY not in behaviors(self.descriptor.fields_by_name[name])


def _by_fields(
    computed: Map[str | tuple[str, ...], Computed],
) -> dict[tuple[str, ...], Computed]:
    return {(names,) if isinstance(names, str) else names: made for names, made in computed.items()}


def _nothing(_: Any) -> bytes:
    return b""


def _alone(function: Callable[..., Any]) -> Callable[..., tuple[Any]]:
    return lambda *values: (function(*values),)


def _picking(places: Sequence[int]) -> Callable[[Row], Any]:
    """Takes the values of these places out of a row."""
    return itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)


def etag_of(version: int) -> str:
    """The etag of a resource in its so-manieth version."""
    return f'"{version}"'


def _amount(currency: str | None, micros: int | None) -> tuple[str, int] | None:
    return None if currency is None or micros is None else (currency, micros)
