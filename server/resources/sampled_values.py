"""Sampled values as wire bytes: exactly what serializing `MeterValue.sampled_values` would give.

A network has a few kinds of samples and millions of values. What a kind has in common
is serialized once; a value then costs no message.
"""

from collections.abc import Iterable
from functools import lru_cache

from ampline.v1.meter_value_pb2 import MeterValue
from server.domain.facts import SampledValue
from server.resources import wire

_FIELDS = MeterValue.DESCRIPTOR.fields_by_name
_WRITE = wire.body(_FIELDS["sampled_values"].number)
_TIME = wire.timestamp(_FIELDS["time"].number)
_PARTS = MeterValue.SampledValue.DESCRIPTOR.fields_by_name
_RAW_VALUE = wire.text(_PARTS["raw_value"].number)
_VALUE = wire.real_number(_PARTS["value"].number)
_MOST_KINDS = 4096


def to_bytes(values: Iterable[SampledValue]) -> bytes:
    """The field with its tags."""
    return b"".join([_write(*value) for value in values])


def measured_at(time_us: int, values: bytes) -> bytes:
    """A MeterValue of that time (microseconds since 1970) and those values."""
    return _TIME(time_us) + values


def _write(
    measurand: str,
    raw_value: str,
    value: float | None,
    unit: str,
    phase: str,
    location: str,
    context: str,
) -> bytes:
    body = _kind(measurand, phase, location, context, unit)
    if raw_value:
        body += _RAW_VALUE(raw_value)
    if value is not None:
        body += _VALUE(value)
    return _WRITE(body)


@lru_cache(_MOST_KINDS)
def _kind(measurand: str, phase: str, location: str, context: str, unit: str) -> bytes:
    """What all values of a kind have in common: the fields before `raw_value`."""
    return MeterValue.SampledValue(
        measurand=measurand, phase=phase, measurand_location=location, context=context, unit=unit
    ).SerializeToString()
