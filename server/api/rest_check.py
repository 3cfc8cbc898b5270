"""Looks at REST calls before Envoy turns them into gRPC, and refuses what would get lost.

Envoy's transcoder drops JSON fields that the request does not have, and answers a
value of the wrong type in words of its own. So it asks here first (ext_authz): a
call that does not fit its method is refused with 400 and the API's own JSON error,
which names every such field. Who calls, and whether they may, is not decided here.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import grpc
from google.protobuf import json_format

from ampline.gateway.v1 import rest_check_pb2 as pb
from server.api import failures, json_faults
from server.api.http_rules import HttpRule, HttpRules
from server.api.json_faults import Fault
from server.api.json_values import is_text
from server.domain.errors import Outcome, RefusedError
from server.resources.descriptors import FieldType, MessageType

_BAD_REQUEST = 400
_SERVICE = "envoy.service.auth.v3.Authorization"


def add_to(server: grpc.aio.Server, services: Iterable[str]) -> None:
    """Answers Envoy's questions about calls of these services, by their full names."""
    check = grpc.unary_unary_rpc_method_handler(
        RestCheck(services).check,
        request_deserializer=pb.CheckRequest.FromString,
        response_serializer=pb.CheckResponse.SerializeToString,
    )
    handlers = grpc.method_handlers_generic_handler(_SERVICE, {"Check": check})
    server.add_generic_rpc_handlers((handlers,))


class RestCheck:
    """Answers Envoy's questions."""

    def __init__(self, services: Iterable[str]) -> None:
        self._rules = HttpRules(services)

    async def check(self, request: pb.CheckRequest, _: object) -> pb.CheckResponse:
        """Lets a call pass, or answers it."""
        told = request.attributes.request.http
        path, _, query = told.path.partition("?")
        rule = self._rules.find(told.method, path)
        faults = faults_of(rule, query, told.raw_body or told.body.encode()) if rule else []
        return _denied(faults) if faults else pb.CheckResponse()


def faults_of(rule: HttpRule, query: str, body: bytes) -> list[Fault]:
    """What of a REST call does not fit the method's request."""
    return [*_body_faults(rule, body), *_query_faults(rule, query)]


def _body_faults(rule: HttpRule, body: bytes) -> Iterator[Fault]:
    if not body:
        return
    if not rule.body:
        yield Fault("body", "is not for this method")
        return
    try:
        value = json.loads(body.decode(), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        yield Fault("body", f"is no JSON: {error}")
        return
    message, prefix = rule.request, ""
    if rule.body != "*":
        field = rule.request.DESCRIPTOR.fields_by_name[rule.body]
        message, prefix = type(getattr(rule.request(), rule.body)), f"{field.name}."
    yield from json_faults.faults_of(value, message, prefix)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What has a name twice is refused: Envoy would, and who knows which of the two is meant."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has {twice!r} twice")
    return made


def _query_faults(rule: HttpRule, query: str) -> Iterator[Fault]:
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        field = _query_field(rule, name)
        if field is None:
            yield Fault(json_faults.shown(name), "there is no such parameter")
        elif not is_text(value):
            yield Fault(name, "must be UTF-8")
        elif not _fits(value, field):
            yield Fault(name, f"must be {json_faults.kind_of(field)}")


def _query_field(rule: HttpRule, name: str) -> FieldType | None:
    """The field that a parameter is for; None if no parameter may be."""
    if rule.body == "*":
        return None
    field: FieldType | None = None
    inside: MessageType | None = rule.request.DESCRIPTOR
    path = []
    for word in name.split("."):
        field = json_faults.find_field(inside, word) if inside is not None else None
        if field is None:
            return None
        path.append(field.name)
        inside = None if field.is_repeated else field.message_type
    taken = path[0] == rule.body or ".".join(path) in rule.bound
    return None if taken else field


def _fits(value: str, field: FieldType) -> bool:
    message = field.message_type
    if message is not None and not message.full_name.startswith("google.protobuf."):
        return False
    told: Any = value
    if field.type == field.TYPE_BOOL:
        told = {"true": True, "false": False}.get(value, value)
    return json_faults.fits(told, field)


def _denied(faults: list[Fault]) -> pb.CheckResponse:
    unknown = any(fault.unknown for fault in faults)
    problems = {fault.path: fault.problem for fault in faults}
    refused = RefusedError(
        Outcome.INVALID_ARGUMENT,
        "UNKNOWN_FIELD" if unknown else "INVALID_FIELD",
        "; ".join(f"{path}: {problem}" for path, problem in problems.items()),
        {},
        problems,
    )
    status = failures.refusal(refused)
    response = pb.CheckResponse()
    response.status.code = status.code
    response.denied_response.status.code = _BAD_REQUEST
    response.denied_response.body = json_format.MessageToJson(status, indent=None)
    header = response.denied_response.headers.add()
    header.header.key, header.header.value = "content-type", "application/json"
    return response
