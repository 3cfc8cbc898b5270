"""How the price of electricity goes over a range of time, by a rate with its versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.electricity_rates import RateClock
from server.domain.local_clock import micros_of, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from server.domain.electricity_rates import RecordedRate
    from server.domain.money import Money


@dataclass(frozen=True, slots=True)
class PriceStretch:
    """A price per kWh from `start` to before `end`, by one version, counted from 0."""

    start: datetime
    end: datetime
    price: Money
    version: int


def price_at(recorded: RecordedRate, moment: datetime) -> PriceStretch:
    """The price at a moment: a stretch without a length."""
    clock, micros = RateClock(recorded), micros_of(moment)
    return PriceStretch(moment, moment, clock.price(micros), clock.version_at(micros))


def price_curve(recorded: RecordedRate, start: datetime, end: datetime) -> Iterator[PriceStretch]:
    """The prices from start to end, in UTC: without a gap, each stretch as long as its price and
    its version hold. Nothing if the end is not after the start."""
    clock, now, stop = RateClock(recorded), micros_of(start), micros_of(end)
    while now < stop:
        price, version, turn = clock.price(now), clock.version_at(now), now
        while turn < stop and (clock.price(turn), clock.version_at(turn)) == (price, version):
            turn = clock.next_turn(turn)
        turn = min(turn, stop)
        yield PriceStretch(moment_of(now), moment_of(turn), price, version)
        now = turn
