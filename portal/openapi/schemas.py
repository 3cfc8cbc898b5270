"""Messages and enums as JSON Schemas, as proto3 JSON writes them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.api.resource_pb2 import resource, resource_reference
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from ampline.v1.annotations_pb2 import secret
from portal.openapi.protos import PACKAGE, Protos
from portal.openapi.rules import Schema, rules_of, spoken, with_rules

Field = FieldDescriptorProto
_INT32: Final = {
    "type": "integer",
    "format": "int32",
    "minimum": -(2**31),
    "maximum": 2**31 - 1,
}
_UINT32: Final = {"type": "integer", "minimum": 0, "maximum": 2**32 - 1}
_INT64: Final = {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,20}$"}
_UINT64: Final = {"type": "string", "format": "uint64", "pattern": "^[0-9]{1,20}$"}
_SCALARS: Final[dict[int, Schema]] = {
    Field.TYPE_DOUBLE: {"type": "number", "format": "double"},
    Field.TYPE_FLOAT: {"type": "number", "format": "float"},
    Field.TYPE_BOOL: {"type": "boolean"},
    Field.TYPE_STRING: {"type": "string"},
    Field.TYPE_BYTES: {"type": "string", "format": "byte"},
    Field.TYPE_INT32: _INT32,
    Field.TYPE_SINT32: _INT32,
    Field.TYPE_SFIXED32: _INT32,
    Field.TYPE_UINT32: _UINT32,
    Field.TYPE_FIXED32: _UINT32,
    Field.TYPE_INT64: _INT64,
    Field.TYPE_SINT64: _INT64,
    Field.TYPE_SFIXED64: _INT64,
    Field.TYPE_UINT64: _UINT64,
    Field.TYPE_FIXED64: _UINT64,
}
_WELL_KNOWN: Final[dict[str, Schema]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {
        "type": "string",
        "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$",
        "examples": ["90s"],
    },
    "google.protobuf.FieldMask": {
        "type": "string",
        "examples": ["displayName,state"],
        "description": "Paths with commas between them.",
    },
    "google.protobuf.Empty": {"type": "object"},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array"},
    "google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string"}},
        "required": ["@type"],
    },
}
_BEHAVIORS: Final[dict[int, Schema]] = {
    FieldBehavior.OUTPUT_ONLY: {"readOnly": True},
    FieldBehavior.IDENTIFIER: {"readOnly": True},
    FieldBehavior.INPUT_ONLY: {"writeOnly": True},
}


class Schemas:
    """The schemas that a document needs: what is asked for, and all that it refers to."""

    def __init__(self, protos: Protos) -> None:
        self._protos = protos
        self.used: dict[str, Schema] = {}
        """Schemas by their names, for `components`."""

    def of_type(self, name: str) -> Schema:
        """A reference to the schema of a message or an enum; `name` begins with a dot or not."""
        name = name.lstrip(".")
        if name in _WELL_KNOWN:
            return _WELL_KNOWN[name]
        key = name.removeprefix(f"{PACKAGE}.")
        if key not in self.used:
            self.used[key] = {}  # a message may contain itself
            self.used[key] = self._enum(name) if name in self._protos.enums else self._message(name)
        return {"$ref": f"#/components/schemas/{key}"}

    def of_creation(self, name: str) -> Schema:
        """A resource of which all that is required must be given, because it is to be created."""
        required = [
            field.json_name
            for field in self._protos.messages[name.lstrip(".")].field
            if FieldBehavior.REQUIRED in behaviors(field)
        ]
        schema = self.of_type(name)
        return {"allOf": [schema], "required": required} if required else schema

    def of_field(self, owner: str, field: Field) -> Schema:
        """A field's schema, with its comment and all that its options say."""
        rules = rules_of(field.options)
        schema = with_rules(self._plain(field), rules)
        for behavior in behaviors(field):
            schema = {**schema, **_BEHAVIORS.get(behavior, {})}
        if field.options.Extensions[secret]:
            schema = {**schema, "format": "password"}
        sentences = [schema.get("description", ""), self._protos.comment(f"{owner}.{field.name}")]
        sentences += [*spoken(rules), *_told(field)]
        description = " ".join(filter(None, sentences))
        return {**schema, "description": description} if description else schema

    def of_request(self, name: str, without: Sequence[str]) -> Schema:
        """What is left of a request, as a body, when its path has said those fields."""
        fields = [
            field
            for field in self._protos.messages[name.lstrip(".")].field
            if field.name not in without
        ]
        return self._object(name.lstrip("."), fields)

    def _plain(self, field: Field) -> Schema:
        """By the type alone."""
        entry = self._protos.messages.get(field.type_name.lstrip("."))
        if entry is not None and entry.options.map_entry:
            return {"type": "object", "additionalProperties": self._plain(entry.field[1])}
        schema = _SCALARS.get(field.type) or self.of_type(field.type_name)
        if field.label == Field.LABEL_REPEATED:
            return {"type": "array", "items": schema}
        return schema

    def _message(self, name: str) -> Schema:
        message = self._protos.messages[name]
        schema = self._object(name, message.field)
        if is_resource(message):  # what is required is so when it is created, not when it changes
            schema.pop("required", None)
        return schema

    def _object(self, name: str, fields: Sequence[Field]) -> Schema:
        schema: Schema = {"type": "object", "description": self._protos.comment(name)}
        schema["properties"] = {field.json_name: self.of_field(name, field) for field in fields}
        if required := [field.json_name for field in fields if is_required(field)]:
            schema["required"] = required
        return schema

    def _enum(self, name: str) -> Schema:
        values = [value.name for value in self._protos.enums[name].value]
        scope = name.rpartition(".")[0]
        comments = {
            value: self._protos.comment(f"{name}.{value}")
            or self._protos.comment(f"{scope}.{value}")
            for value in values
        }
        told = "\n".join(
            f"- `{value}`: {comment}" for value, comment in comments.items() if comment
        )
        description = "\n\n".join(filter(None, (self._protos.comment(name), told)))
        return {"type": "string", "enum": values, "description": description}


def behaviors(field: Field) -> list[int]:
    """What google.api.field_behavior says of a field."""
    options: Any = field.options
    return list(options.Extensions[field_behavior])


def is_required(field: Field) -> bool:
    """Whether a request is refused without it."""
    return FieldBehavior.REQUIRED in behaviors(field) or rules_of(field.options).required


def is_resource(message: DescriptorProto) -> bool:
    """Whether a message is a resource, with a name."""
    options: Any = message.options
    return bool(options.Extensions[resource].type)


def _told(field: Field) -> Iterator[str]:
    """What an option says and no keyword can."""
    options: Any = field.options
    if FieldBehavior.IMMUTABLE in behaviors(field):
        yield "Cannot be changed."
    if kind := options.Extensions[resource_reference].type:
        yield f"A resource name: {kind.rpartition('/')[2]}."
