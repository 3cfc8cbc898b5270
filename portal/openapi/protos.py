"""The protos as they were compiled, with their comments."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

PACKAGE: Final = "ampline.v1"
# What the path of a comment says: the numbers of the fields of descriptor.proto.
_MESSAGES, _ENUMS, _SERVICES = 4, 5, 6
_FIELDS, _NESTED_MESSAGES, _NESTED_ENUMS = 2, 3, 4
_METHODS = _VALUES = 2
Path = tuple[int, ...]


class Protos:
    """All messages, enums and services by their full names."""

    def __init__(self, compiled: FileDescriptorSet) -> None:
        self.messages: dict[str, DescriptorProto] = {}
        self.enums: dict[str, EnumDescriptorProto] = {}
        self.services: dict[str, ServiceDescriptorProto] = {}
        """Those of our API."""
        self._comments: dict[str, str] = {}
        for file in compiled.file:
            self._read(file)

    def comment(self, name: str) -> str:
        """What stands above a declaration; empty if nothing does. Lines are joined."""
        return self._comments.get(name, "")

    def _read(self, file: FileDescriptorProto) -> None:
        comments = {
            tuple(place.path): place.leading_comments
            for place in file.source_code_info.location
            if place.leading_comments
        }
        for name, path in self._declared(file):
            if path in comments:
                self._comments[name] = _joined(comments[path])

    def _declared(self, file: FileDescriptorProto) -> Iterator[tuple[str, Path]]:
        """Full names with the paths that their comments have."""
        package = file.package
        for place, message in enumerate(file.message_type):
            yield from self._in_message(f"{package}.{message.name}", message, (_MESSAGES, place))
        for place, enum in enumerate(file.enum_type):
            yield from self._in_enum(f"{package}.{enum.name}", enum, (_ENUMS, place))
        for place, service in enumerate(file.service if package == PACKAGE else ()):
            name, path = f"{package}.{service.name}", (_SERVICES, place)
            self.services[name] = service
            yield name, path
            for at, method in enumerate(service.method):
                yield f"{name}.{method.name}", (*path, _METHODS, at)

    def _in_message(
        self, name: str, message: DescriptorProto, path: Path
    ) -> Iterator[tuple[str, Path]]:
        self.messages[name] = message
        yield name, path
        for place, field in enumerate(message.field):
            yield f"{name}.{field.name}", (*path, _FIELDS, place)
        for place, nested in enumerate(message.nested_type):
            at = (*path, _NESTED_MESSAGES, place)
            yield from self._in_message(f"{name}.{nested.name}", nested, at)
        for place, enum in enumerate(message.enum_type):
            yield from self._in_enum(f"{name}.{enum.name}", enum, (*path, _NESTED_ENUMS, place))

    def _in_enum(
        self, name: str, enum: EnumDescriptorProto, path: Path
    ) -> Iterator[tuple[str, Path]]:
        self.enums[name] = enum
        yield name, path
        for place, value in enumerate(enum.value):
            yield f"{name}.{value.name}", (*path, _VALUES, place)


@cache
def protos() -> Protos:
    """Those of the installed client, read once."""
    compiled = files("ampline.v1").joinpath("descriptors.binpb").read_bytes()
    return Protos(FileDescriptorSet.FromString(compiled))


def _joined(comment: str) -> str:
    """Paragraphs stay, lines within them are one."""
    paragraphs = comment.strip().split("\n\n")
    return "\n\n".join(" ".join(text.split()) for text in paragraphs)
