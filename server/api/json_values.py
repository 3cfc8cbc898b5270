"""Single values of JSON as Envoy's transcoder reads them: where protobuf's parser for Python takes
more than that, Envoy would answer in words of its own, without the field."""

import re
from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from server.resources.descriptors import EnumType, FieldType

_HALF = re.compile("[\ud800-\udfff]")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NO_NUMBERS = {"NaN", "Infinity", "-Infinity"}
_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_DURATION = re.compile(r"-?\d{1,12}(\.\d{1,9})?s", re.ASCII)


def is_misread(value: Any, field: FieldType) -> bool:
    """Whether it is no value of the field, though Python's parser may have taken it for one."""
    if isinstance(value, str) and not is_text(value):
        return True
    if field.enum_type is not None:
        return _is_no_choice(value, field.enum_type)
    judge = _JUDGES.get(_kind(field))
    return judge is not None and judge(value)


def is_text(value: str) -> bool:
    """Whether it has whole characters alone: JSON can name halves of one (surrogates)."""
    return value.isascii() or not _HALF.search(value)


def _kind(field: FieldType) -> object:
    return field.cpp_type if field.message_type is None else field.message_type.full_name


def _is_no_choice(value: Any, choices: EnumType) -> bool:
    """Of an enum there are names and numbers. A number that is written as a text must be known; of
    one that is a number the rules in the protos judge."""
    if isinstance(value, str):
        numbers = {str(number) for number in choices.values_by_number}
        return value not in choices.values_by_name and value not in numbers
    return isinstance(value, bool) or (isinstance(value, float) and not value.is_integer())


def _is_no_whole_number(value: Any) -> bool:
    return isinstance(value, str) and not _WHOLE.fullmatch(value)


def _is_no_number(value: Any) -> bool:
    if not isinstance(value, str):
        return isinstance(value, bool)
    if value in _NO_NUMBERS:
        return False
    return not _NUMBER.fullmatch(value) or abs(float(value)) == float("inf")


def _matches_not(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and not pattern.fullmatch(value)


_JUDGES: dict[object, Callable[[Any], bool]] = {
    **dict.fromkeys((FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT), _is_no_number),
    **dict.fromkeys(
        (
            *(FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64),
            *(FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64),
        ),
        _is_no_whole_number,
    ),
    "google.protobuf.Timestamp": _matches_not(_TIME),
    "google.protobuf.Duration": _matches_not(_DURATION),
}
"""By the field's type, or that of the message in it."""
