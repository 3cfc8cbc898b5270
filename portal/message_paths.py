"""Values of messages by their field path, such as `address.postal_code`."""

from typing import Any

from google.protobuf.message import Message


def found(message: Message, path: str) -> Any:
    """The value at a path; None where it, or what it stands in, is absent."""
    *parents, last = path.split(".")
    current: Any = message
    for parent in parents:
        if not current.HasField(parent):
            return None
        current = getattr(current, parent)
    field = current.DESCRIPTOR.fields_by_name[last]
    return None if field.has_presence and not current.HasField(last) else getattr(current, last)


def rows_of(message: Message, path: str) -> Any:
    """The repeated field at a path, whether anything stands in it or not."""
    current: Any = message
    for segment in path.split("."):
        current = getattr(current, segment)
    return current


def put(message: Message, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    current: Any = message
    for parent in parents:
        current = getattr(current, parent)
    if isinstance(value, Message):
        getattr(current, last).CopyFrom(value)
    elif isinstance(value, list):
        getattr(current, last).extend(value)
    else:
        setattr(current, last, value)


def clear(message: Message, path: str) -> None:
    """Makes the value at a path absent, without making what it stands in."""
    *parents, last = path.split(".")
    current: Any = message
    for parent in parents:
        if not current.HasField(parent):
            return
        current = getattr(current, parent)
    current.ClearField(last)
