"""Idle detection: by state of charge, by average power, by both, or by the charger's word."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.idle_detection import energy_at
from server.domain.idling import Reading, periods_by
from server.domain.pricing import ChargingPeriod, ChargingState, MeterSample
from server.domain.tariffs import IdleDetection

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHARGING, IDLE = ChargingState.CHARGING, ChargingState.IDLE


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def readings(*rows: tuple[float, int, int | None]) -> list[Reading]:
    return [Reading(at(minutes), energy, soc) for minutes, energy, soc in rows]


TOLD = [ChargingPeriod(START, CHARGING), ChargingPeriod(at(40), IDLE)]
FULL_AT_20 = readings((0, 0, 50), (10, 1000, 70), (20, 2000, 90), (30, 2500, 95), (40, 2600, 96))


@pytest.mark.parametrize(
    ("detection", "expected"),
    [
        (IdleDetection(), [(0, CHARGING), (40, IDLE)]),
        (IdleDetection(soc_percent=90), [(0, CHARGING), (20, IDLE)]),
        (IdleDetection(average_power_below_w=4000), [(0, CHARGING), (30, IDLE)]),
        (IdleDetection(90, 1000), [(0, CHARGING), (40, IDLE)]),
    ],
)
def test_each_sign_and_both(
    detection: IdleDetection, expected: list[tuple[int, ChargingState]]
) -> None:
    found = periods_by(detection, TOLD, FULL_AT_20)
    assert [(period.start, period.state) for period in found] == [
        (at(minutes), state) for minutes, state in expected
    ]


def test_without_a_state_of_charge_the_chargers_word_counts() -> None:
    silent = readings((0, 0, None), (20, 2000, None), (45, 2000, None))
    found = periods_by(IdleDetection(soc_percent=80), TOLD, silent)
    assert [period.state for period in found] == [CHARGING, IDLE]


def test_a_car_that_charges_again_ends_the_idling() -> None:
    back = readings((0, 0, 95), (10, 0, 80))
    found = periods_by(IdleDetection(soc_percent=90), [ChargingPeriod(START, CHARGING)], back)
    assert [period.state for period in found] == [CHARGING, IDLE, CHARGING]


@pytest.mark.parametrize(("minutes", "energy"), [(-1, 0), (0, 0), (5, 500), (10, 1000), (99, 2600)])
def test_energy_is_spread_evenly(minutes: float, energy: int) -> None:
    samples = [MeterSample(reading.time, reading.energy_wh) for reading in FULL_AT_20]
    assert energy_at(samples, at(minutes)) == energy
