"""Resources that Hypothesis draws, from their descriptors: every field by its rules.

What no rule in a proto says (that two times are in order, that two amounts are of one currency)
a drawn resource may break; whoever sends it must count on being refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from hypothesis import strategies as st

from buf.validate import validate_pb2
from server.api.masks import writable_fields
from server.resources.descriptors import referenced_type

Pool = Mapping[str, Sequence[str]]
"""By kind of resource the names of some that exist."""
Strategy = st.SearchStrategy[Any]

_DEEPEST = 4
_INT32 = (-(2**31), 2**31 - 1)
_INT64 = (-(2**63), 2**63 - 1)
_LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
_YEARS = {"min_value": 0, "max_value": 4_000_000_000}


def resources(message: Any, pool: Pool) -> Strategy:
    """Resources of a type, with any of the fields that a client may write."""
    writable = {field.name for field in writable_fields(message.DESCRIPTOR)}
    return _messages(message.DESCRIPTOR, pool, _DEEPEST, writable)


def _messages(descriptor: Any, pool: Pool, deep: int, fields: set[str] | None = None) -> Strategy:
    """Messages with any of the named fields, and all that are required."""

    @st.composite
    def drawn(draw: Any) -> Any:
        made = _class_of(descriptor)()
        for field in _one_of_each(draw, descriptor):
            if fields is not None and field.name not in fields:
                continue
            values = _field(field, pool, deep - 1)
            if values is None or not (_is_required(field) or draw(st.booleans())):
                continue
            _put(made, field, draw(values))
        return made

    return drawn()


def _one_of_each(draw: Any, descriptor: Any) -> Iterator[Any]:
    """The fields, but of those that exclude one another only one."""
    for field in descriptor.fields:
        if field.containing_oneof is None or _is_optional(field):
            yield field
    for oneof in descriptor.oneofs:
        choices = [field for field in oneof.fields if not _is_optional(field)]
        if choices:
            yield draw(st.sampled_from(choices))


def _is_optional(field: Any) -> bool:
    """Whether its oneof is there for its presence alone."""
    return field.containing_oneof is not None and len(field.containing_oneof.fields) == 1


def _put(message: Any, field: Any, value: Any) -> None:
    if field.is_repeated and isinstance(value, dict):
        getattr(message, field.name).update(value)
    elif field.is_repeated:
        getattr(message, field.name).extend(value)
    elif field.message_type is not None:
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _field(field: Any, pool: Pool, deep: int) -> Strategy | None:
    """What a field may hold; None where there is nothing that it could."""
    rules = rules_of(field)
    if not field.is_repeated:
        return _single(field, rules, pool, deep)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return _maps(field.message_type, rules.map)
    items = _single(field, rules.repeated.items, pool, deep)
    if items is None:
        return None
    least = max(1, rules.repeated.min_items)
    unique = _key if rules.repeated.unique or referenced_type(field) else None
    return st.lists(items, min_size=least, max_size=least + 2, unique_by=unique)


def _maps(entry: Any, rules: Any) -> Strategy:
    """Maps of texts to texts: of labels there are no others."""
    assert {field.cpp_type for field in entry.fields} == {FieldDescriptor.CPPTYPE_STRING}
    return st.dictionaries(_texts(rules.keys), _texts(rules.values), min_size=1, max_size=3)


def _key(value: Any) -> Any:
    return value.SerializeToString() if hasattr(value, "SerializeToString") else value


def _single(field: Any, rules: Any, pool: Pool, deep: int) -> Strategy | None:
    kind = referenced_type(field)
    if kind:
        return st.sampled_from(sorted(pool[kind])) if pool.get(kind) else None
    if field.message_type is not None:
        known = WELL_KNOWN.get(field.message_type.full_name)
        if known is not None:
            return known(field.message_type, rules)
        return _messages(field.message_type, pool, deep) if deep > 0 else None
    if field.enum_type is not None:
        numbers = {value.number for value in field.enum_type.values}
        return st.sampled_from(sorted(numbers - {0} - set(rules.enum.not_in)))
    return _SCALARS[field.cpp_type](rules)


def _texts(rules: Any) -> Strategy:
    rule = rules.string
    if rule.email:
        return st.from_regex(r"[a-z]{1,12}@[a-z]{1,12}\.(com|org)", fullmatch=True)
    if rule.uuid:
        return st.uuids().map(str)
    if rule.uri:
        return st.from_regex(r"https://[a-z]{1,9}\.com/[a-z]{0,9}", fullmatch=True)
    if rule.pattern:
        return st.from_regex(rule.pattern.removesuffix("$") + r"\Z", fullmatch=True)
    least, most = rule.min_len or rule.min_bytes, rule.max_len or rule.max_bytes or 30
    letters = st.characters(min_codepoint=32, max_codepoint=126)
    return st.text(letters if rule.max_bytes else _LETTERS, min_size=max(1, least), max_size=most)


def _whole(rule: Any, range_: tuple[int, int]) -> Strategy:
    choices = list(getattr(rule, "in"))
    if choices:
        return st.sampled_from(choices)
    least, most = _bounds(rule, *range_, 1)
    return st.integers(int(least), int(most))


def _real(rules: Any) -> Strategy:
    least, most = _bounds(rules.double, -1e12, 1e12, 1e-3)
    return st.floats(least, most, allow_nan=False)


def _bounds(rule: Any, least: float, most: float, step: float) -> tuple[float, float]:
    """The range that a rule leaves."""
    given = {each.name: value for each, value in rule.ListFields()}
    least = given.get("gte", given["gt"] + step if "gt" in given else least)
    most = given.get("lte", given["lt"] - step if "lt" in given else most)
    return least, most


_SCALARS: dict[int, Callable[[Any], Strategy]] = {
    FieldDescriptor.CPPTYPE_STRING: _texts,
    FieldDescriptor.CPPTYPE_BOOL: lambda _: st.booleans(),
    FieldDescriptor.CPPTYPE_INT32: lambda rules: _whole(rules.int32, _INT32),
    FieldDescriptor.CPPTYPE_INT64: lambda rules: _whole(rules.int64, _INT64),
    FieldDescriptor.CPPTYPE_DOUBLE: _real,
}


def _times(message: Any, _: Any) -> Strategy:
    made = _class_of(message)
    micros = st.integers(0, 999_999)
    return st.builds(lambda s, us: made(seconds=s, nanos=us * 1000), st.integers(**_YEARS), micros)


def _durations(message: Any, rules: Any) -> Strategy:
    most = rules.duration.lte.seconds or 864_000
    return st.integers(1, most).map(lambda seconds: _class_of(message)(seconds=seconds))


def _built(**parts: Strategy) -> Callable[[Any, Any], Strategy]:
    return lambda message, _: st.builds(_class_of(message), **parts)


WELL_KNOWN: dict[str, Callable[[Any, Any], Strategy]] = {
    "google.protobuf.Timestamp": _times,
    "google.protobuf.Duration": _durations,
    "google.type.Money": _built(
        currency_code=st.just("EUR"),
        units=st.integers(0, 1000),
        nanos=st.integers(0, 99).map(lambda cents: cents * 10_000_000),
    ),
    "google.type.Decimal": _built(value=st.integers(0, 100).map(str)),
    "google.type.Date": _built(
        year=st.integers(2000, 2100), month=st.integers(1, 12), day=st.integers(1, 28)
    ),
    "google.type.TimeOfDay": _built(hours=st.integers(0, 23), minutes=st.integers(0, 59)),
    "google.type.LatLng": _built(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180)),
    "google.type.PostalAddress": _built(
        region_code=st.from_regex("[A-Z]{2}", fullmatch=True),
        locality=st.text(_LETTERS, max_size=30),
        address_lines=st.lists(st.text(_LETTERS, max_size=30), max_size=3),
    ),
}
"""Types of others, as the platform expects them; amounts of money are in one currency."""


def rules_of(field: Any) -> Any:
    """buf.validate's rules of a field."""
    return field.GetOptions().Extensions[validate_pb2.field]


def _is_required(field: Any) -> bool:
    return bool(rules_of(field).required)


@cache
def _class_of(descriptor: Any) -> Any:
    from google.protobuf.message_factory import GetMessageClass

    return GetMessageClass(descriptor)
