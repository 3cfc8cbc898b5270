"""What charging profiles leave to a car."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clients.charger.car import AC_22KW, DC_50KW, Car
from clients.charger.connector import Connector
from clients.charger.limits import DEFAULT, TRANSACTION, Limits, Period, Profile
from clients.charger.operations import limit_of, take_limit
from clients.charger.station import Station

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEGAN = NOW - timedelta(minutes=10)
ABSOLUTE = Profile(
    1, 1, 1, TRANSACTION, "Absolute", "A", (Period(0, 16), Period(180, 6)), NOW, transaction_id=7
)


def at(limits: Limits, seconds: float = 0, place: int = 1) -> float | None:
    return limits.current_a(place, 7, AC_22KW, NOW + timedelta(seconds=seconds), BEGAN)


@pytest.mark.parametrize(("seconds", "limit"), [(0, 16), (179, 16), (180, 6), (9000, 6)])
def test_a_limit_becomes_the_fallback(seconds: float, limit: float) -> None:
    assert at(Limits([ABSOLUTE]), seconds) == limit


def test_without_profiles_there_is_no_limit() -> None:
    assert at(Limits()) is None


def test_the_transactions_own_hides_the_default_and_ends_with_it() -> None:
    default = replace(
        ABSOLUTE, number=2, purpose=DEFAULT, periods=(Period(0, 10),), transaction_id=None
    )
    limits = Limits([default, ABSOLUTE])
    assert at(limits) == 16
    limits.ended(7)
    assert at(limits) == 10


def test_the_stations_limit_holds_beside_them() -> None:
    whole = replace(
        ABSOLUTE,
        number=3,
        place=0,
        purpose="ChargePointMaxProfile",
        unit="W",
        periods=(Period(0, 6_900),),
        transaction_id=None,
    )
    assert at(Limits([ABSOLUTE, whole])) == pytest.approx(10)


def test_the_highest_level_counts() -> None:
    higher = replace(ABSOLUTE, number=4, stack_level=2, periods=(Period(0, 20),))
    assert at(Limits([ABSOLUTE, higher])) == 20


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ({"kind": "Relative", "periods": (Period(0, 9), Period(600, 12))}, 12),
        ({"kind": "Recurring", "recurrency": "Daily", "start": NOW - timedelta(days=3)}, 16),
        ({"valid_to": NOW}, None),
        ({"valid_from": NOW + timedelta(seconds=1)}, None),
        ({"start": NOW - timedelta(seconds=60), "duration": 60}, None),
    ],
)
def test_when_a_profile_holds(said: dict[str, object], limit: float | None) -> None:
    assert at(Limits([replace(ABSOLUTE, **said)])) == limit  # type: ignore[arg-type]


def test_a_profile_takes_the_place_of_its_kind_and_level() -> None:
    limits = Limits()
    assert limits.install(ABSOLUTE)
    assert limits.install(replace(ABSOLUTE, number=9, periods=(Period(0, 8),)))
    assert [each.number for each in limits.profiles] == [9]
    assert not limits.install(replace(ABSOLUTE, stack_level=99))
    assert limits.clear(lambda each: each.number == 9)
    assert not limits.clear(lambda each: True)


@pytest.mark.parametrize(
    ("limit", "phases", "power"),
    [(None, None, 22_000), (16, None, 11_040), (16, 1, 3_680), (5, None, 0), (None, 1, 22_000 / 3)],
)
def test_the_power_that_a_car_may_take(
    limit: float | None, phases: int | None, power: float
) -> None:
    connector = Connector(1, AC_22KW, limit_a=limit, car=Car(phases=phases))
    assert connector.offered_w == pytest.approx(power)


def test_a_car_takes_its_time_to_follow() -> None:
    station = Station("ws://nowhere", "CP1")
    place = station.connectors[1]
    place.car = Car(reaction_seconds=60)
    default = replace(ABSOLUTE, purpose=DEFAULT, transaction_id=None, start=NOW)
    assert take_limit(station, default)
    assert limit_of(station, place) is None
    place.car.reaction_seconds = 0
    place.lags = None
    assert limit_of(station, place) == 6


def test_direct_current_knows_no_least() -> None:
    assert Connector(1, DC_50KW, limit_a=5, car=Car()).offered_w == 2_000
