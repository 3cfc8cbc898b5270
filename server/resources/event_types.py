"""Which events are for whom: those about a resource are for who may read the resource."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ampline.v1 import annotations_pb2
from ampline.v1.event_pb2 import ResourceChanged
from ampline.v1.session_pb2 import Session
from ampline.v1.transaction_pb2 import Transaction
from server.domain.access import Caller, Permission
from server.resources.descriptors import snake_case


def hidden_from(caller: Caller) -> frozenset[str]:
    """What the types begin with that the caller does not get."""
    return hidden_without(caller.permissions)


@lru_cache(maxsize=256)
def hidden_without(permissions: frozenset[Permission]) -> frozenset[str]:
    """What the types begin with that somebody of these permissions does not get."""
    return frozenset(prefix for prefix, asked in PERMISSIONS.items() if asked not in permissions)


def _permissions() -> Iterator[tuple[str, Permission]]:
    """By what a type begins with, the permission that its resource's Get method asks for."""
    resources: list[Any] = [
        field.message_type for field in ResourceChanged.DESCRIPTOR.oneofs_by_name["resource"].fields
    ]
    for message in (*resources, Session.DESCRIPTOR, Transaction.DESCRIPTOR):
        yield f"{snake_case(message.name)}.", _to_read(message)
    yield "authorization.", Permission.READ_SESSIONS
    yield "charge_point.customer_information", Permission.ADMINISTER


def _to_read(message: Any) -> Permission:
    """What the Get method of a resource asks for. TypeError if nothing says who may read it."""
    for service in message.file.services_by_name.values():
        get = service.methods_by_name.get(f"Get{message.name}")
        if get is not None:
            return Permission(get.GetOptions().Extensions[annotations_pb2.permission])
    raise TypeError(f"{message.full_name}: no Get{message.name} beside it says who may read it")


PERMISSIONS = dict(_permissions())
"""By what a type of events begins with, what one must be permitted to get them."""
