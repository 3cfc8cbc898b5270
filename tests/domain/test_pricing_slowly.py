"""The price of a session is what one finds who goes through it minute by minute."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from server.domain.pricing import ChargingPeriod, MeterSample, SessionFacts, price_session
from server.domain.tariffs import CurrentType, FixedPrice, Tariff
from tests.domain.minute_by_minute import billed_slowly, price_of
from tests.domain.pricing_strategies import EVES, ZONES, states, tariffs


@st.composite
def sessions_by_the_minute(draw: st.DrawFn) -> SessionFacts:
    """Up to some hours, each minute of which takes 0 or 100 Wh."""
    start: datetime = draw(st.sampled_from(EVES)) + timedelta(minutes=draw(st.integers(0, 300)))
    blocks = draw(st.lists(st.tuples(st.integers(1, 60), st.booleans(), states), max_size=6))
    register, moment, samples, periods = 0, start, [], []
    for length, draws, state in blocks:
        periods.append(ChargingPeriod(moment, state))
        for _ in range(length):
            moment += timedelta(minutes=1)
            register += 100 * draws
            samples.append(MeterSample(moment, register))
    return SessionFacts(
        start,
        moment,
        tuple(samples),
        tuple(periods),
        current_type=draw(st.sampled_from(CurrentType)),
        time_zone=draw(st.sampled_from(ZONES)),
    )


def fixed(told: Tariff) -> Tariff:
    kept = [element for element in told.elements if isinstance(element.price, FixedPrice)]
    return replace(told, elements=tuple(kept))


@given(tariffs(most=8).map(fixed), sessions_by_the_minute())
def test_the_quick_way_and_the_slow_agree(told: Tariff, facts: SessionFacts) -> None:
    assume(facts.start < facts.end)
    billed = billed_slowly(told, facts)
    price = price_session(told, facts)
    lines = {line.element: line.quantity for line in price.lines if line.element is not None}
    assert lines == {n: nine_decimals(quantity) for n, quantity in billed.items()}
    stated = price.total if told.prices_include_tax else price.net
    assert stated.amount == price_of(told, billed)


def nine_decimals(quantity: Fraction) -> Decimal:
    return Decimal(int(quantity * 10**9 + Fraction(1, 2))) / 10**9
