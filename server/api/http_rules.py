"""Which method a REST call is for: the HTTP rules of the protos, as patterns of paths."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.api.annotations_pb2 import http
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

_VERBS = ("get", "put", "post", "delete", "patch")
_VARIABLE = re.compile(r"\{(?P<field>[a-z_.]+)(=(?P<pattern>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class HttpRule:
    """One way to call a method over REST."""

    verb: str
    path: re.Pattern[str]
    request: type[Message]
    body: str
    """The field that the body is; `*` = the body is the request; empty = there is none."""
    bound: tuple[str, ...]
    """The paths of the fields that the path gives."""


class HttpRules:
    """The rules of all methods of some services."""

    def __init__(self, services: Iterable[str]) -> None:
        self._rules = [rule for service in services for rule in _rules_of(service)]

    def find(self, verb: str, path: str) -> HttpRule | None:
        """The rule for a call; `path` without its query."""
        for rule in self._rules:
            if rule.verb == verb and rule.path.fullmatch(path):
                return rule
        return None


def _rules_of(service: str) -> Iterator[HttpRule]:
    descriptor: Any = descriptor_pool.Default().FindServiceByName(service)
    for method in descriptor.methods:
        rule = method.GetOptions().Extensions[http]
        for told in (rule, *rule.additional_bindings):
            verb = next((verb for verb in _VERBS if getattr(told, verb)), None)
            if verb is not None:
                template = getattr(told, verb)
                bound = tuple(found["field"] for found in _VARIABLE.finditer(template))
                request = GetMessageClass(method.input_type)
                yield HttpRule(verb.upper(), _pattern(template), request, told.body, bound)


def _pattern(template: str) -> re.Pattern[str]:
    """`/v1/{name=users/*}:addBalance` as a regular expression."""
    parts, end = [], 0
    for variable in _VARIABLE.finditer(template):
        parts.append(re.escape(template[end : variable.start()]))
        parts.append(_segments(variable["pattern"] or "*"))
        end = variable.end()
    return re.compile("".join(parts) + re.escape(template[end:]))


def _segments(pattern: str) -> str:
    return "/".join("[^/:]+" if part == "*" else re.escape(part) for part in pattern.split("/"))
