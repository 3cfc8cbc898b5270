"""What a request must say: the fields that the protos mark as required, by path.

The resource in a request is another matter: what it must have depends on whether it is
created or changed (`server.api.masks`).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from google.api.field_behavior_pb2 import REQUIRED
from google.protobuf.message import Message

from server.api.masks import REQUIRED_TEXT
from server.resources.descriptors import FieldType, MessageType, behaviors, resource_type


class _Fields(NamedTuple):
    """Of a type of message: what is required, and messages in which something may be."""

    required: Sequence[FieldType]
    within: Sequence[FieldType]


def faults_of(request: Message) -> dict[str, str]:
    """What is required and missing."""
    return dict.fromkeys(_missing(request, ""), REQUIRED_TEXT)


def _missing(message: Message, path: str) -> Iterator[str]:
    fields = _fields_of(message.DESCRIPTOR)
    for field in fields.required:
        if not _is_given(message, field):
            yield f"{path}{field.name}"
    for field in fields.within:
        if field.is_repeated:
            for place, each in enumerate(getattr(message, field.name)):
                yield from _missing(each, f"{path}{field.name}[{place}].")
        elif message.HasField(field.name):
            yield from _missing(getattr(message, field.name), f"{path}{field.name}.")


@cache
def _fields_of(message: MessageType) -> _Fields:
    return _Fields(
        [field for field in message.fields if REQUIRED in behaviors(field)],
        [field for field in message.fields if _is_message_of_ours(field)],
    )


def _is_message_of_ours(field: FieldType) -> bool:
    message = field.message_type
    if message is None or message.GetOptions().map_entry or resource_type(message):
        return False
    return message.full_name.startswith("ampline.")


def _is_given(message: Message, field: FieldType) -> bool:
    """Whether a field says something; numbers and truths without presence always do."""
    if field.has_presence:
        return message.HasField(field.name)
    said = bool(getattr(message, field.name))
    return said or not (field.is_repeated or field.type in {field.TYPE_STRING, field.TYPE_ENUM})
