"""What the protos say of each method: the permission it asks for, the types it takes and gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ampline.v1 import annotations_pb2 as pb
from server.domain.access import Permission
from server.resources.descriptors import MessageType, resource_type


class UnguardedMethodError(TypeError):
    """A method whose proto does not say what a caller must be permitted: nothing starts with it."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a service."""

    service: str
    """The service's full name."""
    name: str
    permission: Permission
    parse: Callable[[bytes], Message]
    """Bytes to the request; raises google.protobuf.message.DecodeError."""
    idempotent: bool
    """Whether the request has a `request_id`."""
    creates: str
    """The request's field with the resource that is to be created; empty if none is."""
    creates_many: str
    """The field of each of its requests with a resource that is to be created; empty if it is no
    batch."""
    updates: str
    """The request's field with the resource that is to be updated; empty if none is."""

    @property
    def path(self) -> str:
        """As it stands in a call: `/ampline.v1.TariffService/GetTariff`."""
        return f"/{self.service}/{self.name}"

    @property
    def changes(self) -> bool:
        """Whether it is there to change something, by the permission that it asks for."""
        return self.permission not in {
            Permission.ANYONE,
            Permission.KNOWN_CALLER,
            Permission.READ,
        }


def service_name(servicer: object) -> str:
    """The full name of the service that an object serves."""
    for base in type(servicer).__mro__:
        if base.__module__.endswith("_pb2_grpc") and base.__name__.endswith("Servicer"):
            package = base.__module__.rpartition(".")[0]
            return f"{package}.{base.__name__.removesuffix('Servicer')}"
    raise TypeError(f"{type(servicer).__name__} is the servicer of no service")


def methods_of(service: str) -> Iterator[Method]:
    """The methods of the service of that full name. UnguardedMethodError names one without a
    permission."""
    descriptor: Any = descriptor_pool.Default().FindServiceByName(service)
    for method in descriptor.methods:
        permission = method.GetOptions().Extensions[pb.permission]
        if not permission:
            raise UnguardedMethodError(f"{service}.{method.name} asks for no permission")
        request = method.input_type
        yield Method(
            service,
            method.name,
            Permission(permission),
            GetMessageClass(request).FromString,
            "request_id" in request.fields_by_name,
            _resource_field(request) if method.name.startswith("Create") else "",
            _resource_field_of_batch(request) if method.name.startswith("BatchCreate") else "",
            _resource_field(request) if method.name.startswith("Update") else "",
        )


def _resource_field_of_batch(request: MessageType) -> str:
    """The field of each of the batch's requests whose message is a resource."""
    each = request.fields_by_name["requests"].message_type
    assert each is not None
    return _resource_field(each)


def _resource_field(request: MessageType) -> str:
    """The field whose message is a resource; empty if there is none."""
    return next(
        (
            field.name
            for field in request.fields
            if field.message_type is not None and resource_type(field.message_type)
        ),
        "",
    )
