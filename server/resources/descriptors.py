"""What the protos say of themselves: types of descriptors, and the options that we read."""

from collections.abc import Collection
from typing import TYPE_CHECKING, TypeAlias

from google.api.field_behavior_pb2 import field_behavior
from google.protobuf import descriptor

if TYPE_CHECKING:
    from google._upb import _message as upb

MessageType: TypeAlias = "descriptor.Descriptor | upb.Descriptor"
FieldType: TypeAlias = "descriptor.FieldDescriptor | upb.FieldDescriptor"


def behaviors(field: FieldType) -> Collection[int]:
    """google.api.field_behavior of the field."""
    told: Collection[int] = field.GetOptions().Extensions[field_behavior]  # type: ignore[index]
    return told


def type_name(field: FieldType) -> str | None:
    """The full name of the message that the field takes; None if it takes none."""
    return None if field.message_type is None else field.message_type.full_name
