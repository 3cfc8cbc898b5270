"""What the protos say of themselves: types of descriptors, and the options that we read."""

import re
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from google.api.field_behavior_pb2 import field_behavior
from google.api.resource_pb2 import resource, resource_reference
from google.protobuf import descriptor

if TYPE_CHECKING:
    from google._upb import _message as upb

    MessageType: TypeAlias = descriptor.Descriptor | upb.Descriptor
    FieldType: TypeAlias = descriptor.FieldDescriptor | upb.FieldDescriptor
    EnumType: TypeAlias = descriptor.EnumDescriptor | upb.EnumDescriptor
else:
    MessageType = FieldType = EnumType = (
        Any  # of which make they are depends on how protobuf was built
    )


@cache
def behaviors(field: FieldType) -> Collection[int]:
    """google.api.field_behavior of the field."""
    return frozenset(field.GetOptions().Extensions[field_behavior])  # type: ignore[index]


@cache
def resource_type(message: MessageType) -> str:
    """The type of a resource, such as `ampline.app/Tariff`."""
    return str(message.GetOptions().Extensions[resource].type)  # type: ignore[index]


@cache
def plural(message: MessageType) -> str:
    """The collection that a resource stands in, such as `chargePoints`."""
    return str(message.GetOptions().Extensions[resource].plural)  # type: ignore[index]


@cache
def referenced_type(field: FieldType) -> str:
    """The type of resource that the field's value names; empty if it names none."""
    return str(field.GetOptions().Extensions[resource_reference].type)  # type: ignore[index]


def type_name(field: FieldType) -> str | None:
    """The full name of the message that the field takes; None if it takes none."""
    return None if field.message_type is None else field.message_type.full_name


def snake_case(name: str) -> str:
    """`ChargePoint` as fields are called: `charge_point`."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", name).lower()
