"""Sampled values of OCPP 1.6 (section 7.43) in the platform's units."""

from functools import lru_cache
from typing import Any, NamedTuple

from server.domain.facts import SampledValue, SampleSet
from server.ocpp import timestamps
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.schemas import Payload

DEFAULT_MEASURAND = "Energy.Active.Import.Register"


class Scale(NamedTuple):
    """How a unit becomes ours: `value * factor + offset`."""

    unit: str
    factor: float = 1
    offset: float = 0


_SCALES = {
    "kWh": Scale("Wh", 1000),
    "kvarh": Scale("varh", 1000),
    "kW": Scale("W", 1000),
    "kVA": Scale("VA", 1000),
    "kvar": Scale("var", 1000),
    "K": Scale("Celsius", 1, -273.15),
    "Celcius": Scale("Celsius"),
    "Fahrenheit": Scale("Celsius", 5 / 9, -160 / 9),
    "%": Scale("Percent"),
    "Hz": Scale("Hertz"),
}
_UNIT_OF = {
    "Energy.Active": "Wh",
    "Energy.Reactive": "varh",
    "Power.Active": "W",
    "Power.Offered": "W",
    "Power.Reactive": "var",
    "Current": "A",
    "Voltage": "V",
    "Frequency": "Hertz",
    "Temperature": "Celsius",
    "SoC": "Percent",
}


@lru_cache(maxsize=1024)
def _scale(measurand: str, unit: str) -> Scale:
    """By the unit; without one, by what such a measurand is measured in."""
    if unit:
        return _SCALES.get(unit) or Scale(unit)
    return next(
        (Scale(own) for start, own in _UNIT_OF.items() if measurand.startswith(start)), Scale("")
    )


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
    unit, factor, offset = _scale(measurand, get("unit", ""))
    value = None if get("format") == "SignedData" else _number(raw)
    if value is not None and (factor != 1 or offset):
        value = value * factor + offset
    return SampledValue(
        measurand, raw, value, unit, get("phase", ""), get("location", ""), get("context", "")
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if "_" in text:  # Python's way to write numbers, nobody else's
        return None
    return number if -1e15 < number < 1e15 else None  # neither NaN nor beyond what is measured


def moment(text: Any, field: str) -> Any:
    """A time that the schema let pass; FaultyError if it is none after all."""
    try:
        return timestamps.parse(text)
    except ValueError:
        raise FaultyError(Fault.PROPERTY, f"{field} is no time") from None
