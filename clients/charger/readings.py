"""What a sample says of a measurand: the same in every version of OCPP."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ocpp.v16.enums import Measurand, UnitOfMeasure

from clients.charger.meter import Sample

PHASES = ("L1", "L2", "L3")


class Reading(NamedTuple):
    """One value."""

    measurand: str
    value: float
    unit: str
    digits: int = 0
    """Decimal places that are told."""
    phase: str = ""


def readings_of(sample: Sample, measurands: Sequence[str]) -> list[Reading]:
    """What is asked for, or the register, as one there must be."""
    found = [reading for name in measurands for reading in readings(sample, name)]
    return found or list(readings(sample, Measurand.energy_active_import_register))


def readings(sample: Sample, measurand: str) -> Iterator[Reading]:
    """One value, one a phase, or none where nothing was measured."""
    match measurand:
        case Measurand.energy_active_import_register:
            # Down to a whole Wh, as at start and stop: the register never goes back.
            yield Reading(measurand, int(sample.register_wh), UnitOfMeasure.wh)
        case Measurand.power_active_import if sample.power_w is not None:
            yield Reading(measurand, sample.power_w, UnitOfMeasure.w)
        case Measurand.current_import if sample.current_a is not None:
            yield from _by_phase(sample, measurand, sample.current_a, UnitOfMeasure.a, "")
        case Measurand.voltage if sample.voltage_v is not None:
            yield from _by_phase(sample, measurand, sample.voltage_v, UnitOfMeasure.v, "-N")
        case Measurand.power_offered if sample.offered_w is not None:
            yield Reading(measurand, sample.offered_w, UnitOfMeasure.w)
        case Measurand.soc if sample.soc is not None:
            yield Reading(measurand, sample.soc, UnitOfMeasure.percent, 1)
        case Measurand.temperature if sample.temperature_c is not None:
            yield Reading(measurand, sample.temperature_c, UnitOfMeasure.celsius, 1)


def _by_phase(
    sample: Sample, measurand: str, measured: float, unit: str, against: str
) -> Iterator[Reading]:
    """The value of each phase; without phases, the one value."""
    for phase in PHASES[: sample.phases]:
        yield Reading(measurand, measured, unit, 1, phase + against)
    if not sample.phases:
        yield Reading(measurand, measured, unit, 1)
