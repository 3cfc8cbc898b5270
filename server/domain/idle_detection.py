"""Whether a connected car charges or idles.

The charger's own word decides (SuspendedEV, SuspendedEVSE, Finishing), unless the tariff
says how to tell from measurements: by the state of charge, by the mean power of the last
five minutes, or by both. Where they are not measured the charger's word stands.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.pricing.facts import ChargingState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from server.domain.pricing.facts import MeterSample
    from server.domain.tariffs import IdleDetection

WINDOW = timedelta(minutes=5)
"""Over which power is averaged."""


def state_of(
    detection: IdleDetection,
    charger_says: ChargingState,
    soc_percent: float | None,
    average_power_w: Fraction | None,
) -> ChargingState:
    """The state in the light of what was measured; None = not known."""
    signs = []
    if detection.soc_percent is not None and soc_percent is not None:
        signs.append(soc_percent >= detection.soc_percent)
    if detection.average_power_below_w is not None and average_power_w is not None:
        signs.append(average_power_w < detection.average_power_below_w)
    if not signs:
        return charger_says
    return ChargingState.IDLE if all(signs) else ChargingState.CHARGING


def average_power_w(samples: Sequence[MeterSample], now: datetime) -> Fraction | None:
    """Mean power in W of the last five minutes; None before that much was measured.

    `samples` are in order of time; between two of them energy is spread evenly, and after the
    last one nothing flowed.
    """
    begin = now - WINDOW
    if not samples or samples[0].time > begin:
        return None
    used = energy_at(samples, now) - energy_at(samples, begin)
    return used * (timedelta(hours=1) // WINDOW)


def energy_at(samples: Sequence[MeterSample], moment: datetime) -> Fraction:
    """Energy since the start, in Wh, evenly spread between two samples; 0 before the first one.

    `samples` are in order of time.
    """
    after = bisect_right(samples, moment, key=_time)
    if after == 0:
        return Fraction(0)
    before = samples[after - 1]
    if after == len(samples):
        return Fraction(before.energy_wh)
    then = samples[after]
    part = Fraction(_micros(moment - before.time), _micros(then.time - before.time))
    return Fraction(before.energy_wh) + Fraction(then.energy_wh - before.energy_wh) * part


def _time(sample: MeterSample) -> datetime:
    return sample.time


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
