"""What a set of sampled values says, and whether an energy register can be believed.

Measurands are those of OCPP 1.6 section 7.31 and 2.0.1 section 3.48; values are in
Wh, W, A, V, percent and °C.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from server.domain.facts import SampledValue

REGISTER = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
POWER_OFFERED = "Power.Offered"
CURRENT = "Current.Import"
CURRENT_OFFERED = "Current.Offered"
VOLTAGE = "Voltage"
SOC = "SoC"
TEMPERATURE = "Temperature"

_SUMMED = {REGISTER, POWER, POWER_OFFERED}
_NOT_AT_THE_CAR = {"Inlet", "Cable", "Body"}
"""Where the grid comes in, or inside."""
_OF_THE_CAR = {SOC, TEMPERATURE}
"""Wherever they are told."""
_NOT_A_LINE = {"N"}


@dataclass(slots=True)
class Reading:
    """The measurands that the platform works with; None = not told."""

    register_wh: float | None = None
    power_w: float | None = None
    power_offered_w: float | None = None
    current_a: float | None = None
    current_offered_a: float | None = None
    voltage_v: float | None = None
    soc_percent: float | None = None
    temperature_celsius: float | None = None


_FIELD = {
    REGISTER: "register_wh",
    POWER: "power_w",
    POWER_OFFERED: "power_offered_w",
    CURRENT: "current_a",
    CURRENT_OFFERED: "current_offered_a",
    VOLTAGE: "voltage_v",
    SOC: "soc_percent",
    TEMPERATURE: "temperature_celsius",
}


def read(values: Iterable[SampledValue]) -> Reading:
    """One reading of the values measured at one time.

    A value for all phases goes before values by phase; of those, energies and powers are
    summed, and of currents and voltages the highest line counts.
    """
    reading = Reading()
    by_phase: dict[str, list[float]] = {}
    for measurand, _, value, _, phase, location, _, _ in values:
        field = _FIELD.get(measurand)
        if field is None or value is None:
            continue
        if location in _NOT_AT_THE_CAR and measurand not in _OF_THE_CAR:
            continue
        if not phase:
            setattr(reading, field, value)
        elif phase not in _NOT_A_LINE:
            by_phase.setdefault(measurand, []).append(value)
    for measurand, found in by_phase.items():
        if getattr(reading, _FIELD[measurand]) is None:
            setattr(reading, _FIELD[measurand], sum(found) if measurand in _SUMMED else max(found))
    return reading


JUMP_SLACK_WH = 1_000
"""What a register may advance at once whatever the time: coarse registers step by a kWh."""

COARSE_TIME_S = 60
"""What lies between two values at least: some chargers tell the minute, or when they send."""

UNKNOWN_EVSE_POWER_W = 1_000_000
"""What an EVSE of unknown power is believed to deliver at most: megawatt charging."""


class Register(NamedTuple):
    """A session's energy register, in unbroken runs.

    Where the register goes backwards, or jumps beyond what the EVSE can deliver, a new run
    begins: energy is the sum over the runs, and what lies between two runs is not billed. If it is
    back with the next value, there was no new run, but a wrong value.
    """

    start_wh: int
    last_wh: int
    summed_wh: int = 0

    @property
    def energy_wh(self) -> int:
        """Energy over all runs."""
        return self.summed_wh + self.last_wh - self.start_wh

    def advance(self, register_wh: int) -> "Register":
        """The register, one reading on in the same run."""
        return Register(self.start_wh, register_wh, self.summed_wh)

    def restart(self, register_wh: int) -> "Register":
        """The register, at the beginning of a new run."""
        return Register(register_wh, register_wh, self.energy_wh)

    @property
    def is_new_run(self) -> bool:
        """Whether it did not move since its run began."""
        return self.start_wh == self.last_wh

    def back_at(self, register_wh: int) -> "Register":
        """The register, at the end of the run before this one, which never moved."""
        return Register(register_wh, register_wh, self.summed_wh)

    def jumped(self, register_wh: int, seconds: float, max_power_w: int | None) -> bool:
        """Whether it advanced by more than the EVSE delivers in that time."""
        seconds = max(seconds, COARSE_TIME_S)
        most = (max_power_w or UNKNOWN_EVSE_POWER_W) * seconds / 3600
        return register_wh - self.last_wh > 1.5 * most + JUMP_SLACK_WH
