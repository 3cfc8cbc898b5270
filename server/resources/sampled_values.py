"""Sampled values as wire bytes: exactly what serializing `MeterValue.sampled_values` would give.

A network has a few kinds of samples and millions of values, of which many are told again and
again. What a kind, or a value, has in common is serialized once; a value then costs no message.
"""

import struct
from collections.abc import Iterable
from functools import lru_cache

from ampline.v1.meter_value_pb2 import MeterValue
from server.domain.facts import SampledValue, SignedValue
from server.resources import wire
from server.resources.wire import varint

_FIELDS = MeterValue.DESCRIPTOR.fields_by_name
_SAMPLED_VALUE = wire.tag(_FIELDS["sampled_values"].number)
_TIME = wire.timestamp(_FIELDS["time"].number)
_PARTS = MeterValue.SampledValue.DESCRIPTOR.fields_by_name
_SIGNED = wire.tag(_PARTS["signed_value"].number)
_RAW_VALUE = wire.tag(_PARTS["raw_value"].number)
_VALUE = wire.tag(_PARTS["value"].number, wire.FIXED64)
_double = struct.Struct("<d").pack
_MOST_KINDS = _MOST_KEPT = 4096
_LONGEST_KEPT = 24
"""Letters: a longer value is not told again."""


def to_bytes(values: Iterable[SampledValue]) -> bytes:
    """The field with its tags."""
    return b"".join(
        [
            _kept(value)
            if value.signed is None and len(value.raw_value) <= _LONGEST_KEPT
            else _written(value)
            for value in values
        ]
    )


def _written(sampled: SampledValue) -> bytes:
    measurand, raw_value, value, unit, phase, location, context, signed = sampled
    body = _kind(measurand, phase, location, context, unit)
    if raw_value:
        text = raw_value.encode()
        body += _RAW_VALUE + varint(len(text)) + text
    if value is not None:
        body += _VALUE + _double(value)
    if signed is not None:
        body += _signed(signed)
    return _SAMPLED_VALUE + varint(len(body)) + body


def _signed(signed: SignedValue) -> bytes:
    body = MeterValue.SignedValue(**signed._asdict()).SerializeToString()
    return _SIGNED + varint(len(body)) + body


def measured_at(time_us: int, values: bytes) -> bytes:
    """A MeterValue of that time (microseconds since 1970) and those values."""
    return _TIME(time_us) + values


_kept = lru_cache(_MOST_KEPT)(_written)


@lru_cache(_MOST_KINDS)
def _kind(measurand: str, phase: str, location: str, context: str, unit: str) -> bytes:
    """What all values of a kind have in common: the fields before `raw_value`."""
    return MeterValue.SampledValue(
        measurand=measurand, phase=phase, measurand_location=location, context=context, unit=unit
    ).SerializeToString()
