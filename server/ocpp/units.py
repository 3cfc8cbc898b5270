"""Units of what chargers measure, in any version of OCPP, and the platform's."""

from functools import lru_cache
from typing import NamedTuple

DEFAULT_MEASURAND = "Energy.Active.Import.Register"

MOST_KEPT = 4096
"""Values that are made once for all who tell them: voltages, currents, states of charge and powers
are the same again and again, and to look one up takes a third of the time of making it."""
LONGEST_KEPT = 24
"""Letters of a value that may be kept: what is longer is signed, or nobody's measurement."""


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
def scale(measurand: str, unit: str) -> Scale:
    """By the unit; without one, by what such a measurand is measured in."""
    if unit:
        return _SCALES.get(unit) or Scale(unit)
    return next(
        (Scale(own) for start, own in _UNIT_OF.items() if measurand.startswith(start)), Scale("")
    )


def number(told: str | float) -> float | None:
    """The number that is told, or in a text, and 0 for -0; None if it is none, or beyond what is
    measured."""
    try:
        value = float(told)
    except (OverflowError, ValueError):
        return None
    if type(told) is str and "_" in told:  # Python's way to write numbers, nobody else's
        return None
    return value + 0.0 if -1e15 < value < 1e15 else None  # neither NaN nor beyond what is measured
