"""Batteries, and what connectors give."""

import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats

from clients.charger import AC_22KW, DC_150KW, Car


def test_power_tapers_above_eighty_percent() -> None:
    at = [Car(soc=soc).power_w(100_000) for soc in (10, 80, 90, 99.9, 100)]
    assert at == [100_000, 100_000, 50_000, pytest.approx(5_000), 0]


def test_a_car_takes_no_more_than_it_can() -> None:
    assert Car(max_power_w=7_400).power_w(22_000) == 7_400


def test_a_satisfied_car_takes_nothing() -> None:
    car = Car(wants_wh=1_000)
    assert car.charge(22_000, 3600) == pytest.approx(1_000)
    assert car.power_w(22_000) == 0


@settings(deadline=None)  # a busy machine may take its time
@given(floats(0, 100), floats(1_000, 100_000), floats(1_000, 350_000), floats(0, 24 * 3600))
def test_no_energy_is_lost_or_made(
    soc: float, capacity_wh: float, power_w: float, seconds: float
) -> None:
    car = Car(capacity_wh, soc)
    taken = car.charge(power_w, seconds)
    assert 0 <= taken <= power_w * seconds / 3600 + 1e-6
    assert car.soc <= 100
    assert (car.soc - soc) * capacity_wh / 100 == pytest.approx(taken, abs=1e-3)


def test_currents_are_of_each_phase() -> None:
    assert AC_22KW.current_a(22_000) == pytest.approx(31.9, abs=0.1)
    assert DC_150KW.current_a(150_000) == 375
