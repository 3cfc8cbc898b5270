"""Methods as operations: paths, parameters, bodies and answers, by their HTTP annotations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from google.api.annotations_pb2 import http
from google.api.resource_pb2 import resource
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, MethodDescriptorProto

from ampline.v1.annotations_pb2 import Permission, permission
from portal.openapi import errors
from portal.openapi.protos import Protos
from portal.openapi.rules import Schema
from portal.openapi.schemas import Schemas, is_required

Field = FieldDescriptorProto
Verb = str
_VERBS: Final = ("get", "put", "post", "delete", "patch")
_VARIABLE = re.compile(r"\{(?P<field>[a-z0-9_.]+)(=(?P<pattern>[^}]*))?\}")
_ID: Final = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^/:?#%]+$"}
_ANYBODYS: Final = {Permission.PERMISSION_ANYONE}
_EVERYBODYS: Final = {*_ANYBODYS, Permission.PERMISSION_KNOWN_CALLER}
_DEEPEST: Final = 3
_DOCUMENT: Final = ".google.api.HttpBody"
"""What methods return that give documents of any kind."""


@dataclass(frozen=True)
class Rule:
    """One HTTP annotation of a method."""

    verb: Verb
    template: str
    body: str

    @cached_property
    def bound(self) -> list[str]:
        """The fields that the path says: `charge_point.name`."""
        return [variable["field"] for variable in _VARIABLE.finditer(self.template)]


class Operations:
    """Makes the paths of a document."""

    def __init__(self, protos: Protos, schemas: Schemas) -> None:
        self._protos = protos
        self._schemas = schemas
        self._singulars = dict(_singulars(protos))

    def paths(self) -> dict[str, dict[Verb, Schema]]:
        """Every path, with its operations by their verbs."""
        paths: dict[str, dict[Verb, Schema]] = {}
        for service, described in sorted(self._protos.services.items()):
            for method in described.method:
                for rule in rules_of(method):
                    path, variables = self._path(rule)
                    operation = self._operation(service, method, rule, variables)
                    paths.setdefault(path, {})[rule.verb] = operation
        return paths

    def _operation(
        self, service: str, method: MethodDescriptorProto, rule: Rule, variables: Sequence[Schema]
    ) -> Schema:
        asked = Permission.Name(method.options.Extensions[permission])
        comment = self._protos.comment(f"{service}.{method.name}")
        operation: Schema = {
            "operationId": _id_of(method, rule),
            "tags": [tag_of(service)],
            "summary": _first_sentence(comment),
            "description": f"{comment}\n\nPermission: `{asked.removeprefix('PERMISSION_')}`.",
            "parameters": [*variables, *self._query(method.input_type.lstrip("."), rule)],
            "responses": self._responses(method, rule),
        }
        if rule.body:
            operation["requestBody"] = self._body(method, rule)
        if method.options.Extensions[permission] in _ANYBODYS:
            operation["security"] = []
        return operation

    def _path(self, rule: Rule) -> tuple[str, list[Schema]]:
        """`/v1/{name=users/*}:addBalance` as `/v1/users/{user}:addBalance`, with its parameters."""
        names: list[str] = []

        def opened(variable: re.Match[str]) -> str:
            words = (variable["pattern"] or "*").split("/")
            for place, word in enumerate(words):
                if word == "*":
                    names.append(self._singular(words[place - 1] if place else variable["field"]))
                    words[place] = f"{{{names[-1]}}}"
            return "/".join(words)

        path = _VARIABLE.sub(opened, rule.template)
        return path, [
            {"name": each, "in": "path", "required": True, "schema": _ID} for each in names
        ]

    def _singular(self, collection: str) -> str:
        return self._singulars.get(collection) or collection.removesuffix("s")

    def _query(
        self, message: str, rule: Rule, prefix: str = "", json_prefix: str = ""
    ) -> Iterator[Schema]:
        """What neither path nor body says, as parameters; fields of messages with dots."""
        if rule.body == "*" or prefix.count(".") > _DEEPEST:
            return
        for field in self._protos.messages[message].field:
            path, name = f"{prefix}{field.name}", f"{json_prefix}{field.json_name}"
            inside = field.type_name.lstrip(".")
            if path in rule.bound or path == rule.body:
                continue
            if inside in self._protos.messages and not inside.startswith("google.protobuf."):
                if field.label != Field.LABEL_REPEATED:
                    yield from self._query(inside, rule, f"{path}.", f"{name}.")
                continue
            schema = self._schemas.of_field(message, field)
            description = schema.pop("description", "")
            yield {
                "name": name,
                "in": "query",
                "description": description,
                "required": not prefix and is_required(field),
                "schema": schema,
            }

    def _body(self, method: MethodDescriptorProto, rule: Rule) -> Schema:
        request = method.input_type.lstrip(".")
        if rule.body == "*":
            schema = self._schemas.of_request(request, rule.bound)
        else:
            fields = self._protos.messages[request].field
            kind = next(field.type_name for field in fields if field.name == rule.body)
            creates = method.name.startswith("Create")
            schema = (self._schemas.of_creation if creates else self._schemas.of_type)(kind)
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    def _responses(self, method: MethodDescriptorProto, rule: Rule) -> dict[str, Schema]:
        answer: Schema = {"schema": self._schemas.of_type(method.output_type)}
        told, kind = "Done.", "application/json"
        if method.output_type == _DOCUMENT:
            told, kind, answer = (
                "The document, of the kind that its `content-type` says.",
                "*/*",
                {},
            )
        elif method.server_streaming:
            told = "One JSON object a line, as they happen; the answer lasts until it is cut off."
            if rule.template.endswith(":sse"):
                told, kind = "The same as the data of server-sent events.", "text/event-stream"
        found: dict[str, Schema] = {"200": {"description": told, "content": {kind: answer}}}
        for status in statuses(method, rule):
            found[str(status)] = errors.reference(status)
        return found


def rules_of(method: MethodDescriptorProto) -> Iterator[Rule]:
    """The HTTP annotations of a method."""
    options: Any = method.options
    told = options.Extensions[http]
    for rule in (told, *told.additional_bindings):
        verb = rule.WhichOneof("pattern")
        if verb in _VERBS:
            yield Rule(verb, getattr(rule, verb), rule.body)


def _id_of(method: MethodDescriptorProto, rule: Rule) -> str:
    """The method's name; of a further way to call it, with its verb: `StreamEventsSse`."""
    options: Any = method.options
    further = [getattr(each, rule.verb) for each in options.Extensions[http].additional_bindings]
    if rule.template not in further:
        return method.name
    return method.name + rule.template.rpartition(":")[2].capitalize()


def statuses(method: MethodDescriptorProto, rule: Rule) -> Iterator[int]:
    """The HTTP statuses of the errors that a method may answer."""
    asked = method.options.Extensions[permission]
    yield 400
    yield 401
    if asked not in _EVERYBODYS:
        yield 403
    yield 404
    if rule.verb != "get":
        yield 409
    if rule.body:
        yield 413
    yield from (429, 500, 503, 504)


def tag_of(service: str) -> str:
    """`ampline.v1.ChargePointService` as `Charge point`."""
    words = re.findall(r"[A-Z][a-z0-9]*", service.rpartition(".")[2].removesuffix("Service"))
    return " ".join(words).capitalize()


def _first_sentence(comment: str) -> str:
    return re.split(r"(?<=[.!?])\s|[:;]\s", comment, maxsplit=1)[0].rstrip(".")


def _singulars(protos: Protos) -> Iterator[tuple[str, str]]:
    """`chargePoints` → `charge_point`: as the patterns of the resources name their variables."""
    for message in protos.messages.values():
        options: Any = message.options
        for pattern in options.Extensions[resource].pattern:
            yield from re.findall(r"(\w+)/\{(\w+)\}", pattern)
