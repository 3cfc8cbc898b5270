"""When an element holds: the clock, tiers, power, grace, the price lock."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain.pricing import (
    ChargingPeriod,
    SessionFacts,
    price_session,
)
from server.domain.tariffs import (
    CurrentType,
    Dimension,
    DurationBasis,
    PowerBasis,
    PriceLock,
    Weekday,
)
from tests.domain.pricing_terms import (
    CHARGING,
    IDLE,
    MONDAY,
    amounts,
    at,
    charging,
    charging_hour,
    energy,
    eur,
    idling,
    metered,
    minutes,
    power_minute,
    quantities,
    session,
    tariff,
)

OWN = DurationBasis.DIMENSION
AVERAGE, PEAK = PowerBasis.SESSION_AVERAGE, PowerBasis.SESSION_PEAK


NIGHT = {"start_time": time(22), "end_time": time(6)}
TABLE: list[tuple[dict[str, Any], str]] = [
    ({"start_time": time(9), "end_time": time(11)}, "2.00"),
    ({"start_time": time(9)}, "15.00"),
    ({"end_time": time(9)}, "9.00"),
    (NIGHT, "8.00"),
    ({"start_time": time(0), "end_time": time(0)}, "24.00"),
    ({"weekdays": frozenset({Weekday.MONDAY})}, "24.00"),
    ({"weekdays": frozenset({Weekday.TUESDAY})}, "0.00"),
    ({"weekdays": frozenset({Weekday.MONDAY}), **NIGHT}, "8.00"),
    ({"start_date": date(2025, 3, 10), "end_date": date(2025, 3, 11)}, "24.00"),
    ({"start_date": date(2025, 3, 11)}, "0.00"),
    ({"end_date": date(2025, 3, 10)}, "0.00"),
    ({"energy_from_wh": 12_000}, "18.00"),
    ({"energy_to_wh": 12_000}, "6.00"),
    ({"energy_from_wh": 12_000, "energy_to_wh": 20_000}, "4.00"),
    ({"duration_from": minutes(90)}, "22.50"),
    ({"duration_from": minutes(60), "duration_to": minutes(90)}, "0.50"),
    ({"power_from_w": 2_000}, "24.00"),
    ({"power_to_w": 2_000}, "0.00"),
    ({"power_from_w": 2_001}, "0.00"),
    ({"current_type": CurrentType.AC}, "24.00"),
    ({"current_type": CurrentType.DC}, "0.00"),
    ({"grace": minutes(90)}, "22.50"),
    ({"minimum_session": timedelta(hours=24)}, "24.00"),
    ({"minimum_session": timedelta(hours=24, seconds=1)}, "0.00"),
]


@pytest.mark.parametrize(("limits", "net"), TABLE)
def test_an_element_counts_while_its_restrictions_hold(limits: dict[str, Any], net: str) -> None:
    """24 hours from Monday 00:00 at 2 kW and 1.00 an hour."""
    price = price_session(tariff(charging_hour(1, **limits)), session(timedelta(hours=24), 48_000))
    assert price.net == eur(net)


def test_the_first_element_that_holds_is_the_one() -> None:
    peak = energy("0.50", start_time=time(8), end_time=time(10))
    price = price_session(
        tariff(peak, energy("0.30")), session(timedelta(hours=4), 40_000, start=at(7))
    )
    assert amounts(price) == ["6.00", "10.00"]
    assert quantities(price) == [20, 20]


def test_one_price_makes_one_line_however_often_it_was_left() -> None:
    peak = energy("0.50", start_time=time(8), end_time=time(9))
    price = price_session(
        tariff(peak, energy("0.30")), session(timedelta(hours=3), 3_000, start=at(7))
    )
    assert quantities(price) == [2, 1]


@pytest.mark.parametrize(
    ("start", "hours", "night_hours"),
    [
        ((3, 29, 22), 10, 7),  # the night of 30 March 2025 lacks the hour from 02:00
        ((10, 25, 21), 12, 9),  # that of 26 October has it twice
        ((7, 1, 21), 12, 8),
    ],
)
def test_local_time_knows_daylight_saving(
    start: tuple[int, int, int], hours: int, night_hours: int
) -> None:
    """Amsterdam, 23:00 to 07:00 local."""
    month, day, hour = start
    amsterdam = ZoneInfo("Europe/Amsterdam")
    begin = MONDAY.replace(month=month, day=day, hour=hour, tzinfo=amsterdam)
    night = charging_hour(1, start_time=time(23), end_time=time(7))
    facts = session(timedelta(hours=hours), start=begin.astimezone(MONDAY.tzinfo), zone=amsterdam)
    assert price_session(tariff(night), facts).net == eur(night_hours)


@pytest.mark.parametrize(
    ("window", "net"),
    [
        ((time(2, 30), time(3, 0)), "1.00"),  # twice half an hour
        ((time(2, 0), time(2, 30)), "1.00"),
        ((time(1, 30), time(3, 30)), "3.00"),
    ],
)
def test_the_repeated_hour_counts_twice(window: tuple[time, time], net: str) -> None:
    element = charging_hour(1, start_time=window[0], end_time=window[1])
    midnight = MONDAY.replace(month=10, day=25, hour=22)
    facts = session(timedelta(hours=8), start=midnight, zone=ZoneInfo("Europe/Amsterdam"))
    assert price_session(tariff(element), facts).net == eur(net)


@pytest.mark.parametrize(
    ("window", "net"),
    [
        ((time(2, 30), time(2, 45)), "0.00"),
        ((time(2, 30), time(4, 0)), "1.00"),  # begins where the clock lands
        ((time(1, 30), time(3, 30)), "1.00"),
    ],
)
def test_the_hour_left_out_counts_for_nothing(window: tuple[time, time], net: str) -> None:
    element = charging_hour(1, start_time=window[0], end_time=window[1])
    midnight = MONDAY.replace(month=3, day=29, hour=23)
    facts = session(timedelta(hours=8), start=midnight, zone=ZoneInfo("Europe/Amsterdam"))
    assert price_session(tariff(element), facts).net == eur(net)


def test_energy_between_samples_is_spread_evenly_over_time() -> None:
    peak = energy(1, start_time=time(8))
    facts = metered((at(7, 40), 0), (at(8, 20), 1_000), start=at(7))
    assert quantities(price_session(tariff(peak), facts)) == [Decimal("0.5")]


def test_tiers_of_energy_cut_within_a_line() -> None:
    first, rest = energy(0, energy_to_wh=1_000), energy("0.20")
    assert amounts(price_session(tariff(first, rest), session(minutes(60), 20_000))) == [
        "0.00",
        "3.80",
    ]


def test_tiers_by_energy_hold_for_time_too() -> None:
    """At 10 kWh the price of a minute changes, also when then nothing flows any more."""
    told = tariff(charging("0.10", energy_from_wh=10_000), charging("0.05"))
    facts = metered((at(1), 10_000), (at(2), 10_000))
    assert amounts(price_session(told, facts)) == ["3.00", "6.00"]


def test_duration_tiers_count_the_session_or_the_dimension() -> None:
    facts = session(minutes(60), 10_000, minutes(60))
    of_session = idling("0.10", duration_from=minutes(90))
    own = idling("0.10", duration_from=minutes(45), duration_basis=OWN)
    assert price_session(tariff(of_session), facts).net == eur(3)
    assert price_session(tariff(own), facts).net == eur("1.50")


def test_own_minutes_add_up_over_pauses_and_grace_begins_anew() -> None:
    marks = [(0, CHARGING), (10, IDLE), (30, CHARGING), (40, IDLE)]
    periods = tuple(ChargingPeriod(at(0, minute), state) for minute, state in marks)
    facts = SessionFacts(MONDAY, at(1), periods=periods)
    own = idling("0.10", duration_from=minutes(15), duration_basis=OWN)
    graced = idling("0.10", grace=minutes(15))
    assert price_session(tariff(own), facts).net == eur("2.50")
    assert price_session(tariff(graced), facts).net == eur("1.00")


def test_saying_again_what_goes_on_does_not_begin_the_grace_anew() -> None:
    marks = [(0, IDLE), (10, IDLE), (20, IDLE)]
    periods = tuple(ChargingPeriod(at(0, minute), state) for minute, state in marks)
    graced = tariff(idling("0.10", grace=minutes(15)))
    price = price_session(graced, SessionFacts(MONDAY, at(0, 25), periods=periods))
    assert price.net == eur(1)


@pytest.mark.parametrize(
    ("basis", "net"), [(PowerBasis.MOMENTARY, "4.00"), (AVERAGE, "4.00"), (PEAK, "6.00")]
)
def test_power_is_momentary_average_or_peak(basis: PowerBasis, net: str) -> None:
    """Half an hour at 10 kW, half an hour at 2 kW: 6 kW on average."""
    facts = metered((at(0, 30), 5_000), (at(1), 6_000))
    levels = [
        power_minute("0.03333", power_to_w=5_000, power_basis=basis),
        power_minute("0.066666666", power_to_w=8_000, power_basis=basis),
        power_minute("0.10", power_basis=basis),
    ]
    assert price_session(tariff(*levels), facts).net == eur(net)


def test_average_power_is_that_while_charging() -> None:
    level = power_minute(1, power_from_w=10_000, power_basis=AVERAGE)
    price = price_session(tariff(level), session(minutes(60), 10_000, minutes(600)))
    assert price.net == eur(60)


def test_the_price_lock_keeps_the_clock_of_the_start() -> None:
    day, night = energy("0.50", start_time=time(8), end_time=time(20)), energy("0.20")
    facts = session(timedelta(hours=4), 40_000, start=at(18))
    locked = tariff(day, night, price_locks={Dimension.ENERGY: PriceLock.AT_START})
    assert price_session(tariff(day, night), facts).net == eur(14)
    assert price_session(locked, facts).net == eur(20)


def test_the_lock_does_not_stop_tiers() -> None:
    lock = {Dimension.ENERGY: PriceLock.AT_START}
    told = tariff(energy(1, energy_to_wh=1_000), energy(2), price_locks=lock)
    assert price_session(told, session(minutes(60), 2_000)).net == eur(3)
