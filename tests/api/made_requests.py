"""Requests that are right, made out of the rules in the protos alone."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.api.annotations_pb2 import http
from google.api.field_behavior_pb2 import REQUIRED
from google.protobuf import descriptor_pool

from buf.validate import validate_pb2
from server.api.checks import check_request
from server.api.methods import Method
from server.domain.errors import RefusedError
from server.resources.descriptors import behaviors, referenced_type, resource_type

TEXTS = (
    "abc", "EUR", "NL", "Europe/Amsterdam", "ada@example.com", "long enough for a password",
    "123456", "2026-01-01", "6f1c1a4e-0d3b-4c5e-9a51-1d0c6a3f7b20", "https://example.com/a", "1",
    "chargePoints/-",
)  # fmt: skip
NOTHING = "nothing"
"""The name of no resource."""
NUMBERS = (1, 2, 10, 100, 1000, 50_000)


class Making:
    """A request of a method, with what it needs; `names` are the names of resources by their
    kind, for what must refer to one."""

    def __init__(self, method: Method, names: Mapping[str, str]) -> None:
        self.method = method
        self.names = dict(names)
        self.request: Any = method.parse(b"")
        self._tries: dict[str, Any] = {}
        _fill(self.request, self.names)
        for field, collection in method_parents(method):
            put(self.request, field, _in_collection(collection, self.names))
        if method.updates:
            self._begin_update()
        self._obey_the_rules()

    def faults(self) -> dict[str, str]:
        """What is wrong with it by the rules in the protos."""
        return _faults(self.method, self.request)

    def mend(self, paths: Iterable[str]) -> None:
        """Tries the next values of the fields that faults name."""
        for path in paths:
            numbers = self._tries.setdefault(path, itertools.count(0))
            message, field = _find(self.request, path.split("."), numbers)
            if field is not None:
                _set(message, field, self.names, next(numbers))
        self._obey_the_rules()

    def _begin_update(self) -> None:
        """Something to write: the free data that every resource has."""
        resource = getattr(self.request, self.method.updates)
        resource.Clear()
        resource.name = self.names.get(resource_type(resource.DESCRIPTOR), NOTHING)
        resource.external_id = "changed"

    def _obey_the_rules(self) -> None:
        for _ in range(30):
            faults = self.faults()
            if not faults:
                return
            for path in faults:
                numbers = self._tries.setdefault(path, itertools.count(0))
                message, field = _find(self.request, path.split("."), numbers)
                if field is not None:
                    _set(message, field, self.names, next(numbers))


def method_parents(method: Method) -> Iterator[tuple[str, str]]:
    """The fields in the method's path, each with the collection that it names one of."""
    service: Any = descriptor_pool.Default().FindServiceByName(method.service)
    rule = service.methods_by_name[method.name].GetOptions().Extensions[http]
    for _, path in rule.ListFields():
        yield from re.findall(r"\{([\w.]+)=([\w/*]+)\}", str(path))


def put(message: Any, path: str, value: str) -> None:
    """Sets the field at a path such as `user`, `names[]` or `requests[0].id_tag.user`."""
    *words, last = path.split(".")
    for word in words:
        name, is_first, _ = word.partition("[0]")
        message = getattr(message, name)[0] if is_first else getattr(message, name)
    if last.endswith("[]"):
        message.ClearField(last[:-2])
        getattr(message, last[:-2]).append(value)
    else:
        setattr(message, last, value)


def _in_collection(pattern: str, names: Mapping[str, str]) -> str:
    """The resource whose name fits the pattern, such as `chargePoints/*`."""
    fits = re.compile(pattern.replace("*", "[^/]+")).fullmatch
    return next((name for name in names.values() if fits(name)), NOTHING)


def _faults(method: Method, request: Any) -> dict[str, str]:
    try:
        check_request(method, request)
    except RefusedError as error:
        return error.violations
    return {}


def _fill(message: Any, names: Mapping[str, str]) -> None:
    for field in message.DESCRIPTOR.fields:
        rules = field.GetOptions().Extensions[validate_pb2.field]
        if REQUIRED in behaviors(field) or rules.required:
            _set(message, field, names, 0)


def _set(message: Any, field: Any, names: Mapping[str, str], attempt: int) -> None:
    """Gives the field a value, another one at each attempt."""
    value = _value(message, field, names, attempt)
    if value is None:
        return
    if field.is_repeated:
        message.ClearField(field.name)
        getattr(message, field.name).append(value)
    elif field.message_type is not None:
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _value(message: Any, field: Any, names: Mapping[str, str], attempt: int) -> Any:
    kind = field.message_type
    if kind is not None:
        if kind.GetOptions().map_entry:
            return None
        return _message(message, field, names)
    if referenced_type(field) in names:
        return names[referenced_type(field)]
    if field.type == field.TYPE_STRING:
        return TEXTS[attempt % len(TEXTS)]
    numbers: Sequence[Any] = (True, False) if field.type == field.TYPE_BOOL else NUMBERS
    if field.enum_type is not None:
        numbers = [each.number for each in field.enum_type.values if each.number]
    return numbers[attempt % len(numbers)]


def _message(message: Any, field: Any, names: Mapping[str, str]) -> Any:
    holder = type(message)()
    made = getattr(holder, field.name)
    made = made.add() if field.is_repeated else made
    match field.message_type.full_name:
        case "google.type.Money":
            made.currency_code, made.units = "EUR", 1
        case "google.type.LatLng":
            made.latitude, made.longitude = 52.1, 4.3
        case "google.type.PostalAddress":
            made.region_code, made.locality = "NL", "Utrecht"
        case "google.protobuf.Timestamp":
            made.seconds = 4_000_000_000
        case "google.protobuf.Duration":
            made.seconds = 600
        case "google.type.Date":
            made.year, made.month, made.day = 2026, 1, 1
        case "google.type.Decimal":
            made.value = "10"
        case _:
            _fill(made, names)
    return made


def _find(message: Any, words: Iterable[str], numbers: Iterator[int]) -> tuple[Any, Any]:
    """The field at the end of a path such as `a.b[0].c`, and the message that has it; of a oneof,
    one of its fields."""
    word, *rest = words
    name, index = re.fullmatch(r"(\w*)(?:\[(.*)\])?", word).groups()  # type: ignore[union-attr]
    oneof = message.DESCRIPTOR.oneofs_by_name.get(name)
    if oneof is not None:
        return message, oneof.fields[next(numbers) % len(oneof.fields)]
    field = message.DESCRIPTOR.fields_by_name.get(name)
    if field is None or not rest or field.message_type is None:
        return message, field
    inside = getattr(message, name)
    return _find(inside[int(index or 0)] if field.is_repeated else inside, rest, numbers)
