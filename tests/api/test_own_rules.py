"""A resource's own rules see it before anybody has held it against those in its proto, for all
faults are told at once: so they bear whatever a message can have."""

import random
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor

from server.api import checks
from tests.api.samples import ALL, Sample

_ROUNDS = 150
_DEEPEST = 5
_TEXTS = ("", "x", "-1", "0.5", "1e400", "NaN", "٣", "Europe/Paris", "users/u", "EUR", "é\0" * 9)
_WHOLE = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), -1, 0, 1, 31, 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), -1, 0, 1, 253_402_300_800, 2**63 - 1),
}
_FRACTIONS = (float("nan"), float("inf"), -1e308, 0.0, 5e-324, 90.5)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.field)
def test_own_rules_bear_whatever_is_sent(sample: Sample) -> None:
    chance = random.Random(sample.field)
    for _ in range(_ROUNDS):
        resource = sample.message()
        _fill(resource, chance, _DEEPEST)
        checks.own_faults(resource)


def _fill(message: Any, chance: random.Random, deep: int) -> None:
    for field in message.DESCRIPTOR.fields:
        if chance.random() < 0.4:
            continue
        if field.message_type is None:
            _set(message, field, chance)
        elif field.message_type.GetOptions().map_entry:
            kinds = field.message_type.fields_by_name
            key, value = (_value(kinds[name], chance) for name in ("key", "value"))
            getattr(message, field.name)[key] = value
        elif deep:
            inside = getattr(message, field.name)
            for each in [inside.add() for _ in range(2)] if field.is_repeated else [inside]:
                each.SetInParent()
                _fill(each, chance, deep - 1)


def _set(message: Any, field: Any, chance: random.Random) -> None:
    if field.is_repeated:
        getattr(message, field.name).extend(_value(field, chance) for _ in range(2))
    else:
        setattr(message, field.name, _value(field, chance))


def _value(field: Any, chance: random.Random) -> Any:
    if field.enum_type is not None:
        return chance.choice((-1, 99, *field.enum_type.values_by_number))
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        text = chance.choice(_TEXTS)
        return text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return chance.random() < 0.5
    return chance.choice(_WHOLE.get(field.cpp_type, _FRACTIONS))
