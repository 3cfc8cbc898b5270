"""The JSON schemas of the `ocpp` package, compiled.

What breaks a schema is told in OCPP's terms: a `Breach` names the place, the fault
and what would be right.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from typing import Any, NamedTuple

from jsonschema_rs import ValidationError, validator_for

from server.ocpp.faults import Fault

Payload = dict[str, Any]

_FAULTS = {
    "required": Fault.OCCURRENCE,
    "minItems": Fault.OCCURRENCE,
    "maxItems": Fault.OCCURRENCE,
    "type": Fault.TYPE,
    "additionalProperties": Fault.EXTRA,
}
_GRAVEST_FIRST = [Fault.TYPE, Fault.OCCURRENCE, Fault.PROPERTY, Fault.EXTRA]


class Breach(NamedTuple):
    """One violation of a schema."""

    keyword: str
    path: tuple[str | int, ...]
    detail: Any
    """The wanted types, the unexpected names, the longest length: the keyword's own."""
    message: str

    @property
    def fault(self) -> Fault:
        """What kind of CALLERROR it makes."""
        return _FAULTS.get(self.keyword, Fault.PROPERTY)

    @property
    def field(self) -> str:
        """Its place, readable: `meterValue.0.timestamp`."""
        return ".".join(map(str, self.path)) or "payload"


INTEGERS = (-(2**31), 2**31 - 1)
"""OCPP's integers are of 32 bits, whatever its schemas let pass."""
LONG_INTEGERS = (-(2**63), 2**63 - 1)
"""Of those that chargers are known to overdo."""
_LONG = frozenset({"meterStart", "meterStop", "transactionId"})


class Schema:
    """One compiled schema."""

    __slots__ = ("_validator", "is_valid")

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._validator = validator_for(_bounded(document), validate_formats=True)
        self.is_valid = self._validator.is_valid

    def breaches(self, payload: Any) -> list[Breach]:
        """Every violation, the gravest first."""
        found = [_breach(error) for error in self._validator.iter_errors(payload)]
        return sorted(found, key=lambda breach: _GRAVEST_FIRST.index(breach.fault))


def _bounded(schema: Any, name: str = "") -> Any:
    """The schema, in which integers are no larger than anybody keeps them."""
    if isinstance(schema, list):
        return [_bounded(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    bounded = {key: _bounded(each, key) for key, each in schema.items()}
    if schema.get("type") == "integer":
        least, most = LONG_INTEGERS if name in _LONG else INTEGERS
        bounded = {"minimum": least, "maximum": most, **bounded}
    return bounded


def _breach(error: ValidationError) -> Breach:
    kind = error.kind
    keyword = kind.name
    detail = getattr(kind, _DETAIL.get(keyword, "value"), None)
    return Breach(keyword, tuple(error.instance_path), detail, _message(keyword, error, detail))


_DETAIL = {
    "additionalProperties": "unexpected",
    "enum": "options",
    "format": "format",
    "maxLength": "limit",
    "minItems": "limit",
    "required": "property",
    "type": "types",
}


def _message(keyword: str, error: ValidationError, detail: Any) -> str:
    """What is wrong, without repeating what may be long or secret."""
    match keyword:
        case "required":
            return f"{detail!r} is missing"
        case "additionalProperties":
            return f"{', '.join(map(repr, detail))} not expected"
        case "type":
            return f"is not of type {' or '.join(detail)}"
        case "maxLength":
            return f"is longer than {detail} characters"
        case "enum":
            return "is none of the allowed values"
        case _:
            return f"breaks {keyword}" + (f" {detail}" if isinstance(detail, str) else "")


def whole(payload: Any) -> Any:
    """The payload with integers for whole numbers, as 2.x lets them be written: EVSE 1.0 is EVSE 1.
    What was measured stays as it was told."""
    if isinstance(payload, float):
        return int(payload) if payload.is_integer() else payload
    if isinstance(payload, list):
        return [whole(each) for each in payload]
    if isinstance(payload, dict):
        return {name: each if name == "value" else whole(each) for name, each in payload.items()}
    return payload


class Schemas:
    """The schemas of one version; compiled when first asked for."""

    def __init__(self, package: str) -> None:
        self._folder = resources.files(package) / "schemas"
        self._compiled: dict[str, Schema] = {}

    @cached_property
    def actions(self) -> frozenset[str]:
        """Every action that the version has, in either direction."""
        return frozenset(
            name.removesuffix("Request") for name in self._names if not name.endswith("Response")
        )

    def request(self, action: str) -> Schema:
        """Of a call: `StartTransaction` in 1.6, `TransactionEventRequest` in 2.x."""
        name = f"{action}Request"
        return self[name if name in self._names else action]

    def response(self, action: str) -> Schema:
        """Of its answer."""
        return self[f"{action}Response"]

    def is_answered(self, action: str) -> bool:
        """Whether there is an answer to it: what is sent by SEND has none."""
        return f"{action}Response" in self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(entry.name.removesuffix(".json") for entry in self._folder.iterdir())

    def __getitem__(self, name: str) -> Schema:
        """The schema of that file: `StartTransaction`, `StartTransactionResponse`."""
        found = self._compiled.get(name)
        if found is None:
            text = (self._folder / f"{name}.json").read_text("utf-8-sig")
            found = self._compiled[name] = Schema(json.loads(text))
        return found
