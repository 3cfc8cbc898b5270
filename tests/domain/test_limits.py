"""When a running session is to end, and how far its money reaches."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.facts import StopReason
from server.domain.limits import (
    LONGEST,
    TO_STOP,
    Standing,
    both,
    mark,
    outlook,
    power_ahead,
    reached,
)
from server.domain.money import Money
from server.domain.opening_hours import Interval, OpeningHours
from server.domain.tariffs import StopConditions
from tests.domain.pricing_terms import eur

START = datetime(2031, 6, 2, 10, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
CONDITIONS = StopConditions(HOUR, 20_000, 80, eur(5))


def after(elapsed: timedelta, energy_wh: int = 0, **fields: object) -> Standing:
    return Standing(START, START + elapsed, energy_wh, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (after(HOUR - timedelta(seconds=1), 19_999, soc_percent=79), None),
        (after(HOUR), StopReason.TIME_LIMIT),
        (after(HOUR / 2, 20_000), StopReason.ENERGY_LIMIT),
        (after(HOUR / 2, 1, soc_percent=80), StopReason.SOC_LIMIT),
        (after(HOUR / 2, closes=START + HOUR / 2), StopReason.WORKING_HOURS_EXCEEDED),
        (after(HOUR / 2, closes=START + HOUR), None),
    ],
)
def test_a_condition_is_reached(standing: Standing, reason: StopReason | None) -> None:
    assert reached(CONDITIONS, standing) is reason


def test_without_conditions_nothing_is() -> None:
    assert reached(StopConditions(), after(1000 * HOUR, 10**9, soc_percent=100)) is None


def test_the_stricter_of_two_holds() -> None:
    other = StopConditions(2 * HOUR, 10_000, None, eur(7))
    assert both(CONDITIONS, other) == StopConditions(HOUR, 10_000, 80, eur(5))
    assert both(StopConditions(), other) == other
    assert both(other, StopConditions(max_amount=Money.of("USD", 1))).max_amount == eur(7)


def test_a_mark_is_where_a_condition_can_be_reached() -> None:
    assert mark(CONDITIONS, after(HOUR / 2)) == (20_000, 80, START + HOUR)
    closing = after(HOUR / 2, closes=START + HOUR * 0.75)
    assert mark(CONDITIONS, closing).time == START + HOUR * 0.75
    assert mark(StopConditions(), after(HOUR)) == (None, None, None)


SECONDS = st.integers(0, 100_000).map(lambda seconds: timedelta(seconds=seconds))
PRICES = st.lists(st.integers(0, 2_000), min_size=1, max_size=30)
"""What each minute costs, in cents; the last goes on for ever."""


def price_at(minutes: list[int], moment: timedelta) -> Money:
    """A price that never falls, by any course."""
    whole, rest = divmod(moment, timedelta(minutes=1))
    costs = [minutes[min(place, len(minutes) - 1)] for place in range(whole + 1)]
    nanos = sum(costs[:-1]) * 10_000_000 + costs[-1] * 10_000_000 * rest // timedelta(minutes=1)
    return Money("EUR", nanos)


@given(PRICES, st.integers(0, 50_000), st.integers(0, 40).map(lambda m: timedelta(minutes=m)))
def test_what_is_held_covers_what_comes_until_the_next_look_and_the_stop(
    minutes: list[int], cents: int, elapsed: timedelta
) -> None:
    budget = Money("EUR", cents * 10_000_000)

    def ahead(time: timedelta) -> Money:
        return price_at(minutes, elapsed + time)

    found = outlook(ahead, budget, elapsed)
    if found is None:
        assert ahead(TO_STOP) > budget
    else:
        assert timedelta() <= found.window <= LONGEST
        assert found.hold == ahead(found.window + TO_STOP) <= budget


@given(PRICES, st.integers(0, 50_000), st.integers(1, 3))
def test_a_session_that_is_looked_at_in_time_never_costs_more_than_there_is(
    minutes: list[int], cents: int, late: int
) -> None:
    """From a start that is affordable, with looks some seconds late and a stop in its time."""
    budget, now = Money("EUR", cents * 10_000_000), timedelta()
    delay, to_stop = timedelta(seconds=late), TO_STOP - timedelta(seconds=3)
    held = budget
    for _ in range(2_000):
        found = outlook(lambda time: price_at(minutes, now + time), budget, now)  # noqa: B023
        if found is None:
            break
        held = found.hold
        now += found.window + delay
        if now > timedelta(hours=1):
            return
    if now:
        assert price_at(minutes, now + to_stop) <= held <= budget


def test_power_that_is_not_told_is_reckoned() -> None:
    assert power_ahead(7_000, 5_000, 22_000) == 7_000
    assert power_ahead(0, 5_000, 22_000) == 0
    assert power_ahead(None, 5_000, 22_000) == 5_000
    assert power_ahead(None, 0, 22_000) == 22_000
    assert power_ahead(None, 0, None) > 0


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2031, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        (local(2, 10), local(2, 18)),  # Monday 9 to 18
        (local(3, 23), local(4, 2)),  # Tuesday 20 to 2
        (local(4, 1), local(4, 2)),
        (local(5, 12), local(6, 12)),  # Thursday all day, and Friday until 12
    ],
)
def test_when_a_place_closes(now: datetime, closes: datetime) -> None:
    day = 24 * 60
    weekly = {
        1: [Interval(9 * 60, 18 * 60)],
        2: [Interval(20 * 60, 2 * 60)],
        4: [Interval(0, day)],
        5: [Interval(0, 12 * 60)],
    }
    assert OpeningHours(weekly=weekly).closes_after(now) == closes


def test_a_place_that_is_always_open_closes_on_a_holiday() -> None:
    holiday = OpeningHours(always_open=True, exceptions={local(4, 0).date(): []})
    assert holiday.closes_after(local(2, 10)) == local(4, 0)
    assert OpeningHours(always_open=True).closes_after(local(2, 10)) is None
