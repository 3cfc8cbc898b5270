"""Tariffs and sessions of every sort, for the laws of pricing to be tried on."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from server.domain.electricity_rates import ElectricityRate, RatePeriod, RecordedRate
from server.domain.money import Money
from server.domain.pricing import ChargingPeriod, ChargingState, MeterSample, SessionFacts
from server.domain.tariffs import (
    CurrentType,
    Dimension,
    DurationBasis,
    Element,
    FixedPrice,
    PowerBasis,
    PriceLock,
    PriceUnit,
    RatePrice,
    Restrictions,
    Tariff,
    Weekday,
)

CENT = 10_000_000
ZONES: list[tzinfo] = [
    UTC,
    ZoneInfo("Europe/Amsterdam"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),  # daylight saving of half an hour
    ZoneInfo("Asia/Kathmandu"),  # 5:45 ahead
]
# Around these moments some of those clocks change.
EVES = [
    datetime(2025, 3, 9, 5, tzinfo=UTC),
    datetime(2025, 3, 29, 23, tzinfo=UTC),
    datetime(2025, 4, 5, 14, tzinfo=UTC),
    datetime(2025, 7, 2, tzinfo=UTC),
    datetime(2025, 10, 25, 23, tzinfo=UTC),
]

# Strategies are made once, of few draws: to think a session up costs more than to price it.
_HALF_HOURS = [time(hour, minute) for hour in (*range(5), *range(24)) for minute in (0, 30)]
_DAYS = [frozenset(days) for days in combinations(Weekday, 3)] + [
    frozenset(Weekday) - {day} for day in Weekday
]
_hours = st.sampled_from(_HALF_HOURS)
_dates = st.sampled_from([eve.date() + timedelta(days=n) for eve in EVES for n in (0, 1)])
_spans = st.sampled_from([timedelta(minutes=n) for n in (0, 5, 10, 20, 30, 45, 60, 120, 240)])
_hundreds_of_wh = st.sampled_from([100 * count for count in (*range(10), *range(61))])
_powers = st.sampled_from([1_000, 3_000, 6_000, 11_000])
_of_dimension = st.sampled_from(DurationBasis)
_of_power = st.sampled_from(PowerBasis)


def euros(most_cents: int, *, absent: int = 0) -> st.SearchStrategy[Any]:
    """An amount up to so much, or `absent` times as often none."""
    amounts = [Money("EUR", count * CENT) for count in range(most_cents + 1)]
    return st.sampled_from([kept for each in amounts for kept in (*[None] * absent, each)])


_limit = st.one_of(
    st.just({}),
    *(
        st.fixed_dictionaries(limits)
        for limits in (
            {"start_time": _hours, "end_time": _hours},
            {"start_time": _hours},
            {"end_time": _hours},
            {"weekdays": st.sampled_from(_DAYS)},
            {"start_date": _dates},
            {"end_date": _dates},
            {"energy_from_wh": _hundreds_of_wh},
            {"energy_to_wh": _hundreds_of_wh},
            {"duration_from": _spans, "duration_basis": _of_dimension},
            {"duration_to": _spans, "duration_basis": _of_dimension},
            {"power_from_w": _powers, "power_basis": _of_power},
            {"power_to_w": _powers, "power_basis": _of_power},
            {"current_type": st.sampled_from(CurrentType)},
            {"grace": _spans},
            {"minimum_session": _spans},
        )
    ),
)
_limits = st.one_of(st.just(()), st.tuples(_limit), st.tuples(_limit), st.tuples(_limit, _limit))
"""At most two of all, so that now and then they hold."""

_nanos = [Money("EUR", count * 1_234_567) for count in range(2_001)]
_rate_price = st.builds(
    RatePrice,
    euros(10),
    st.sampled_from([Decimal(n) for n in range(-50, 51)]),
    st.sampled_from(["", "spot"]),
)
_taxes = st.sampled_from([None, Decimal(0), Decimal(9), Decimal("5.2")])
_caps = euros(3_000, absent=3)


def _elements(dimension: Dimension) -> st.SearchStrategy[Element]:
    prices: st.SearchStrategy[Any] = st.builds(
        FixedPrice, st.sampled_from(_nanos), st.sampled_from(dimension.units)
    )
    if dimension is Dimension.ENERGY:
        prices |= _rate_price
    steps = [None] if dimension is Dimension.SESSION else [None, 1, 60, 100, 900, 3_600]
    parts = st.tuples(prices, st.sampled_from(steps), _limits, _caps, _taxes)
    return parts.map(partial(_element, dimension))


def _element(dimension: Dimension, parts: tuple[Any, ...]) -> Element:
    price, step, limits, cap, tax = parts
    told = {name: value for limit in limits for name, value in limit.items()}
    return Element(dimension, price, step, Restrictions(**told), cap, tax)


elements = {dimension: _elements(dimension) for dimension in Dimension}
_any_elements = {most: st.lists(st.one_of(*elements.values()), max_size=most) for most in (0, 6, 8)}
_locks: st.SearchStrategy[dict[Dimension, PriceLock]] = st.sampled_from(
    [{}, {}, {}]
) | st.dictionaries(st.sampled_from(Dimension), st.sampled_from(PriceLock), max_size=2)
_terms = st.tuples(
    euros(1_000, absent=3),
    euros(9_000, absent=3),
    st.sampled_from([Decimal(0), Decimal(21), Decimal("7.7")]),
    st.booleans(),
    _locks,
)


def tariffs(most: int = 6) -> st.SearchStrategy[Tariff]:
    """With so many elements at most."""
    return st.builds(_tariff, _any_elements[most], _terms)


def _tariff(drawn: list[Element], terms: tuple[Any, ...]) -> Tariff:
    floor, ceiling, tax, included, locks = terms
    if floor is not None and ceiling is not None and floor > ceiling:
        floor, ceiling = ceiling, floor
    return Tariff(
        "EUR",
        tuple(drawn),
        tax_percent=tax,
        prices_include_tax=included,
        min_price=floor,
        max_price=ceiling,
        price_locks=locks,
    )


@dataclass(frozen=True)
class Line:
    """A straight line of a session: `parts` equal parts of `seconds` and `wh` each."""

    seconds: int
    wh: int
    parts: int


lines = st.builds(
    Line, st.integers(1, 1_200), st.sampled_from([0, 1, 7, 50, 333]), st.integers(1, 4)
)
states = st.sampled_from([ChargingState.CHARGING, ChargingState.IDLE])


def readings(start: datetime, drawn: list[Line]) -> tuple[MeterSample, ...]:
    """A reading at the end of every line."""
    moment, register, samples = start, 0, []
    for line in drawn:
        moment += timedelta(seconds=line.seconds * line.parts)
        register += line.wh * line.parts
        samples.append(MeterSample(moment, register))
    return tuple(samples)


_lists_of_lines = st.lists(lines, max_size=8)
_changes = st.lists(st.tuples(st.integers(0, 20_000), states), max_size=5)
_kinds = st.tuples(
    st.sampled_from(EVES),
    st.integers(0, 6 * 3_600),
    st.integers(0, 3_600),
    st.none() | st.integers(0, 7_200),
    st.sampled_from(CurrentType),
    st.sampled_from(ZONES),
    st.sampled_from([0, 0, 500, 100_000]),
)


def sessions() -> st.SearchStrategy[SessionFacts]:
    """Of straight lines, at the end of each a reading."""
    return st.builds(_session, _lists_of_lines, _kinds, _changes)


@dataclass(frozen=True)
class Case:
    """A tariff and a session, and what the laws try on them."""

    told: Tariff
    facts: SessionFacts
    lines: list[Line]  # that the session is made of
    energy: Element  # of a fixed price, without restrictions
    later: timedelta  # up to ten minutes
    more: int  # percent, up to 300
    wh: int  # up to 5,000


def cases() -> st.SearchStrategy[Case]:
    """Everything that a law may ask for, drawn together."""
    return st.builds(_case, tariffs(), _lists_of_lines, _kinds, _changes, _plain_energy, _trials)


_plain_energy = st.tuples(st.sampled_from(_nanos), st.sampled_from([None, 1, 100, 900]), _caps)
_trials = st.tuples(st.integers(0, 600), st.integers(0, 300), st.integers(0, 5_000))


def _case(
    told: Tariff,
    drawn: list[Line],
    kind: tuple[Any, ...],
    changes: list[tuple[int, ChargingState]],
    plain: tuple[Money, int | None, Money | None],
    trials: tuple[int, int, int],
) -> Case:
    amount, step, cap = plain
    energy = Element(Dimension.ENERGY, FixedPrice(amount, PriceUnit.KWH), step, cap=cap)
    later, more, wh = trials
    facts = _session(drawn, kind, changes)
    return Case(told, facts, drawn, energy, timedelta(seconds=later), more, wh)


def _session(
    drawn: list[Line], kind: tuple[Any, ...], changes: list[tuple[int, ChargingState]]
) -> SessionFacts:
    eve, later, idle, reserved, current, zone, allowance = kind
    start = eve + timedelta(seconds=later)
    samples = readings(start, drawn)
    end = (samples[-1].time if samples else start) + timedelta(seconds=idle)
    periods = [ChargingPeriod(start + timedelta(seconds=at), state) for at, state in changes]
    return SessionFacts(
        start,
        end,
        samples,
        tuple(sorted(periods, key=lambda period: period.start)),
        reserved_from=None if reserved is None else start - timedelta(seconds=reserved),
        current_type=current,
        time_zone=zone,
        allowance_wh=allowance,
    )


def until(facts: SessionFacts, now: datetime) -> SessionFacts:
    """What was known of the session then."""
    return replace(
        facts,
        end=now,
        samples=tuple(sample for sample in facts.samples if sample.time <= now),
        periods=tuple(period for period in facts.periods if period.start <= now),
    )


def _spot(day: date) -> ElectricityRate:
    blocks = [RatePeriod(Money("EUR", n * CENT), time(n), time(n + 1)) for n in range(23)]
    every_day = [replace(block, weekdays=frozenset(Weekday)) for block in blocks]
    windy = RatePeriod(Money("EUR", -3 * CENT), time(2, 30), time(14), on_date=day)
    return ElectricityRate(Money("EUR", 25 * CENT), ZONES[1], (*every_day, windy))


RATES = {
    "": RecordedRate.of(ElectricityRate(Money("EUR", 9 * CENT))),
    "spot": RecordedRate.of(_spot(EVES[1].date())),
}
