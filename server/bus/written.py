"""Commands and their answers as bytes, for another node: JSON, read by their types' fields."""

import types
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

T = TypeVar("T")


def write(value: Any) -> bytes:
    """A dataclass, with all that it has."""
    return orjson.dumps(_plain(value))


def read(kind: type[T], data: Any) -> T:
    """A value of that type, of what JSON made of it. ValueError, TypeError or KeyError if it is
    none: the other node may be of another version."""
    found: T = _read(kind, data)
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value) or hasattr(value, "_fields"):
        return {name: _plain(getattr(value, name)) for name in _fields(type(value))}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _fields(kind: Any) -> dict[str, Any]:
    if kind not in _known:
        _known[kind] = get_type_hints(kind)
    return _known[kind]


_known: dict[Any, dict[str, Any]] = {}


def _read(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        (inner,) = (each for each in get_args(kind) if each is not types.NoneType)
        return None if data is None else _read(inner, data)
    if origin is tuple:
        inner, _ = get_args(kind)
        return tuple(_read(inner, each) for each in data)
    if kind is Any or origin is Mapping or not isinstance(kind, type):
        return data
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return kind(**{name: _read(_fields(kind)[name], each) for name, each in data.items()})
    if issubclass(kind, Enum):
        return kind(data)
    return datetime.fromisoformat(data) if kind is datetime else data
