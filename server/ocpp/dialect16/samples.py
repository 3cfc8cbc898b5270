"""Sampled values of OCPP 1.6 (section 7.43) in the platform's units."""

from server.domain.facts import SampledValue, SampleSet
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment
from server.ocpp.units import DEFAULT_MEASURAND, number, scale


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
    measurand = get("measurand", DEFAULT_MEASURAND)
    unit, factor, offset = scale(measurand, get("unit", ""))
    value = None if get("format") == "SignedData" else number(raw)
    if value is not None and (factor != 1 or offset):
        value = value * factor + offset
    return SampledValue(
        measurand, raw, value, unit, get("phase", ""), get("location", ""), get("context", "")
    )
