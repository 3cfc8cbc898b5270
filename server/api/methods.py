"""What the protos say of each method: the permission it asks for, the types it takes and gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.api.annotations_pb2 import http
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ampline.v1 import annotations_pb2 as pb
from server.domain.access import READING, Permission
from server.resources.descriptors import MessageType, referenced_type, resource_type


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
    names: str
    """The request's field that names the resource it is about; empty if none does."""
    changes: bool
    """Whether it is there to change something: it is no GET, and asks for more than to read."""
    response: type[Message]

    @property
    def path(self) -> str:
        """As it stands in a call: `/ampline.v1.TariffService/GetTariff`."""
        return f"/{self.service}/{self.name}"

    def subject_of(self, request: Any, answer: bytes | None) -> str:
        """The name of the resource that a call is about; empty if that is not known."""
        if self.creates and answer is not None:
            return str(getattr(self.response.FromString(answer), "name", ""))
        if self.updates:
            return str(getattr(request, self.updates).name)
        return str(getattr(request, self.names)) if self.names else ""


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
            _naming_field(request),
            not method.GetOptions().Extensions[http].get and permission not in READING,
            GetMessageClass(method.output_type),
        )


def _resource_field_of_batch(request: MessageType) -> str:
    """The field of each of the batch's requests whose message is a resource."""
    each = request.fields_by_name["requests"].message_type
    assert each is not None
    return _resource_field(each)


def _naming_field(request: MessageType) -> str:
    """`name`, `parent`, or the first field that refers to one resource."""
    for name in ("name", "parent"):
        if name in request.fields_by_name:
            return name
    references = (each for each in request.fields if referenced_type(each) and not each.is_repeated)
    return next((field.name for field in references), "")


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
