"""How single fields are kept: the encoder that writes one, and what its column holds of it."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from server.resources import wire
from server.resources.descriptors import FieldType, type_name

_MESSAGES: dict[str, Callable[[int], wire.Encoder]] = {
    "google.protobuf.Timestamp": wire.timestamp,
    "google.protobuf.Duration": wire.duration,
    "google.type.Money": wire.money,
}
_SCALARS: dict[int, Callable[[int], wire.Encoder]] = {
    FieldDescriptor.CPPTYPE_STRING: wire.text,
    FieldDescriptor.CPPTYPE_BOOL: wire.choice,
    FieldDescriptor.CPPTYPE_ENUM: wire.choice,
    FieldDescriptor.CPPTYPE_INT32: wire.whole_number,
    FieldDescriptor.CPPTYPE_INT64: wire.whole_number,
    FieldDescriptor.CPPTYPE_DOUBLE: wire.real_number,
}


def column_value(message: Message, field: FieldType) -> Any:
    """What a column holds of the field; None if it is absent or empty, or an enum at zero."""
    if field.is_repeated or not _is_simple(field):
        return _wire_bytes(message, field)
    if field.has_presence and not message.HasField(field.name):
        return None
    value = getattr(message, field.name)
    if field.enum_type is not None and not value:
        return None
    if field.message_type is None:
        return value
    return value.seconds * 1_000_000 + value.nanos // 1000


def _wire_bytes(message: Message, field: FieldType) -> bytes | None:
    alone = type(message)()
    if field.is_repeated or message.HasField(field.name):
        getattr(alone, field.name).MergeFrom(getattr(message, field.name))
    return alone.SerializeToString(deterministic=True) or None


def encoder_of(field: FieldType, *, computed: bool = False) -> wire.Encoder:
    """Writes the field out of its column; `computed`: out of what a function returns."""
    if not field.is_repeated and field.message_type is None:
        return _SCALARS[field.cpp_type](field.number)
    if not field.is_repeated and (_is_simple(field) or computed):
        return _MESSAGES[type_name(field) or ""](field.number)
    return wire.as_it_is


def _is_simple(field: FieldType) -> bool:
    return type_name(field) in {None, "google.protobuf.Timestamp", "google.protobuf.Duration"}
