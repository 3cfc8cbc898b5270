"""The API's methods, as its descriptors say them: names, requests, and who may call."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.descriptor_pool import Default as compiled
from google.protobuf.message_factory import GetMessageClass

from ampline import services as _services  # noqa: F401 - with them every descriptor is known
from ampline.v1.annotations_pb2 import Permission, permission
from portal.openapi.protos import PACKAGE, protos


def every_method() -> Iterator[str]:
    """`ampline.v1.LocationService/CreateLocation`, …, as the audit names them."""
    for service, declared in protos().services.items():
        for method in declared.method:
            yield f"{service}/{method.name}"


@cache
def method(service: str, name: str) -> MethodDescriptor:
    """A method by its service, such as `ChargePointActionService`."""
    declared: Any = compiled().FindServiceByName(f"{PACKAGE}.{service}")
    return declared.methods_by_name[name]  # type: ignore[no-any-return]


def method_taking(request: Descriptor) -> MethodDescriptor:
    """The method that takes such requests, in whichever file its service stands."""
    return _by_request()[request.full_name]


@cache
def _by_request() -> dict[str, MethodDescriptor]:
    services: Iterator[Any] = map(compiled().FindServiceByName, protos().services)
    return {each.input_type.full_name: each for service in services for each in service.methods}


def request_of(described: MethodDescriptor) -> Any:
    """An empty request of the method."""
    return GetMessageClass(described.input_type)()


def permission_of(described: MethodDescriptor) -> str:
    """What a caller needs, such as `RESET`."""
    needed = described.GetOptions().Extensions[permission]
    return Permission.Name(needed).removeprefix("PERMISSION_")
