"""The platform's protos as the compiler saw them: messages, methods, and the comments on each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from google.api.annotations_pb2 import http
from google.api.field_behavior_pb2 import field_behavior
from google.api.resource_pb2 import resource
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from ampline.v1 import location_pb2

PACKAGE = "ampline.v1"
_DESCRIPTORS = Path(location_pb2.__file__).with_name("descriptors.binpb")
_MESSAGE, _ENUM, _SERVICE = 4, 5, 6
"""Numbers of fields of FileDescriptorProto, of which source locations make their paths."""
_FIELD, _NESTED, _NESTED_ENUM, _VALUE, _METHOD = 2, 3, 4, 2, 2

FILES = [
    file
    for file in FileDescriptorSet.FromString(_DESCRIPTORS.read_bytes()).file
    if file.package == PACKAGE
]
POOL = descriptor_pool.Default()


class Commented(NamedTuple):
    """Something with a name, and what is said of it."""

    name: str
    comment: str


def commented() -> Iterator[Commented]:
    """Every service, method, message, field, enum and value."""
    for file in FILES:
        said = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}
        for path, name in _within_file(file):
            yield Commented(f"{file.name}: {name}", said.get(path, "").strip())


def _within_file(file: Any) -> Iterator[tuple[tuple[int, ...], str]]:
    for place, service in enumerate(file.service):
        yield (_SERVICE, place), service.name
        for at, method in enumerate(service.method):
            yield (_SERVICE, place, _METHOD, at), f"{service.name}.{method.name}"
    for place, enum in enumerate(file.enum_type):
        yield from _within_enum(enum, (_ENUM, place), "")
    for place, message in enumerate(file.message_type):
        yield from _within_message(message, (_MESSAGE, place), "")


def _within_message(message: Any, path: tuple[int, ...], above: str) -> Iterator[Any]:
    if message.options.map_entry:
        return
    name = f"{above}{message.name}"
    yield path, name
    for place, field in enumerate(message.field):
        yield (*path, _FIELD, place), f"{name}.{field.name}"
    for place, nested in enumerate(message.nested_type):
        yield from _within_message(nested, (*path, _NESTED, place), f"{name}.")
    for place, enum in enumerate(message.enum_type):
        yield from _within_enum(enum, (*path, _NESTED_ENUM, place), f"{name}.")


def _within_enum(enum: Any, path: tuple[int, ...], above: str) -> Iterator[Any]:
    yield path, f"{above}{enum.name}"
    for place, value in enumerate(enum.value):
        yield (*path, _VALUE, place), f"{above}{enum.name}.{value.name}"


def messages() -> Iterator[Any]:
    """Every message's descriptor, nested ones too."""
    for file in FILES:
        for message in file.message_type:
            yield from _with_nested(POOL.FindMessageTypeByName(f"{PACKAGE}.{message.name}"))


def _with_nested(message: Any) -> Iterator[Any]:
    if not message.GetOptions().map_entry:
        yield message
        for nested in message.nested_types:
            yield from _with_nested(nested)


def methods() -> Iterator[Any]:
    """Every method's descriptor."""
    for file in FILES:
        for service in file.service:
            yield from POOL.FindServiceByName(f"{PACKAGE}.{service.name}").methods


def resource_of(message: Any) -> Any:
    """google.api.resource of a message; without a type where it is no resource."""
    return message.GetOptions().Extensions[resource]


def resources() -> Iterator[Any]:
    """Every message that is a resource."""
    return (message for message in messages() if resource_of(message).type)


def behaviors(field: Any) -> list[int]:
    """google.api.field_behavior of a field."""
    return list(field.GetOptions().Extensions[field_behavior])


def rest_of(method: Any) -> tuple[str, str, str]:
    """The method's HTTP verb, path and body."""
    rule = method.GetOptions().Extensions[http]
    verb = rule.WhichOneof("pattern")
    return verb, getattr(rule, verb), rule.body
