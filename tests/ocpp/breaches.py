"""Messages broken in each way that their schemas forbid: made from the schemas themselves.

For each field: missing, null, of a wrong type, too long, too many, not in the enum, one too many.
"""

import copy
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

TIME = "2026-11-22T10:00:00Z"


class Codes(NamedTuple):
    """What a version calls the faults."""

    missing: str
    extra: str
    type: str = "TypeConstraintViolation"
    value: str = "PropertyConstraintViolation"


OF_1_6 = Codes("OccurenceConstraintViolation", "FormationViolation")
OF_2_X = Codes("OccurrenceConstraintViolation", "FormatViolation")


class Case(NamedTuple):
    """A broken payload, and the code that it is to be answered with."""

    what: str
    payload: Any
    code: str


def schema_of(package: str, name: str) -> dict[str, Any]:
    """A schema of the `ocpp` package, with what it refers to in place."""
    file = resources.files(package) / "schemas" / f"{name}.json"
    document = json.loads(file.read_text("utf-8-sig"))
    resolved: dict[str, Any] = _resolved(document, document)
    return resolved


def _resolved(schema: Any, root: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolved(each, root) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(root["definitions"][schema["$ref"].rpartition("/")[2]], root)
    parts = {key: each for key, each in schema.items() if key != "definitions"}
    return {key: _resolved(each, root) for key, each in parts.items()}


def complete(schema: dict[str, Any]) -> Any:
    """A value with every field that the schema knows."""
    match schema.get("type"):
        case "object":
            return {name: complete(sub) for name, sub in schema.get("properties", {}).items()}
        case "array":
            return [complete(schema["items"])] * max(1, schema.get("minItems", 1))
        case "integer" | "number":
            return min(max(1, schema.get("minimum", 1)), schema.get("maximum", 1))
        case "boolean":
            return True
    if "enum" in schema:
        return schema["enum"][0]
    return TIME if schema.get("format") == "date-time" else "a"


def breaches(schema: dict[str, Any], value: Any, codes: Codes) -> Iterator[Case]:
    """`value`, a complete one, broken in each way that the schema forbids."""
    kind = schema.get("type")
    if kind == "object":
        yield from _of_object(schema, value, codes)
    elif kind == "array":
        yield from _of_array(schema, value, codes)
    elif kind is not None:
        yield from _of_leaf(schema, codes)


def _of_object(schema: dict[str, Any], value: Any, codes: Codes) -> Iterator[Case]:
    fields = schema.get("properties", {})
    if schema.get("additionalProperties") is False:
        yield Case("extra", {**value, "notOfOcpp": 1}, codes.extra)
    assert set(value) == set(fields), "the complete payload is complete"
    for name, sub in fields.items():
        if name in schema.get("required", ()):
            left = {key: each for key, each in value.items() if key != name}
            yield Case(f"{name} missing", left, codes.missing)
        if sub.get("type"):
            yield Case(f"{name} null", {**value, name: None}, codes.type)
        for what, broken, code in breaches(sub, copy.deepcopy(value[name]), codes):
            yield Case(f"{name} {what}", {**value, name: broken}, code)


def _of_array(schema: dict[str, Any], value: Any, codes: Codes) -> Iterator[Case]:
    for what, item, code in breaches(schema["items"], value[0], codes):
        yield Case(f"0.{what}", [item, *value[1:]], code)
    if schema.get("minItems"):
        yield Case("empty", [], codes.missing)
    if schema.get("maxItems"):
        yield Case("too many", [value[0]] * (schema["maxItems"] + 1), codes.missing)
    yield Case("type", "text", codes.type)


def _of_leaf(schema: dict[str, Any], codes: Codes) -> Iterator[Case]:
    match schema["type"]:
        case "integer":
            yield Case("as text", "1", codes.type)
            yield Case("with a fraction", 1.5, codes.type)
            yield from _of_range(schema, codes)
        case "number":
            yield Case("as text", "1", codes.type)
            yield from _of_range(schema, codes)
        case "boolean":
            yield Case("as text", "true", codes.type)
        case _:
            yield Case("as a number", 5, codes.type)
            yield from _of_text(schema, codes)
    yield Case("an object", {}, codes.type)


def _of_range(schema: dict[str, Any], codes: Codes) -> Iterator[Case]:
    if "minimum" in schema:
        yield Case("too small", schema["minimum"] - 1, codes.value)
    if "maximum" in schema:
        yield Case("too large", schema["maximum"] + 1, codes.value)


def _of_text(schema: dict[str, Any], codes: Codes) -> Iterator[Case]:
    if "enum" in schema:
        yield Case("not in the enum", "Nonsense", codes.value)
    if "maxLength" in schema:
        yield Case("too long", "x" * (schema["maxLength"] + 1), codes.value)
    if schema.get("format") == "date-time":
        yield Case("no time", "yesterday", codes.value)
