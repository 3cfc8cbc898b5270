"""Sampled values of OCPP 1.6 (section 7.43) in the platform's units."""

from functools import lru_cache

from server.domain.facts import SampledValue, SampleSet
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment
from server.ocpp.units import DEFAULT_MEASURAND, LONGEST_KEPT, MOST_KEPT, number, scale


def sample_sets(meter_values: list[Payload]) -> tuple[SampleSet, ...]:
    """The values of `meterValue` or `transactionData`."""
    return tuple(
        [
            SampleSet(
                moment(each["timestamp"], "timestamp"),
                tuple(map(_sampled_value, each["sampledValue"])),
            )
            for each in meter_values
        ]
    )


def _sampled_value(sample: Payload) -> SampledValue:
    get = sample.get
    raw = sample["value"]
    make = _made if len(raw) <= LONGEST_KEPT else _made.__wrapped__
    return make(
        raw,
        get("measurand", DEFAULT_MEASURAND),
        get("unit", ""),
        get("format") == "SignedData",
        get("phase", ""),
        get("location", ""),
        get("context", ""),
    )


@lru_cache(MOST_KEPT)
def _made(
    raw: str, measurand: str, unit: str, signed: bool, phase: str, location: str, context: str
) -> SampledValue:
    unit, factor, offset = scale(measurand, unit)
    value = None if signed else number(raw)
    if value is not None and (factor != 1 or offset):
        value = value * factor + offset
    return SampledValue(measurand, raw, value, unit, phase, location, context)
