"""What a request must say: the fields that the protos mark as required, by path.

The resource in a request is another matter: what it must have depends on whether it is
created or changed (`server.api.masks`).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from google.api.field_behavior_pb2 import REQUIRED
from google.protobuf.message import Message

from server.api.validation import REQUIRED_TEXT
from server.resources.descriptors import FieldType, MessageType, behaviors, resource_type


class _Fields(NamedTuple):
    """Of a type of message: what is required, and messages in which something may be. Names."""

    present: Sequence[str]
    """What must be there at all."""
    said: Sequence[str]
    """Texts, enums and lists that must not be empty. Numbers and truths always say something."""
    part: Sequence[str]
    parts: Sequence[str]
    """Messages within: one, or many."""


def faults_of(request: Message) -> dict[str, str]:
    """What is required and missing."""
    return dict.fromkeys(_missing(request, ""), REQUIRED_TEXT)


def _missing(message: Message, path: str) -> Iterator[str]:
    fields = _fields_of(message.DESCRIPTOR)
    for name in fields.present:
        if not message.HasField(name):
            yield f"{path}{name}"
    for name in fields.said:
        if not getattr(message, name):
            yield f"{path}{name}"
    for name in fields.part:
        if message.HasField(name):
            yield from _missing(getattr(message, name), f"{path}{name}.")
    for name in fields.parts:
        for place, each in enumerate(getattr(message, name)):
            yield from _missing(each, f"{path}{name}[{place}].")


@cache
def _fields_of(message: MessageType) -> _Fields:
    required = [field for field in message.fields if REQUIRED in behaviors(field)]
    within = [field for field in message.fields if _is_message_of_ours(field)]
    return _Fields(
        [field.name for field in required if field.has_presence],
        [field.name for field in required if not field.has_presence and _can_be_empty(field)],
        [field.name for field in within if not field.is_repeated],
        [field.name for field in within if field.is_repeated],
    )


def _is_message_of_ours(field: FieldType) -> bool:
    message = field.message_type
    if message is None or message.GetOptions().map_entry or resource_type(message):
        return False
    return message.full_name.startswith("ampline.")


def _can_be_empty(field: FieldType) -> bool:
    return field.is_repeated or field.type in {field.TYPE_STRING, field.TYPE_ENUM}
