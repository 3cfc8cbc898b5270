"""What a price costs: of a day with a reading every ten seconds, as a whole and so far."""

import time as stopwatch
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from server.domain.electricity_rates import ElectricityRate, RecordedRate
from server.domain.facts import Measured, SampledValue, SampleSet, TransactionStarted
from server.domain.money import Money
from server.domain.pricing import (
    ChargingPeriod,
    ChargingState,
    MeterSample,
    RunningPrice,
    SessionFacts,
    price_session,
)
from server.domain.tariffs import (
    Dimension,
    Element,
    FixedPrice,
    PowerBasis,
    PriceUnit,
    RatePrice,
    Restrictions,
    Tariff,
)
from server.store.database import open_database
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import billing, charging, session_rows
from tests.bench import network
from tests.bench.figures import Figure
from tests.bench.ours import database_in

EVERY = timedelta(seconds=10)
DAY, HOUR = 8_640, 360  # readings
START = datetime(2025, 3, 29, 12, tzinfo=UTC)  # the clock changes in the night
RATES = {"": RecordedRate.of(ElectricityRate(Money.of("EUR", "0.09")))}


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Twenty elements of every sort; then one more reading of a session, by how many it has."""
    told, day = _twenty_elements(), _session(DAY)
    half = replace(day, end=START + timedelta(hours=12), samples=day.samples[: DAY // 2])
    wholes = [(_whole(told, day), _whole(told, half)) for _ in range(rounds)]
    before = day.samples[: DAY - HOUR]
    sparse = replace(day, samples=(*before[59::60], *day.samples[DAY - HOUR :]))
    so_far = [(_last_hour(told, day), _last_hour(told, sparse)) for _ in range(rounds)]
    looks = list(_looks(folder, rounds))
    whole = "24 h, a reading each 10 s, 20 elements, against 12 h"
    more = "one more reading and its price in the 24th hour: after 8,280 readings, against 138"
    stored = "a look at a running session: of 8,640 readings, against 360"
    return [
        Figure("pricing", whole, "ms", wholes, 50, "at most", absolute=True),
        Figure("pricing", more, "µs", so_far, 1.5, "at most"),
        Figure("pricing", stored, "µs", looks, 1.5, "at most"),
    ]


def _whole(told: Tariff, facts: SessionFacts) -> float:
    begin = stopwatch.perf_counter()
    price_session(told, facts, RATES)
    return (stopwatch.perf_counter() - begin) * 1e3


def _last_hour(told: Tariff, facts: SessionFacts) -> float:
    """Microseconds for each of its readings."""
    running = RunningPrice(told, replace(facts, samples=facts.samples[:-HOUR]), RATES)
    begin = stopwatch.perf_counter()
    for sample in facts.samples[-HOUR:]:
        running.sample(sample)
        running.price(sample.time)
    return (stopwatch.perf_counter() - begin) / HOUR * 1e6


def _session(readings: int) -> SessionFacts:
    """Charges and idles by turns, at a power that is never the same."""
    samples, register = [], 0
    for number in range(1, readings + 1):
        register += 10 + number * 7_919 % 25
        samples.append(MeterSample(START + number * EVERY, register))
    states = (ChargingState.CHARGING, ChargingState.IDLE)
    periods = [ChargingPeriod(START + timedelta(hours=n), states[n % 2]) for n in range(24)]
    zone = ZoneInfo("Europe/Amsterdam")
    return SessionFacts(
        START, samples[-1].time, tuple(samples), tuple(periods), time_zone=zone, allowance_wh=5_000
    )


def _twenty_elements() -> Tariff:
    hours = [time(hour) for hour in (0, 4, 8, 12, 16, 20)]
    by_clock = [
        _element(Dimension.ENERGY, 30 + place, start_time=start, end_time=hours[(place + 1) % 6])
        for place, start in enumerate(hours)
    ]
    by_power = [
        _element(Dimension.CHARGING_TIME, n, power_from_w=3_000 * n, power_to_w=3_000 * (n + 1))
        for n in range(5)
    ]
    by_tier = [
        _element(
            Dimension.IDLE_TIME,
            2 + n,
            duration_from=timedelta(hours=6 * n),
            duration_to=timedelta(hours=6 * n + 6),
        )
        for n in range(4)
    ]
    by_peak = [
        _element(
            Dimension.POWER_LEVEL_TIME,
            n,
            power_from_w=4_000 * n,
            power_to_w=4_000 * (n + 1),
            power_basis=PowerBasis.SESSION_PEAK,
        )
        for n in range(3)
    ]
    followed = Element(Dimension.ENERGY, RatePrice(Money.of("EUR", "0.05")))
    elements = (*by_clock, followed, *by_power, *by_tier, *by_peak, _element(Dimension.SESSION, 50))
    assert len(elements) == 20
    return Tariff("EUR", elements, tax_percent=Decimal(21))


def _element(dimension: Dimension, cents: int, **limits: object) -> Element:
    price = FixedPrice(Money("EUR", cents * 10_000_000), dimension.units[0])
    step = {PriceUnit.KWH: 100, PriceUnit.MINUTE: 60}.get(price.per)
    return Element(dimension, price, step, Restrictions(**limits))  # type: ignore[arg-type]


def _looks(folder: Path, rounds: int) -> Iterator[tuple[float, float]]:
    """Two sessions in a database, one of a day and one of an hour, each a reading further."""
    network.seed(database_in(folder), 2)
    database = open_database(f"sqlite:///{database_in(folder)}")
    lane = WriteLane(database)
    long, short = (_Charging(lane, number) for number in (0, 1))
    long.charge(DAY)
    short.charge(HOUR)
    for _ in range(rounds):
        yield long.look(), short.look()
    lane.close()


class _Charging:
    """A session that goes on, reading by reading."""

    def __init__(self, lane: WriteLane, number: int) -> None:
        self._lane = lane
        self._charger = f"chargePoints/{network.identity(number)}"
        self._start = datetime.now(UTC) - timedelta(days=2)
        self._readings = 0
        fact = TransactionStarted(1, 1, network.token(number), 0, self._start)
        started = lane.write_now(lambda unit: charging.start(unit, Rules(), self._charger, fact))
        self._transaction = started.transaction_id
        self._look()

    def charge(self, readings: int) -> None:
        for _ in range(readings):
            self._readings += 1
            wh = 20 * self._readings
            value = SampledValue("Energy.Active.Import.Register", str(wh), wh, "Wh")
            told = SampleSet(self._start + self._readings * EVERY, (value,))
            fact = Measured(1, 1, self._transaction, (told,))
            self._lane.write_now(lambda unit: charging.measure(unit, self._charger, fact))  # noqa: B023

    def look(self) -> float:
        """Microseconds of a look after one more reading, in the middle of a hundred."""
        spent = []
        for _ in range(100):
            self.charge(1)
            spent.append(self._look())
        return sorted(spent)[50]

    def _look(self) -> float:
        def reprice(unit: Unit) -> float:
            session = session_rows.by_transaction(unit, self._charger, self._transaction)
            assert session is not None
            begin = stopwatch.perf_counter()
            billing.reprice(unit, session)
            return (stopwatch.perf_counter() - begin) * 1e6

        return self._lane.write_now(reprice)
