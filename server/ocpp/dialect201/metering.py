"""Block J, metering: sampled values (section 2.50) in the platform's units."""

from functools import lru_cache

from server.domain.facts import Measured, SampledValue, SampleSet, SignedValue
from server.ocpp.dialect201.availability import MOST_EVSES, number_of
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, noted
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment
from server.ocpp.units import DEFAULT_MEASURAND, LONGEST_KEPT, MOST_KEPT, number, scale


def meter_values(payload: Payload) -> Fact:
    """MeterValues (J01): of no transaction; EVSE 0 is the main meter."""
    evse = number_of(payload["evseId"], "evseId", MOST_EVSES)
    return Measured(evse, 0, None, sample_sets(payload["meterValue"]))


def sample_sets(meter_values: list[Payload]) -> tuple[SampleSet, ...]:
    """The values of `meterValue`."""
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
    raw = str(sample["value"])
    measured_in = get("unitOfMeasure") or {}
    make = _made if len(raw) <= LONGEST_KEPT else _made.__wrapped__
    made = make(
        raw,
        get("measurand", DEFAULT_MEASURAND),
        measured_in.get("unit", ""),
        measured_in.get("multiplier", 0),
        get("phase", ""),
        get("location", ""),
        get("context", ""),
    )
    if "signedMeterValue" in sample:
        return made._replace(signed=_signed(sample["signedMeterValue"]))
    return made


@lru_cache(MOST_KEPT)
def _made(
    raw: str, measurand: str, unit: str, power: int, phase: str, location: str, context: str
) -> SampledValue:
    unit, factor, offset = scale(measurand, unit)
    value = number(f"{raw}e{power}" if power else raw)
    if value is not None and (factor != 1 or offset):
        value = value * factor + offset
    return SampledValue(measurand, raw, value, unit, phase, location, context)


def _signed(told: Payload) -> SignedValue:
    return SignedValue(
        told["signedMeterData"],
        told["encodingMethod"],
        told.get("signingMethod") or "",
        told.get("publicKey") or "",
    )


HEARD: Heard = {"MeterValues": (meter_values, noted)}
SAID: Said = {}
