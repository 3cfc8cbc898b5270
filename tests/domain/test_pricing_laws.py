"""The laws that every price obeys, whatever the tariff and the session."""

import os
import time as process_time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.money import Money, round_to_minor, total, zero
from server.domain.pricing import (
    LineKind,
    MeterSample,
    Price,
    RunningPrice,
    SessionFacts,
    price_session,
)
from server.domain.tariffs import Dimension, FixedPrice, PowerBasis, Tariff
from tests.domain.pricing_strategies import (
    RATES,
    Line,
    elements,
    lines,
    sessions,
    tariffs,
    until,
)

NOTHING = zero("EUR")


def stated(told: Tariff, price: Price) -> Money:
    """The price on the side that the tariff's prices are on."""
    return price.total if told.prices_include_tax else price.net


@given(tariffs(), sessions(), st.integers(0, 600))
def test_reading_by_reading_is_the_same_as_the_whole(
    told: Tariff, facts: SessionFacts, later: int
) -> None:
    running = RunningPrice(told, replace(facts, samples=(), periods=()), RATES)
    waiting = list(facts.periods)
    for sample in facts.samples:
        for period in waiting:
            if period.start <= sample.time:
                running.period(period)
        waiting = [period for period in waiting if period.start > sample.time]
        running.sample(sample)
        now = sample.time + timedelta(seconds=later)
        known = replace(until(facts, sample.time), end=now)
        assert running.price(now) == price_session(told, known, RATES)


@given(tariffs(), st.lists(lines, min_size=1, max_size=5), st.data())
def test_a_reading_on_a_straight_line_changes_nothing(
    told: Tariff, drawn: list[Line], data: st.DataObject
) -> None:
    facts = data.draw(sessions(drawn))
    place = data.draw(st.integers(0, len(drawn) - 1))
    line, end = drawn[place], facts.samples[place]
    extra = [
        MeterSample(
            end.time - timedelta(seconds=line.seconds * part), end.energy_wh - line.wh * part
        )
        for part in range(1, line.parts)
    ]
    more = replace(facts, samples=(*facts.samples, *extra))
    assert price_session(told, more, RATES) == price_session(told, facts, RATES)


@given(tariffs(), sessions())
def test_lines_add_up_and_are_payable(told: Tariff, facts: SessionFacts) -> None:
    price = price_session(told, facts, RATES)
    for line in price.lines:
        assert line.net + line.tax == line.total
        assert all(amount.is_minor() for amount in (line.net, line.tax, line.total))
    assert price.net == total("EUR", (line.net for line in price.lines))
    assert price.tax == total("EUR", (line.tax for line in price.lines))
    assert price.total == price.net + price.tax == total("EUR", (x.total for x in price.lines))


@given(tariffs(), sessions())
def test_nothing_is_negative_but_what_the_maximum_takes_off(
    told: Tariff, facts: SessionFacts
) -> None:
    price = price_session(told, facts, RATES)
    assert min(price.net, price.tax, price.total) >= NOTHING
    assert price.non_billable_wh >= 0
    for line in price.lines:
        sign = -1 if line.kind is LineKind.MAX_PRICE else 1
        assert all(sign * amount.nanos >= 0 for amount in (line.net, line.tax, line.total))
        assert line.quantity > 0


@given(tariffs(), sessions())
def test_minimum_and_maximum_hold(told: Tariff, facts: SessionFacts) -> None:
    price = stated(told, price_session(told, facts, RATES))
    assert told.min_price is None or price >= told.min_price
    assert told.max_price is None or price <= told.max_price


@given(tariffs(), sessions())
def test_caps_hold(told: Tariff, facts: SessionFacts) -> None:
    price = price_session(told, facts, RATES)
    for place, element in enumerate(told.elements):
        own = [line for line in price.lines if line.element == place]
        sums = [line.total if told.prices_include_tax else line.net for line in own]
        assert element.cap is None or total("EUR", sums) <= element.cap


@given(tariffs(), sessions())
def test_a_session_of_no_length_costs_at_most_the_fee_or_the_minimum(
    told: Tariff, facts: SessionFacts
) -> None:
    point = replace(facts, end=facts.start, reserved_from=None)
    fees = [
        round_to_minor(element.price.amount.amount, "EUR")
        for element in told.elements
        if element.dimension is Dimension.SESSION and isinstance(element.price, FixedPrice)
    ]
    most = max([*fees, told.min_price or NOTHING, NOTHING])
    assert stated(told, price_session(told, point, RATES)) <= most


def at_once(told: Tariff) -> Tariff:
    """Without what only the whole session decides: its length, average and peak."""
    kept = [
        element
        for element in told.elements
        if element.restrictions.minimum_session is None
        and element.restrictions.power_basis is PowerBasis.MOMENTARY
    ]
    return replace(told, elements=tuple(kept))


@given(tariffs().map(at_once), sessions())
def test_a_price_never_falls_while_the_session_goes_on(told: Tariff, facts: SessionFacts) -> None:
    """From the first reading on: before it no power is known, which a fee may go by."""
    facts = replace(facts, allowance_wh=0)
    moments = [sample.time for sample in facts.samples] or [facts.start]
    moments.append(facts.end)
    prices = [price_session(told, until(facts, moment), RATES) for moment in moments]
    costs = [stated(told, price) for price in prices]
    assert costs == sorted(costs)


plain = st.builds(
    lambda told, energy: replace(
        told, elements=(replace(energy, restrictions=type(energy.restrictions)()),)
    ),
    tariffs(most=0),
    elements(Dimension.ENERGY).filter(lambda element: isinstance(element.price, FixedPrice)),
)


@given(plain, sessions(), st.integers(0, 300))
def test_more_energy_never_costs_less(told: Tariff, facts: SessionFacts, more: int) -> None:
    raised = [replace(s, energy_wh=s.energy_wh * Decimal(100 + more) / 100) for s in facts.samples]
    thirsty = replace(facts, samples=tuple(raised))
    less, much = price_session(told, facts, RATES), price_session(told, thirsty, RATES)
    assert stated(told, less) <= stated(told, much)


@given(tariffs(), sessions(), st.integers(0, 5_000))
def test_an_allowance_never_makes_it_dearer(told: Tariff, facts: SessionFacts, wh: int) -> None:
    without = price_session(told, replace(facts, allowance_wh=0), RATES)
    covered = price_session(told, replace(facts, allowance_wh=wh), RATES)
    assert stated(told, covered) <= stated(told, without)
    assert covered.non_billable_wh <= wh


@contextmanager
def process_zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    process_time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        process_time.tzset()


@pytest.mark.parametrize("name", ["Pacific/Apia", "America/St_Johns"])
@given(told=tariffs(), facts=sessions())
def test_the_zone_of_the_process_does_not_matter(
    name: str, told: Tariff, facts: SessionFacts
) -> None:
    with process_zone("UTC"):
        here = price_session(told, facts, RATES)
    with process_zone(name):
        assert price_session(told, facts, RATES) == here
