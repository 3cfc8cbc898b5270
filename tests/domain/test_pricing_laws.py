"""The laws that every price obeys, whatever the tariff and the session.

To think a session up costs more than to price it, so each of them is tried on all laws.
"""

import os
import time as process_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

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
from tests.domain.pricing_strategies import RATES, Case, cases, until

NOTHING = zero("EUR")
EXAMPLES = 10_000
"""Of sessions, each tried on every law; the same each time, but in soaks."""


def priced(told: Tariff, facts: SessionFacts) -> Price:
    return price_session(told, facts, RATES)


def stated(told: Tariff, price: Price) -> Money:
    """The price on the side that the tariff's prices are on."""
    return price.total if told.prices_include_tax else price.net


def reading_by_reading_is_the_same_as_the_whole(case: Case, _: Price) -> None:
    told, facts = case.told, case.facts
    running = RunningPrice(told, replace(facts, samples=(), periods=()), RATES)
    waiting = list(facts.periods)
    for sample in facts.samples:
        while waiting and waiting[0].start <= sample.time:
            running.period(waiting.pop(0))
        running.sample(sample)
        now = sample.time + case.later
        assert running.price(now) == priced(told, replace(until(facts, sample.time), end=now))


def a_reading_on_a_straight_line_changes_nothing(case: Case, price: Price) -> None:
    extra = [
        MeterSample(
            end.time - timedelta(seconds=line.seconds * part), end.energy_wh - line.wh * part
        )
        for line, end in zip(case.lines, case.facts.samples, strict=True)
        for part in range(1, line.parts)
    ]
    more = replace(case.facts, samples=(*case.facts.samples, *extra))
    assert priced(case.told, more) == price


def lines_add_up_and_are_payable(_: Case, price: Price) -> None:
    for line in price.lines:
        assert line.net + line.tax == line.total
        assert all(amount.is_minor() for amount in (line.net, line.tax, line.total))
    assert price.net == total("EUR", (line.net for line in price.lines))
    assert price.tax == total("EUR", (line.tax for line in price.lines))
    assert price.total == price.net + price.tax == total("EUR", (x.total for x in price.lines))


def nothing_is_negative_but_what_the_maximum_takes_off(_: Case, price: Price) -> None:
    assert min(price.net, price.tax, price.total) >= NOTHING
    assert price.non_billable_wh >= 0
    for line in price.lines:
        sign = -1 if line.kind is LineKind.MAX_PRICE else 1
        assert all(sign * amount.nanos >= 0 for amount in (line.net, line.tax, line.total))
        assert line.quantity > 0


def minimum_and_maximum_hold(case: Case, price: Price) -> None:
    told, amount = case.told, stated(case.told, price)
    assert told.min_price is None or amount >= told.min_price
    assert told.max_price is None or amount <= told.max_price


def caps_hold(case: Case, price: Price) -> None:
    for place, element in enumerate(case.told.elements):
        own = [line for line in price.lines if line.element == place]
        sums = [line.total if case.told.prices_include_tax else line.net for line in own]
        assert element.cap is None or total("EUR", sums) <= element.cap


def a_session_of_no_length_costs_at_most_the_fee_or_the_minimum(case: Case, _: Price) -> None:
    point = replace(case.facts, end=case.facts.start, reserved_from=None)
    fees = [
        round_to_minor(element.price.amount.amount, "EUR")
        for element in case.told.elements
        if element.dimension is Dimension.SESSION and isinstance(element.price, FixedPrice)
    ]
    most = max([*fees, case.told.min_price or NOTHING, NOTHING])
    assert stated(case.told, priced(case.told, point)) <= most


def a_price_never_falls_while_the_session_goes_on(case: Case, _: Price) -> None:
    """From the first reading on: before it no power is known, which a fee may go by."""
    facts, told = replace(case.facts, allowance_wh=0), at_once(case.told)
    moments = [sample.time for sample in facts.samples] or [facts.start]
    prices = [priced(told, until(facts, moment)) for moment in (*moments, facts.end)]
    costs = [stated(told, price) for price in prices]
    assert costs == sorted(costs)


def at_once(told: Tariff) -> Tariff:
    """Without what only the whole session decides: its length, average and peak."""
    kept = [
        element
        for element in told.elements
        if element.restrictions.minimum_session is None
        and element.restrictions.power_basis is PowerBasis.MOMENTARY
    ]
    return replace(told, elements=tuple(kept))


def more_energy_never_costs_less(case: Case, _: Price) -> None:
    """By a tariff that does not say so."""
    told, facts = replace(case.told, elements=(case.energy,)), case.facts
    factor = Decimal(100 + case.more) / 100
    raised = [s._replace(energy_wh=s.energy_wh * factor) for s in facts.samples]
    less, much = priced(told, facts), priced(told, replace(facts, samples=tuple(raised)))
    assert stated(told, less) <= stated(told, much)


def an_allowance_never_makes_it_dearer(case: Case, _: Price) -> None:
    without = priced(case.told, replace(case.facts, allowance_wh=0))
    covered = priced(case.told, replace(case.facts, allowance_wh=case.wh))
    assert stated(case.told, covered) <= stated(case.told, without)
    assert covered.non_billable_wh <= case.wh


def the_zone_of_the_process_does_not_matter(case: Case, price: Price) -> None:
    for name in ("Pacific/Apia", "America/St_Johns"):
        with process_zone(name):
            assert priced(case.told, case.facts) == price


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


LAWS: tuple[Callable[[Case, Price], None], ...] = (
    lines_add_up_and_are_payable,
    nothing_is_negative_but_what_the_maximum_takes_off,
    minimum_and_maximum_hold,
    caps_hold,
    a_session_of_no_length_costs_at_most_the_fee_or_the_minimum,
    a_reading_on_a_straight_line_changes_nothing,
    reading_by_reading_is_the_same_as_the_whole,
    a_price_never_falls_while_the_session_goes_on,
    more_energy_never_costs_less,
    an_allowance_never_makes_it_dearer,
    the_zone_of_the_process_does_not_matter,
)


@pytest.mark.timeout(1_800)
@settings(max_examples=EXAMPLES, derandomize=settings().max_examples < EXAMPLES, database=None)
@given(cases())
def test_every_law_holds(case: Case) -> None:
    price = priced(case.told, case.facts)
    for law in LAWS:
        law(case, price)
