"""Charging or idle: the charger's word, and what was measured."""

from fractions import Fraction

import pytest

from server.domain.idle_detection import average_power_w, state_of
from server.domain.pricing import MeterSample
from server.domain.tariffs import IdleDetection
from tests.domain.pricing_terms import CHARGING, IDLE, MONDAY, at

BY_SOC = IdleDetection(soc_percent=90)
BY_POWER = IdleDetection(average_power_below_w=500)
BY_BOTH = IdleDetection(soc_percent=90, average_power_below_w=500)


@pytest.mark.parametrize(
    ("detection", "soc", "power", "state"),
    [
        (IdleDetection(), 100, 0, CHARGING),
        (BY_SOC, 89, 0, CHARGING),
        (BY_SOC, 90, 9_000, IDLE),
        (BY_POWER, 99, 500, CHARGING),
        (BY_POWER, 10, 499, IDLE),
        (BY_BOTH, 95, 600, CHARGING),
        (BY_BOTH, 80, 0, CHARGING),
        (BY_BOTH, 95, 0, IDLE),
        (BY_BOTH, None, 0, IDLE),
        (BY_SOC, None, None, CHARGING),
    ],
)
def test_measurements_decide_where_the_tariff_says_so(
    detection: IdleDetection, soc: int | None, power: int | None, state: object
) -> None:
    mean = None if power is None else Fraction(power)
    assert state_of(detection, CHARGING, soc, mean) is state


def test_without_measurements_the_chargers_word_stands() -> None:
    assert state_of(BY_BOTH, IDLE, None, None) is IDLE
    assert state_of(IdleDetection(), IDLE, 10, Fraction(9_000)) is IDLE


def test_average_power_spreads_energy_evenly() -> None:
    samples = [MeterSample(MONDAY, 0), MeterSample(at(0, 4), 400), MeterSample(at(0, 8), 400)]
    assert average_power_w(samples, at(0, 7)) == Fraction(2_400)
    assert average_power_w(samples, at(0, 9)) == 0
    assert average_power_w(samples, at(0, 20)) == 0


def test_average_power_is_not_known_before_five_minutes() -> None:
    samples = [MeterSample(MONDAY, 0), MeterSample(at(0, 4), 400)]
    assert average_power_w(samples, at(0, 4, 59)) is None
    assert average_power_w([], at(1)) is None
    assert average_power_w(samples, at(0, 5)) == Fraction(4_800)
