"""What is wrong with JSON that is to become a message: every field, by its path.

What protobuf's own parser takes is right; only what it refuses is looked through
field by field, because it tells no more than the first fault.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf import json_format
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from server.resources.descriptors import FieldType, MessageType

_KINDS = {
    "TYPE_STRING": "a string",
    "TYPE_BYTES": "a string in base64",
    "TYPE_BOOL": "true or false",
    "TYPE_ENUM": "the name of a value",
    "TYPE_DOUBLE": "a number",
    "TYPE_FLOAT": "a number",
}
_DEEPEST = 50


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
    except (json_format.ParseError, RecursionError, ValueError, TypeError) as error:
        found = list(_in_object(value, message.DESCRIPTOR, prefix, _DEEPEST))
        return found or [Fault(prefix.rstrip(".") or "body", _first_line(error))]
    return []


def find_field(message: MessageType, name: str) -> FieldType | None:
    """The field of that name, in the proto's words or in JSON's."""
    field: FieldType | None = message.fields_by_name.get(name)
    if field is not None:
        return field
    return next((each for each in message.fields if each.json_name == name), None)


def kind_of(field: FieldType) -> str:
    """What the field's value must be."""
    for name, told in _KINDS.items():
        if field.type == getattr(type(field), name):
            return told
    return "a whole number" if field.message_type is None else "another value"


def holder_of(field: FieldType) -> Message:
    """An empty message that has the field."""
    holder: Any = field.containing_type
    return GetMessageClass(holder)()


def _in_object(
    value: dict[str, Any], message: MessageType, path: str, depth: int
) -> Iterator[Fault]:
    for name, each in value.items():
        field = find_field(message, name)
        if field is None:
            yield Fault(f"{path}{name}", "there is no such field", unknown=True)
        elif each is not None:
            yield from _in_field(each, field, f"{path}{field.name}", depth - 1)


def _in_field(value: Any, field: FieldType, path: str, depth: int) -> Iterator[Fault]:
    if depth < 0:
        yield Fault(path, "lies too deep")
    elif not field.is_repeated:
        yield from _in_value(value, field, path, depth)
    elif field.message_type is not None and field.message_type.GetOptions().map_entry:
        yield from _in_map(value, field.message_type, path, depth)
    elif not isinstance(value, list):
        yield Fault(path, "must be a list")
    else:
        for place, each in enumerate(value):
            yield from _in_value(each, field, f"{path}[{place}]", depth)


def _in_map(value: Any, entry: MessageType, path: str, depth: int) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "must be a JSON object")
        return
    for key, each in value.items():
        yield from _in_value(each, entry.fields_by_name["value"], f'{path}["{key}"]', depth)


def _in_value(value: Any, field: FieldType, path: str, depth: int) -> Iterator[Fault]:
    message = field.message_type
    if message is not None and not message.full_name.startswith("google.protobuf."):
        if isinstance(value, dict):
            yield from _in_object(value, message, f"{path}.", depth)
        else:
            yield Fault(path, "must be a JSON object")
        return
    problem = _scalar_problem(value, field)
    if problem:
        yield Fault(path, problem)


def _scalar_problem(value: Any, field: FieldType) -> str | None:
    """What protobuf's parser says of one value, put more simply."""
    told = [value] if field.is_repeated else value
    holder = holder_of(field)
    if holder.DESCRIPTOR.GetOptions().map_entry:
        return _map_problem(value, field)
    try:
        json_format.ParseDict({field.json_name: told}, holder)
    except (json_format.ParseError, ValueError, TypeError) as error:
        return f"must be {kind_of(field)}" if field.message_type is None else _first_line(error)
    return None


def _map_problem(value: Any, field: FieldType) -> str | None:
    """The value of a map: strings and whole numbers are all that there are."""
    wanted = str if field.type == field.TYPE_STRING else int
    return None if isinstance(value, wanted) else f"must be {kind_of(field)}"


def _first_line(error: Exception) -> str:
    """The innermost of what the parser says."""
    return str(error).splitlines()[0].rpartition("field: ")[2].partition(" at ")[0].rstrip(".")
