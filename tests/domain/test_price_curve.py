"""The curve of a rate's prices says what the rate says at every moment, in any time zone."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.electricity_rates import (
    ElectricityRate,
    RatePeriod,
    RateVersion,
    RecordedRate,
    overlapping,
)
from server.domain.money import Money
from server.domain.price_curve import PriceStretch, price_at, price_curve
from server.domain.tariffs import Weekday
from tests.domain.pricing_terms import eur

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = timedelta(hours=1)
SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)
ZONES = ("UTC", "Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu")

SECONDS = 86_400
# Around the days on which the clocks of most zones change.
moments = st.builds(
    lambda day, second: datetime(2025, 3, 25, tzinfo=UTC) + timedelta(day, second),
    st.integers(0, 15) | st.integers(209, 225),
    st.integers(0, SECONDS),
)
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=4))
prices = st.integers(-(10**8), 10**9).map(lambda nanos: Money("EUR", nanos))
minutes = st.integers(0, 24 * 60)
days = st.one_of(
    st.sampled_from([SPRING, AUTUMN, date(2025, 4, 1)]),
    st.frozensets(st.sampled_from(list(Weekday)), min_size=1),
)


def period(price: Money, span: set[int], day: date | frozenset[Weekday]) -> RatePeriod:
    """From the earlier minute of the day to the later one."""
    start, end = (time(minute // 60 % 24, minute % 60) for minute in sorted(span))
    if isinstance(day, date):
        return RatePeriod(price, start, end, on_date=day)
    return RatePeriod(price, start, end, weekdays=day)


periods = st.builds(period, prices, st.sets(minutes, min_size=2, max_size=2), days)


def sound(told: list[RatePeriod]) -> tuple[RatePeriod, ...]:
    """The periods without those that overlap one before them."""
    kept: list[RatePeriod] = []
    for period in told:
        if overlapping([*kept, period]) is None:
            kept.append(period)
    return tuple(kept)


rates = st.builds(
    ElectricityRate,
    prices,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.lists(periods, max_size=5).map(sound),
)


@st.composite
def recorded_rates(draw: st.DrawFn) -> RecordedRate:
    """A rate with up to two versions behind its first one."""
    begins = sorted(draw(st.sets(moments, max_size=2)))
    later = [RateVersion(draw(rates), since) for since in begins]
    return RecordedRate((RateVersion(draw(rates)), *later))


def merged(stretches: list[PriceStretch]) -> list[PriceStretch]:
    """Stretches that follow one another with the same price are one."""
    whole = stretches[:1]
    for stretch in stretches[1:]:
        last = whole[-1]
        if (last.end, last.price, last.version) == (stretch.start, stretch.price, stretch.version):
            whole[-1] = PriceStretch(last.start, stretch.end, last.price, last.version)
        else:
            whole.append(stretch)
    return whole


@given(recorded_rates(), moments, lengths)
def test_a_curve_has_no_gap_and_no_idle_step(
    recorded: RecordedRate, start: datetime, length: timedelta
) -> None:
    curve = list(price_curve(recorded, start, start + length))
    assert (curve[0].start, curve[-1].end) == (start, start + length)
    for former, later in pairwise(curve):
        assert former.end == later.start
        assert (former.price, former.version) != (later.price, later.version)
    assert all(stretch.start < stretch.end for stretch in curve)


@given(recorded_rates(), moments, lengths, st.floats(0, 0.999))
def test_a_curve_says_what_the_rate_says_at_every_moment(
    recorded: RecordedRate, start: datetime, length: timedelta, share: float
) -> None:
    moment = start + length * share
    for stretch in price_curve(recorded, start, start + length):
        if stretch.start <= moment < stretch.end:
            told = price_at(recorded, moment)
            assert (told.price, told.version) == (stretch.price, stretch.version)
            in_force = recorded.versions[stretch.version]
            assert told.price == in_force.rate.price_at(moment)
            assert in_force.since is None or in_force.since <= moment
            return
    raise AssertionError("the moment is in no stretch")


@given(recorded_rates(), moments, lengths, st.floats(0, 1))
def test_a_curve_in_two_parts_is_the_curve(
    recorded: RecordedRate, start: datetime, length: timedelta, share: float
) -> None:
    middle, end = start + length * share, start + length
    parts = [*price_curve(recorded, start, middle), *price_curve(recorded, middle, end)]
    assert merged(parts) == list(price_curve(recorded, start, end))


NIGHT = ElectricityRate(
    eur("0.30"),
    AMSTERDAM,
    (RatePeriod(eur("0.10"), time(2), time(3), weekdays=frozenset(Weekday)),),
)


@pytest.mark.parametrize(("day", "hours", "night"), [(SPRING, 23, 0), (AUTUMN, 25, 2)])
def test_the_hour_that_is_left_out_or_comes_twice(day: date, hours: int, night: int) -> None:
    start = datetime.combine(day, time(0), AMSTERDAM).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(0), AMSTERDAM).astimezone(UTC)
    assert end - start == hours * HOUR
    curve = list(price_curve(RecordedRate.of(NIGHT), start, end))
    cheap = sum((each.end - each.start for each in curve if each.price == eur("0.10")), 0 * HOUR)
    assert cheap == night * HOUR


def test_versions_follow_one_another() -> None:
    since = datetime(2025, 6, 1, 12, tzinfo=UTC)
    later = RateVersion(ElectricityRate(eur("0.50")), since)
    recorded = RecordedRate((RateVersion(ElectricityRate(eur("0.50"))), later))
    curve = list(price_curve(recorded, since - HOUR, since + HOUR))
    assert [(each.end - each.start, each.version) for each in curve] == [(HOUR, 0), (HOUR, 1)]


def test_nothing_goes_nowhere() -> None:
    now = datetime(2025, 6, 1, tzinfo=UTC)
    assert not list(price_curve(RecordedRate.of(NIGHT), now, now))
    assert not list(price_curve(RecordedRate.of(NIGHT), now, now - HOUR))


MORNING = RatePeriod(eur(1), time(6), time(12), weekdays=frozenset({Weekday.MONDAY}))


@pytest.mark.parametrize(
    ("other", "contends"),
    [
        (RatePeriod(eur(2), time(12), time(0), weekdays=frozenset({Weekday.MONDAY})), False),
        (RatePeriod(eur(2), time(11, 59), time(0), weekdays=frozenset({Weekday.MONDAY})), True),
        (RatePeriod(eur(2), time(0), time(0), weekdays=frozenset(Weekday)), True),
        (RatePeriod(eur(2), time(0), time(0), weekdays=frozenset({Weekday.SUNDAY})), False),
        (RatePeriod(eur(2), time(6), time(12), on_date=date(2025, 3, 31)), False),
    ],
)
def test_overlaps_are_found(other: RatePeriod, contends: bool) -> None:
    assert overlapping([MORNING, other]) == ((0, 1) if contends else None)
    assert overlapping([other, MORNING]) == ((0, 1) if contends else None)
