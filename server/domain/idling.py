"""When a connected car counts as idle, where a tariff says how to tell (pricing.md, idle detection).

From each reading on until the next, the car idles if every sign that the tariff names
and that can be told says so; where none can be told, the charger's own word counts.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.pricing import ChargingPeriod, ChargingState
from server.domain.tariffs import IdleDetection

WINDOW = timedelta(minutes=5)
"""Over which the average power is taken."""


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
    for place, reading in enumerate(readings):
        state = _state(detection, readings, place) or _told_at(told, reading.time)
        if not found or found[-1].state is not state:
            found.append(ChargingPeriod(reading.time, state))
    return tuple(found)


def energy_at(readings: Sequence[Reading], moment: datetime) -> int:
    """Energy since the start at a moment, spread evenly between readings, in Wh."""
    place = bisect_left(readings, moment, key=lambda reading: reading.time)
    before = readings[place - 1] if place else Reading(moment, 0)
    if place == len(readings):
        return before.energy_wh
    return _between(before, readings[place], moment)


def _between(before: Reading, after: Reading, moment: datetime) -> int:
    span = after.time - before.time
    if span <= timedelta(0):
        return after.energy_wh if after.time <= moment else before.energy_wh
    share = (moment - before.time) / span
    return round(before.energy_wh + share * (after.energy_wh - before.energy_wh))


def _named(detection: IdleDetection) -> bool:
    return detection.soc_percent is not None or detection.average_power_below_w is not None


def _state(
    detection: IdleDetection, readings: Sequence[Reading], place: int
) -> ChargingState | None:
    signs = [_full(detection, readings[place]), _slow(detection, readings, place)]
    known = [sign for sign in signs if sign is not None]
    if not known:
        return None
    return ChargingState.IDLE if all(known) else ChargingState.CHARGING


def _full(detection: IdleDetection, reading: Reading) -> bool | None:
    if detection.soc_percent is None or reading.soc_percent is None:
        return None
    return reading.soc_percent >= detection.soc_percent


def _slow(detection: IdleDetection, readings: Sequence[Reading], place: int) -> bool | None:
    """Whether the last five minutes were below the power; None while there are not five yet."""
    limit, now = detection.average_power_below_w, readings[place]
    begin = now.time - WINDOW
    if limit is None or readings[0].time > begin:
        return None
    delivered = now.energy_wh - energy_at(readings, begin)
    return delivered / (WINDOW / timedelta(hours=1)) < limit


def _told_at(told: Sequence[ChargingPeriod], moment: datetime) -> ChargingState:
    state = ChargingState.CHARGING
    for period in told:
        if period.start <= moment:
            state = period.state
    return state
