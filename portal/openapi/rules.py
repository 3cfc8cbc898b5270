"""The rules of a field, `buf.validate`, as keywords of JSON Schema.

What JSON Schema has no word for is said in the description: rules in CEL, bounds of durations, and
bounds of 64-bit numbers, which are strings in JSON.
"""

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.message import Message

from buf.validate import validate_pb2

Schema = dict[str, Any]
_BOUNDS = {
    "gte": ("minimum", "at least"),
    "gt": ("exclusiveMinimum", "more than"),
    "lte": ("maximum", "at most"),
    "lt": ("exclusiveMaximum", "less than"),
}
_STRINGS = {"min_len": "minLength", "max_len": "maxLength", "pattern": "pattern"}
_FORMATS = {"email": "email", "uuid": "uuid", "uri": "uri", "hostname": "hostname"}
_LISTS = {"min_items": "minItems", "max_items": "maxItems", "unique": "uniqueItems"}
_MAPS = {"min_pairs": "minProperties", "max_pairs": "maxProperties"}


def rules_of(options: Message) -> validate_pb2.FieldRules:
    """The rules among a field's options."""
    rules: validate_pb2.FieldRules = options.Extensions[validate_pb2.field]  # type: ignore[index]
    return rules


def with_rules(schema: Schema, rules: validate_pb2.FieldRules) -> Schema:
    """The schema with what the rules add to it."""
    kind = rules.WhichOneof("type")
    if kind is None:
        return schema
    told: Any = getattr(rules, kind)
    return {**schema, **_WRITERS.get(kind, _bounds)(schema, told)}


def spoken(rules: validate_pb2.FieldRules) -> Iterator[str]:
    """Sentences for what the keywords cannot say."""
    for rule in rules.cel:
        yield f"{rule.message or rule.expression}."
    kind = rules.WhichOneof("type")
    if kind in {"int64", "uint64", "sint64", "duration"}:
        told: Any = getattr(rules, str(kind))
        for name, (_, words) in _BOUNDS.items():
            if told.HasField(name):
                value = getattr(told, name)
                yield f"Must be {words} {value.ToJsonString() if kind == 'duration' else value}."


def _string(_: Schema, told: Any) -> Schema:
    schema: Schema = {
        word: getattr(told, name) for name, word in _STRINGS.items() if _has(told, name)
    }
    for name, word in _FORMATS.items():
        if _has(told, name):
            schema["format"] = word
    if told.HasField("const"):
        schema["const"] = told.const
    values = getattr(told, "in")
    return {**schema, "enum": list(values)} if values else schema


def _repeated(schema: Schema, told: Any) -> Schema:
    words: Schema = {word: getattr(told, name) for name, word in _LISTS.items() if _has(told, name)}
    return {**words, "items": with_rules(schema["items"], told.items)}


def _map(schema: Schema, told: Any) -> Schema:
    words: Schema = {word: getattr(told, name) for name, word in _MAPS.items() if _has(told, name)}
    values = with_rules(schema["additionalProperties"], told.values)
    keys = with_rules({"type": "string"}, told.keys)
    return {**words, "additionalProperties": values, "propertyNames": keys}


def _enum(_: Schema, __: Any) -> Schema:
    """An enum's values stand in its own schema; which are forbidden, its comments tell."""
    return {}


def _bounds(schema: Schema, told: Any) -> Schema:
    """Bounds of a number; those of what is a string in JSON are spoken."""
    if schema.get("type") not in {"integer", "number"}:
        return {}
    return {word: getattr(told, name) for name, (word, _) in _BOUNDS.items() if told.HasField(name)}


def _has(told: Any, name: str) -> bool:
    """Whether a rule is said; `unique: false` and the like say nothing."""
    return told.HasField(name) and getattr(told, name) is not False


_WRITERS: dict[str, Callable[[Schema, Any], Schema]] = {
    "string": _string,
    "repeated": _repeated,
    "map": _map,
    "enum": _enum,
    "duration": _enum,
    "timestamp": _enum,
    "bytes": _enum,
    "bool": _enum,
    "any": _enum,
    "field_mask": _enum,
}
