"""The columns of a resource: one for each value that stands in one cell, written as in JSON.

A column is called by its field's path, such as `address.postal_code`. An amount has two, `total`
and `total.currency_code`. Several plain values stand in one cell with `;` between; several
messages, or a map, as JSON.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from portal.language import _

BETWEEN = ";"
DEEPEST = 4
NANOS = Decimal(1_000_000_000)
DECIMAL, MONEY, CURRENCY = "google.type.Decimal", "google.type.Money", "currency_code"
# Messages whose JSON is a text.
TEXTS = frozenset({"google.protobuf.Duration", "google.protobuf.Timestamp"})
TRUTHS = {"true": True, "false": False}
Json = Any


@dataclass(frozen=True)
class Column:
    """A column, by the field that it holds and the path to it."""

    path: str
    field: FieldDescriptor
    computed: bool
    """Whether the server alone says it."""

    @property
    def is_text(self) -> bool:
        """Whether it holds what somebody typed, of whatever form."""
        return self.field.cpp_type == FieldDescriptor.CPPTYPE_STRING or _is_json(self.field)

    def cell(self, values: Mapping[str, Json]) -> str:
        """The cell of a resource, by its JSON; empty where nothing is said."""
        value: Json = values
        for segment in self.path.split("."):
            value = value.get(segment) if isinstance(value, Mapping) else None
        return "" if value is None else _text(self.field, value)

    def read(self, resource: Message, text: str) -> None:
        """Writes a cell into a resource. ValueError for a text that the field cannot hold."""
        part = type(resource)()
        value = _value(self.field, text)
        for segment in reversed(self.path.split(".")):
            value = {segment: value}
        try:
            json_format.ParseDict(value, part)
        except json_format.ParseError as fault:
            raise ValueError(_reason(fault)) from fault
        resource.MergeFrom(part)


def as_json(resource: Message) -> dict[str, Json]:
    """A resource with its fields by their names."""
    return json_format.MessageToDict(resource, preserving_proto_field_name=True)


@cache
def columns_of(resource: Descriptor) -> tuple[Column, ...]:
    """All columns of a resource, in the order of its fields; no etag and nothing that is secret."""
    return tuple(_columns(resource, "", False, DEEPEST))


def _columns(message: Descriptor, above: str, computed: bool, deep: int) -> Iterator[Column]:
    for field in message.fields:
        behaviors: Any = field.GetOptions().Extensions[field_behavior]  # type: ignore[index]
        if field.name == "etag" or FieldBehavior.INPUT_ONLY in behaviors:
            continue
        path = above + field.name
        told = computed or FieldBehavior.OUTPUT_ONLY in behaviors
        inner = field.message_type
        if inner is None or field.is_repeated or inner.full_name in {*TEXTS, DECIMAL}:
            yield Column(path, field, told)
        elif inner.full_name == MONEY:
            yield Column(path, field, told)
            yield Column(f"{path}.{CURRENCY}", inner.fields_by_name[CURRENCY], told)
        elif deep:
            yield from _columns(inner, f"{path}.", told, deep - 1)


def _is_json(field: FieldDescriptor) -> bool:
    return field.is_repeated and field.message_type is not None


def _text(field: FieldDescriptor, value: Json) -> str:
    if _is_json(field):
        return json.dumps(value, ensure_ascii=False)
    if field.is_repeated:
        return BETWEEN.join(map(str, value))
    kind = field.message_type.full_name if field.message_type else ""
    if kind == MONEY:
        return f"{_amount(value):f}"
    if kind == DECIMAL:
        return str(value.get("value", ""))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _amount(money: Mapping[str, Json]) -> Decimal:
    exact = int(money.get("units", 0)) + Decimal(money.get("nanos", 0)) / NANOS
    return exact.quantize(Decimal("0.01")) if exact == round(exact, 2) else exact.normalize()


def _value(field: FieldDescriptor, text: str) -> Json:
    if _is_json(field):
        return json.loads(text)
    if field.is_repeated:
        return [_one(field, each.strip()) for each in text.split(BETWEEN) if each.strip()]
    return _one(field, text)


def _one(field: FieldDescriptor, text: str) -> Json:
    kind = field.message_type.full_name if field.message_type else ""
    if kind == MONEY:
        return _money(text)
    if kind == DECIMAL:
        return {"value": text}
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        if text.lower() not in TRUTHS:
            raise ValueError(_("true or false, please"))
        return TRUTHS[text.lower()]
    return text


def _money(text: str) -> Json:
    try:
        nanos = Decimal(text) * NANOS
    except InvalidOperation:
        raise ValueError(_("a number, please")) from None
    if not nanos.is_finite() or nanos != int(nanos):
        raise ValueError(_("a number with at most nine digits after the point, please"))
    units, rest = divmod(abs(int(nanos)), int(NANOS))
    sign = -1 if nanos < 0 else 1
    return {"units": str(sign * units), "nanos": sign * rest}


def _reason(fault: json_format.ParseError) -> str:
    """Without the path, which is the column's name."""
    return str(fault).partition(": ")[2] or str(fault)
