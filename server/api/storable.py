"""Texts that no database keeps: those with the NUL character, which PostgreSQL refuses.

They are refused on SQLite as well, in any text of any request, so that both say the same.
"""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from server.resources.descriptors import FieldType

NUL = "\0"
PROBLEM = "must not have a NUL character"


def faults_of(message: Message) -> Iterator[tuple[str, str]]:
    """Field path -> what is wrong with it."""
    if NUL.encode() in message.SerializePartialToString():  # seldom, and then mostly a number's
        yield from _faults_within(message, "")


def _faults_within(message: Message, prefix: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        for path, each in _each(field, value, f"{prefix}{field.name}"):
            if isinstance(each, Message):
                yield from _faults_within(each, f"{path}.")
            elif isinstance(each, str) and NUL in each:
                yield path, PROBLEM


def _each(field: FieldType, value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not field.is_repeated:
        yield path, value
    elif field.message_type is not None and field.message_type.GetOptions().map_entry:
        for key, each in value.items():
            yield f'{path}["{key}"]', key
            yield f'{path}["{key}"]', each
    elif field.type in {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_MESSAGE}:
        for place, each in enumerate(value):
            yield f"{path}[{place}]", each
