"""What is wrong with JSON that is to become a message: every field, by its path.

What protobuf's own parser refuses is looked through value by value, because it tells no more than
the first fault; what it takes only for what Envoy would not.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from server.api.json_values import is_misread, is_text
from server.resources.descriptors import FieldType, MessageType

_KINDS = {
    "TYPE_STRING": "a string",
    "TYPE_BYTES": "a string in base64",
    "TYPE_BOOL": "true or false",
    "TYPE_ENUM": "the name of a value",
    "TYPE_DOUBLE": "a number",
    "TYPE_FLOAT": "a number",
}
_KINDS_OF_MESSAGES = {
    "google.protobuf.Timestamp": "a time, as 2026-03-02T17:00:00Z is",
    "google.protobuf.Duration": "seconds, as 3600s and 1.5s are",
    "google.protobuf.FieldMask": "paths with commas between them",
}
_DEEPEST = 50
_REFUSALS = (json_format.ParseError, RecursionError, ValueError, TypeError, SystemError)
"""What the parser raises; the last, where it is made in C, of a name that has half a character."""
Judge = Callable[[Any, FieldType], str | None]
"""What is wrong with one value."""


class Fault(NamedTuple):
    """A field that cannot be read; `unknown`: there is none of that name."""

    path: str
    problem: str
    unknown: bool = False


def faults_of(value: Any, message: type[Message], prefix: str = "") -> list[Fault]:
    """Every fault of a JSON value that is to become the message; paths begin with `prefix`."""
    if not isinstance(value, dict):
        return [Fault(prefix.rstrip(".") or "body", "must be a JSON object")]
    try:
        json_format.ParseDict(value, message())
    except _REFUSALS as error:
        found = list(_in_object(value, message.DESCRIPTOR, prefix, _DEEPEST, _problem))
        return found or [Fault(prefix.rstrip(".") or "body", _first_line(error))]
    return list(_in_object(value, message.DESCRIPTOR, prefix, _DEEPEST, _misreading))


def find_field(message: MessageType, name: str) -> FieldType | None:
    """The field of that name, in the proto's words or in JSON's."""
    if not name.isascii():
        return None
    field: FieldType | None = message.fields_by_name.get(name)
    if field is not None:
        return field
    return next((each for each in message.fields if each.json_name == name), None)


def shown(name: str) -> str:
    """A name that was sent, as it can be sent back: without halves of characters."""
    return name.encode(errors="replace").decode()


def kind_of(field: FieldType) -> str:
    """What the field's value must be."""
    for name, told in _KINDS.items():
        if field.type == getattr(type(field), name):
            return told
    if field.message_type is None:
        return "a whole number"
    return _KINDS_OF_MESSAGES.get(field.message_type.full_name, "another value")


def holder_of(field: FieldType) -> Message:
    """An empty message that has the field."""
    holder: Any = field.containing_type
    return GetMessageClass(holder)()


def _in_object(
    value: dict[str, Any], message: MessageType, path: str, depth: int, judge: Judge
) -> Iterator[Fault]:
    for name, each in value.items():
        field = find_field(message, name)
        if field is None:
            yield Fault(f"{path}{shown(name)}", "there is no such field", unknown=True)
        elif each is not None:
            yield from _in_field(each, field, f"{path}{field.name}", depth - 1, judge)


def _in_field(value: Any, field: FieldType, path: str, depth: int, judge: Judge) -> Iterator[Fault]:
    if depth < 0:
        yield Fault(path, "lies too deep")
    elif not field.is_repeated:
        yield from _in_value(value, field, path, depth, judge)
    elif field.message_type is not None and field.message_type.GetOptions().map_entry:
        yield from _in_map(value, field.message_type, path, depth, judge)
    elif not isinstance(value, list):
        yield Fault(path, "must be a list")
    else:
        for place, each in enumerate(value):
            yield from _in_value(each, field, f"{path}[{place}]", depth, judge)


def _in_map(value: Any, entry: MessageType, path: str, depth: int, judge: Judge) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "must be a JSON object")
        return
    for key, each in value.items():
        inside = f'{path}["{shown(key)}"]'
        if not is_text(key):
            yield Fault(inside, "must be a string")
        yield from _in_value(each, entry.fields_by_name["value"], inside, depth, judge)


def _in_value(value: Any, field: FieldType, path: str, depth: int, judge: Judge) -> Iterator[Fault]:
    message = field.message_type
    if message is not None and not message.full_name.startswith("google.protobuf."):
        if isinstance(value, dict):
            yield from _in_object(value, message, f"{path}.", depth, judge)
        else:
            yield Fault(path, "must be a JSON object")
        return
    problem = judge(value, field)
    if problem:
        yield Fault(path, problem)


def _misreading(value: Any, field: FieldType) -> str | None:
    """What Envoy would say of a value that protobuf's parser for Python has taken."""
    return f"must be {kind_of(field)}" if is_misread(value, field) else None


def _problem(value: Any, field: FieldType) -> str | None:
    """What either would say of a value, put more simply."""
    holder = holder_of(field)
    if holder.DESCRIPTOR.GetOptions().map_entry:
        return _map_problem(value, field)
    return None if fits(value, field) else f"must be {kind_of(field)}"


def fits(value: Any, field: FieldType) -> bool:
    """Whether it is a value of the field, or of one of its repetitions."""
    told = [value] if field.is_repeated else value
    try:
        json_format.ParseDict({field.json_name: told}, holder_of(field))
    except _REFUSALS:
        return False
    return not is_misread(value, field)


def _map_problem(value: Any, field: FieldType) -> str | None:
    """The value of a map: strings and whole numbers are all that there are."""
    wanted = str if field.type == field.TYPE_STRING else int
    fitting = isinstance(value, wanted) and not is_misread(value, field)
    return None if fitting else f"must be {kind_of(field)}"


def _first_line(error: Exception) -> str:
    """The innermost of what the parser says."""
    return str(error).splitlines()[0].rpartition("field: ")[2].partition(" at ")[0].rstrip(".")
