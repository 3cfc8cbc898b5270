"""Tariffs and sessions of every sort, for the laws of pricing to be tried on."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
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

hours_of_day = st.builds(time, st.integers(0, 4) | st.integers(0, 23), st.sampled_from([0, 30]))
dates = st.sampled_from([eve.date() + timedelta(days=n) for eve in EVES for n in (0, 1)])
spans = st.sampled_from([0, 5, 10, 20, 30, 45, 60, 120, 240]).map(lambda n: timedelta(minutes=n))
hundreds_of_wh = (st.integers(0, 9) | st.integers(0, 60)).map(lambda count: 100 * count)
powers = st.sampled_from([1_000, 3_000, 6_000, 11_000])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def seldom(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([False, False, False, True]).flatmap(
        lambda told: values if told else st.none()
    )


def euros(most_cents: int) -> st.SearchStrategy[Money]:
    return st.integers(0, most_cents).map(lambda count: Money("EUR", count * CENT))


_LIMITS: list[dict[str, st.SearchStrategy[Any]]] = [
    {"start_time": hours_of_day, "end_time": hours_of_day},
    {"start_time": hours_of_day},
    {"end_time": hours_of_day},
    {"weekdays": st.frozensets(st.sampled_from(Weekday), min_size=3)},
    {"start_date": dates},
    {"end_date": dates},
    {"energy_from_wh": hundreds_of_wh},
    {"energy_to_wh": hundreds_of_wh},
    {"duration_from": spans, "duration_basis": st.sampled_from(DurationBasis)},
    {"duration_to": spans, "duration_basis": st.sampled_from(DurationBasis)},
    {"power_from_w": powers, "power_basis": st.sampled_from(PowerBasis)},
    {"power_to_w": powers, "power_basis": st.sampled_from(PowerBasis)},
    {"current_type": st.sampled_from(CurrentType)},
    {"grace": spans},
    {"minimum_session": spans},
]


@st.composite
def restrictions(draw: st.DrawFn) -> Restrictions:
    """At most two of all, so that now and then they hold."""
    kept = draw(st.lists(st.sampled_from(_LIMITS), max_size=2))
    return Restrictions(**{name: draw(values) for limit in kept for name, values in limit.items()})


def fixed_prices(dimension: Dimension) -> st.SearchStrategy[FixedPrice]:
    nanos = st.integers(0, 2_000).map(lambda count: Money("EUR", count * 1_234_567))
    return st.builds(FixedPrice, nanos, st.sampled_from(dimension.units))


rate_prices = st.builds(
    RatePrice, euros(10), st.integers(-50, 50).map(Decimal), st.sampled_from(["", "spot"])
)


@st.composite
def elements(draw: st.DrawFn, dimension: Dimension | None = None) -> Element:
    of = dimension or draw(st.sampled_from(Dimension))
    prices: st.SearchStrategy[Any] = fixed_prices(of)
    if of is Dimension.ENERGY:
        prices |= rate_prices
    steps = st.sampled_from([None, 1, 60, 100, 900, 3_600])
    return Element(
        of,
        draw(prices),
        None if of is Dimension.SESSION else draw(steps),
        draw(restrictions()),
        draw(seldom(euros(3_000))),
        draw(st.none() | st.sampled_from([Decimal(0), Decimal(9), Decimal("5.2")])),
    )


@st.composite
def tariffs(draw: st.DrawFn, most: int = 6) -> Tariff:
    floor, ceiling = draw(seldom(euros(1_000))), draw(seldom(euros(9_000)))
    if floor is not None and ceiling is not None and floor > ceiling:
        floor, ceiling = ceiling, floor
    return Tariff(
        "EUR",
        tuple(draw(st.lists(elements(), max_size=most))),
        tax_percent=draw(st.sampled_from([Decimal(0), Decimal(21), Decimal("7.7")])),
        prices_include_tax=draw(st.booleans()),
        min_price=floor,
        max_price=ceiling,
        price_locks=draw(
            st.dictionaries(st.sampled_from(Dimension), st.sampled_from(PriceLock), max_size=2)
        ),
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


@st.composite
def sessions(draw: st.DrawFn, drawn: list[Line] | None = None) -> SessionFacts:
    start = draw(st.sampled_from(EVES)) + timedelta(seconds=draw(st.integers(0, 6 * 3_600)))
    samples = readings(start, draw(st.lists(lines, max_size=8)) if drawn is None else drawn)
    last = samples[-1].time if samples else start
    end = last + timedelta(seconds=draw(st.integers(0, 3_600)))
    changes = draw(st.lists(st.tuples(st.integers(0, 20_000), states), max_size=5))
    periods = [ChargingPeriod(start + timedelta(seconds=at), state) for at, state in changes]
    reserved = draw(maybe(st.integers(0, 7_200).map(lambda count: timedelta(seconds=count))))
    return SessionFacts(
        start,
        end,
        samples,
        tuple(sorted(periods, key=lambda period: period.start)),
        reserved_from=None if reserved is None else start - reserved,
        current_type=draw(st.sampled_from(CurrentType)),
        time_zone=draw(st.sampled_from(ZONES)),
        allowance_wh=draw(st.sampled_from([0, 0, 500, 100_000])),
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
