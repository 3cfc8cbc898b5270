"""Checks every request by the rules in the protos, and tells all its faults at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import protovalidate
from google.protobuf.message import Message

from server.api import calendar, storable
from server.domain.errors import Outcome, RefusedError

_validator = protovalidate.Validator()
REQUIRED_TEXT = "is required"
MOST_TOLD = 20
"""How many faults one answer tells: they travel in headers, which must stay small."""


def faults_of(message: Message) -> dict[str, str]:
    """Field path -> what is wrong with it."""
    faults = dict(calendar.faults_of(message))
    faults.update(storable.faults_of(message))
    for violation in _validator.collect_violations(message):
        told, field = _told(violation), violation.proto.field
        path = _path(field.elements if field else ())
        faults[path] = f"{faults[path]}; {told}" if path in faults else told
    return faults


def _told(violation: protovalidate.Violation) -> str:
    """What is wrong, in words; that a message or an enum was not said at all, in its own."""
    rule = violation.proto.rule_id
    if rule == "required" or (rule == "enum.not_in" and violation.field_value == 0):
        return REQUIRED_TEXT
    return str(violation.proto.message)


def refuse(faults: Mapping[str, str]) -> None:
    """Raises RefusedError INVALID_FIELD, if there are faults."""
    if not faults:
        return
    first = dict(list(faults.items())[:MOST_TOLD])
    told = "; ".join(f"{path}: {problem}" for path, problem in first.items())
    if len(faults) > len(first):
        told += f"; and {len(faults) - len(first)} more"
    raise RefusedError(Outcome.INVALID_ARGUMENT, "INVALID_FIELD", told, {}, first)


def _path(elements: Iterable[Any]) -> str:
    """`tariff.elements[2].step`, `location.labels["colour"]`."""
    return ".".join(f"{element.field_name}{_subscript(element.subscript)}" for element in elements)


def _subscript(subscript: Any) -> str:
    if subscript is None:
        return ""
    return f'["{subscript.value}"]' if "key" in subscript.field else f"[{subscript.value}]"
