"""What electricity costs by the hour, and tariffs that follow it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from server.domain.electricity_rates import ElectricityRate, RatePeriod, RateVersion, RecordedRate
from server.domain.money import CurrencyMismatchError, Money
from server.domain.pricing import SessionFacts, UnpricedError, electricity_cost, price_session
from server.domain.tariffs import Dimension, Element, PriceLock, RatePrice, Weekday
from tests.domain.pricing_strategies import sessions
from tests.domain.pricing_terms import amounts, at, eur, quantities, session, tariff

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EVERY_DAY = frozenset(Weekday)
HOLIDAY = date(2025, 3, 12)
RATE = ElectricityRate(
    default_price=eur("0.25"),
    time_zone=AMSTERDAM,
    periods=(
        RatePeriod(eur("0.10"), time(0), time(6), weekdays=EVERY_DAY),
        RatePeriod(eur("0.40"), time(18), time(0), weekdays=frozenset({Weekday.MONDAY})),
        RatePeriod(eur("0.05"), time(3), time(20), on_date=HOLIDAY),
    ),
)
POSITIVE = RecordedRate.of(RATE)
HOUR = timedelta(hours=1)


def follow(percent: int = 0, markup: str = "0", rate: str = "") -> Element:
    return Element(Dimension.ENERGY, RatePrice(eur(markup), Decimal(percent), rate))


@pytest.mark.parametrize(
    ("moment", "price"),
    [
        (datetime(2025, 3, 10, 0, 0, tzinfo=AMSTERDAM), "0.10"),
        (datetime(2025, 3, 10, 6, 0, tzinfo=AMSTERDAM), "0.25"),
        (datetime(2025, 3, 10, 23, 59, tzinfo=AMSTERDAM), "0.40"),
        (datetime(2025, 3, 11, 0, 0, tzinfo=AMSTERDAM), "0.10"),
        (datetime(2025, 3, 11, 19, 0, tzinfo=AMSTERDAM), "0.25"),
        (datetime(2025, 3, 12, 4, 0, tzinfo=AMSTERDAM), "0.05"),
        (datetime(2025, 3, 12, 1, 0, tzinfo=AMSTERDAM), "0.10"),
        (datetime(2025, 3, 11, 23, 30, tzinfo=UTC), "0.10"),
    ],
)
def test_a_date_wins_over_a_weekday_and_gaps_cost_the_default(moment: datetime, price: str) -> None:
    assert RATE.price_at(moment) == eur(price)


def test_a_tariff_follows_the_rate_with_its_markup() -> None:
    """Six to seven in Amsterdam is the last cheap hour and the first one after it."""
    told = tariff(follow(percent=10, markup="0.03"))
    facts = session(2 * HOUR, 20_000, start=at(4))
    price = price_session(told, facts, {"": RecordedRate.of(RATE)})
    assert quantities(price) == [10, 10]
    assert [line.unit_price for line in price.lines] == [eur("0.14"), eur("0.305")]
    assert price.net == eur("4.45")


def test_a_lock_keeps_the_rate_of_the_start() -> None:
    told = tariff(follow(), price_locks={Dimension.ENERGY: PriceLock.AT_START})
    facts = session(2 * HOUR, 20_000, start=at(4))
    assert price_session(told, facts, {"": RecordedRate.of(RATE)}).net == eur(2)


def test_each_version_holds_from_its_time_on() -> None:
    dearer = replace(RATE, default_price=eur("0.50"))
    recorded = RecordedRate((RateVersion(RATE), RateVersion(dearer, since=at(8, 30))))
    price = price_session(tariff(follow()), session(HOUR, 10_000, start=at(8)), {"": recorded})
    assert amounts(price) == ["1.25", "2.50"]


def test_a_price_made_from_a_rate_is_rounded_to_nine_decimals_and_never_negative() -> None:
    third = ElectricityRate(Money("EUR", 333_333_333))
    windy = ElectricityRate(eur("-0.10"))
    facts = session(HOUR, 1_000)
    rates = {"third": RecordedRate.of(third), "windy": RecordedRate.of(windy)}
    exact = price_session(tariff(follow(percent=1, rate="third")), facts, rates)
    assert exact.lines[0].unit_price == Money("EUR", 336_666_666)
    free = price_session(tariff(follow(markup="0.02", rate="windy")), facts, rates)
    assert free.net == eur(0)


def test_nothing_is_guessed_without_the_rate() -> None:
    with pytest.raises(UnpricedError, match="'spot'"):
        price_session(tariff(follow(rate="spot")), session(HOUR, 1_000), {})


def test_a_rate_in_another_currency_is_refused() -> None:
    dollars = RecordedRate.of(ElectricityRate(Money.of("USD", "0.10")))
    with pytest.raises(CurrencyMismatchError):
        price_session(tariff(follow()), session(HOUR, 1_000), {"": dollars})


def test_electricity_cost_follows_the_rate_through_the_change_of_the_clock() -> None:
    """10 kW from 23:00 UTC to 05:00: cheap until 06:00 in Amsterdam, which is 04:00 UTC then."""
    facts = session(6 * HOUR, 60_000, start=datetime(2025, 3, 29, 23, tzinfo=UTC))
    assert electricity_cost(facts, RecordedRate.of(RATE)) == eur("7.50")


CHEAP_AT_TWO = RatePeriod(eur("0.10"), time(2), time(3), weekdays=EVERY_DAY)
TWO_ON = {
    day: RatePeriod(eur("0.10"), time(2), time(3), on_date=day)
    for day in (date(2025, 3, 30), date(2025, 10, 26))
}


@pytest.mark.parametrize(
    ("since", "hours", "period", "cost"),
    [
        # Midnight to six by the wall: two to three is left out in March, and twice in October.
        (datetime(2025, 3, 29, 23, tzinfo=UTC), 5, CHEAP_AT_TWO, "20"),
        (datetime(2025, 3, 29, 23, tzinfo=UTC), 5, TWO_ON[date(2025, 3, 30)], "20"),
        (datetime(2025, 10, 25, 22, tzinfo=UTC), 7, CHEAP_AT_TWO, "22"),
        (datetime(2025, 10, 25, 22, tzinfo=UTC), 7, TWO_ON[date(2025, 10, 26)], "22"),
        # An ordinary night has it once.
        (datetime(2025, 6, 1, 22, tzinfo=UTC), 6, CHEAP_AT_TWO, "21"),
        (datetime(2025, 6, 1, 22, tzinfo=UTC), 6, TWO_ON[date(2025, 3, 30)], "24"),
    ],
)
def test_electricity_cost_on_the_days_on_which_clocks_change(
    since: datetime, hours: int, period: RatePeriod, cost: str
) -> None:
    rate = ElectricityRate(eur("0.40"), AMSTERDAM, (period,))
    facts = session(hours * HOUR, hours * 10_000, start=since)
    assert electricity_cost(facts, RecordedRate.of(rate)) == eur(cost)


def test_a_rate_changes_between_the_two_hours_that_are_both_called_two() -> None:
    """At 01:00 UTC: four hours at 0.40, 0.40, 0.10 and, of the new version, four at 0.20."""
    before = ElectricityRate(eur("0.40"), AMSTERDAM, (CHEAP_AT_TWO,))
    turn = datetime(2025, 10, 26, 1, tzinfo=UTC)
    after = RateVersion(ElectricityRate(eur("0.20"), AMSTERDAM), since=turn)
    facts = session(7 * HOUR, 70_000, start=datetime(2025, 10, 25, 22, tzinfo=UTC))
    recorded = RecordedRate((RateVersion(before), after))
    assert electricity_cost(facts, recorded) == eur(17)


def test_electricity_cost_changes_with_the_version_and_may_be_negative() -> None:
    windy = ElectricityRate(eur("-0.10"))
    recorded = RecordedRate((RateVersion(RATE), RateVersion(windy, since=at(8, 30))))
    facts = session(HOUR, 10_000, start=at(8))
    assert electricity_cost(facts, recorded) == eur("0.75")
    assert electricity_cost(facts, RecordedRate.of(windy)) == eur(-1)


@given(sessions())
def test_electricity_cost_is_what_a_tariff_that_follows_the_rate_would_ask(
    facts: SessionFacts,
) -> None:
    told = tariff(follow(rate="positive"))
    exact = price_session(told, replace(facts, allowance_wh=0), {"positive": POSITIVE})
    cost = electricity_cost(facts, POSITIVE)
    assert abs((exact.net - cost).nanos) <= 5_000_000 * (len(exact.lines) + 1)
