"""When a connected car counts as idle, where a tariff says how to tell.

From each reading on until the next, the car idles if every sign that the tariff names
and that can be told says so; where none can be told, the charger's own word counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.domain.idle_detection import average_power_w, state_of
from server.domain.pricing import ChargingPeriod, ChargingState, MeterSample
from server.domain.tariffs import IdleDetection


@dataclass(frozen=True, slots=True)
class Reading:
    """Energy since the start, in Wh, and the state of charge in percent, at one time."""

    time: datetime
    energy_wh: int
    soc_percent: int | None = None


def periods_by(
    detection: IdleDetection, told: Sequence[ChargingPeriod], readings: Sequence[Reading]
) -> tuple[ChargingPeriod, ...]:
    """The session's periods by the tariff's own signs; `told` are the charger's.

    Readings are in order of time. Where the tariff names no sign, the charger's word stands.
    """
    if not _named(detection) or not readings:
        return tuple(told)
    found = [told[0]] if told else []
    samples = [MeterSample(reading.time, reading.energy_wh) for reading in readings]
    for reading in readings:
        says, power = _told_at(told, reading.time), average_power_w(samples, reading.time)
        state = state_of(detection, says, reading.soc_percent, power)
        if not found or found[-1].state is not state:
            found.append(ChargingPeriod(reading.time, state))
    return tuple(found)


def _named(detection: IdleDetection) -> bool:
    return detection.soc_percent is not None or detection.average_power_below_w is not None


def _told_at(told: Sequence[ChargingPeriod], moment: datetime) -> ChargingState:
    state = ChargingState.CHARGING
    for period in told:
        if period.start <= moment:
            state = period.state
    return state
