"""Checks every request by the rules in the protos, and tells all its faults at once."""

from collections.abc import Iterable, Mapping
from typing import Any

import protovalidate
from google.protobuf.message import Message

from server.domain.errors import Outcome, RefusedError

_validator = protovalidate.Validator()


def faults_of(message: Message) -> dict[str, str]:
    """Field path -> what is wrong with it."""
    faults: dict[str, str] = {}
    for violation in _validator.collect_violations(message):
        told, field = violation.proto.message, violation.proto.field
        path = _path(field.elements if field else ())
        faults[path] = f"{faults[path]}; {told}" if path in faults else told
    return faults


def refuse(faults: Mapping[str, str]) -> None:
    """Raises RefusedError INVALID_FIELD, if there are faults."""
    if not faults:
        return
    told = "; ".join(f"{path}: {problem}" for path, problem in faults.items())
    raise RefusedError(Outcome.INVALID_ARGUMENT, "INVALID_FIELD", told, {}, faults)


def _path(elements: Iterable[Any]) -> str:
    """`tariff.elements[2].step`, `location.labels["colour"]`."""
    return ".".join(f"{element.field_name}{_subscript(element.subscript)}" for element in elements)


def _subscript(subscript: Any) -> str:
    if subscript is None:
        return ""
    return f'["{subscript.value}"]' if "key" in subscript.field else f"[{subscript.value}]"
