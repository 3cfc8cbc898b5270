"""Sampled values are written as protobuf would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampline.v1.meter_value_pb2 import MeterValue
from server.domain.facts import SampledValue, SignedValue
from server.resources import sampled_values

_WORDS = st.text(st.characters(codec="utf-8"), max_size=200)
_SIGNED = st.none() | st.builds(SignedValue, _WORDS, _WORDS, _WORDS, _WORDS)
_VALUES = st.builds(
    SampledValue, _WORDS, _WORDS, st.none() | st.floats(), _WORDS, _WORDS, _WORDS, _WORDS, _SIGNED
)


def serialized(values: list[SampledValue]) -> bytes:
    return MeterValue(
        sampled_values=[
            MeterValue.SampledValue(
                measurand=value.measurand,
                phase=value.phase,
                measurand_location=value.location,
                context=value.context,
                unit=value.unit,
                raw_value=value.raw_value,
                value=value.value,
                signed_value=MeterValue.SignedValue(**value.signed._asdict())
                if value.signed
                else None,
            )
            for value in values
        ]
    ).SerializeToString()


@given(st.lists(_VALUES, max_size=8))
def test_bytes_are_those_of_the_message(values: list[SampledValue]) -> None:
    assert sampled_values.to_bytes(values) == serialized(values)


@pytest.mark.parametrize("time_us", [0, 1, 999_999, 1_000_000, 1_767_225_600_123_456])
def test_a_meter_value_has_its_time(time_us: int) -> None:
    values = [SampledValue("Voltage", "230.1", 230.1, "V", "L1-N")]
    message = MeterValue.FromString(
        sampled_values.measured_at(time_us, sampled_values.to_bytes(values))
    )
    assert message.time.ToMicroseconds() == time_us
    assert message.sampled_values[0].value == 230.1
