"""Fields that the protos mark as secret, and messages without them."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from google.protobuf.message import Message

from ampline.v1 import annotations_pb2 as pb
from server.resources.descriptors import FieldType, MessageType

M = TypeVar("M", bound=Message)


def without_secrets(message: M) -> M:
    """The message itself if its type knows no secrets, else a copy that has none."""
    if not _has_secrets(message.DESCRIPTOR):
        return message
    copy = type(message)()
    copy.CopyFrom(message)
    _clear(copy)
    return copy


def concealing(kind: type[Message]) -> Callable[[bytes], bytes] | None:
    """Takes the secrets out of a serialized message of that type; None if it knows none."""
    if not _has_secrets(kind.DESCRIPTOR):
        return None
    return lambda told: without_secrets(kind.FromString(told)).SerializeToString()


def is_secret(field: FieldType) -> bool:
    """Whether the field is marked `(ampline.v1.secret)`."""
    return bool(field.GetOptions().Extensions[pb.secret])


@cache
def _has_secrets(descriptor: MessageType, above: tuple[str, ...] = ()) -> bool:
    if descriptor.full_name in above:
        return False
    within = (*above, descriptor.full_name)
    return any(
        is_secret(field) or (field.message_type and _has_secrets(field.message_type, within))
        for field in descriptor.fields
    )


def _clear(message: Message) -> None:
    for field, value in message.ListFields():
        if is_secret(field):
            message.ClearField(field.name)
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for each in value if field.is_repeated else (value,):
                _clear(each)
