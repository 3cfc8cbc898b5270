"""Words to tell tariffs and sessions with, for the tests of pricing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from server.domain.money import Money
from server.domain.pricing import ChargingPeriod, ChargingState, MeterSample, Price, SessionFacts
from server.domain.tariffs import (
    CurrentType,
    Dimension,
    Element,
    FixedPrice,
    PriceUnit,
    Restrictions,
    Tariff,
)

MONDAY = datetime(2025, 3, 10, tzinfo=UTC)
IDLE, CHARGING = ChargingState.IDLE, ChargingState.CHARGING


def eur(amount: str | int) -> Money:
    return Money.of("EUR", amount)


def at(hours: int, minutes: int = 0, seconds: int = 0, day: datetime = MONDAY) -> datetime:
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


@dataclass(frozen=True)
class Words:
    """`energy("0.25", step=100)`: elements of one dimension, restrictions by name."""

    dimension: Dimension
    unit: PriceUnit

    def __call__(
        self,
        price: str | int,
        step: int | None = None,
        cap: str | None = None,
        tax: str | None = None,
        **limits: Any,
    ) -> Element:
        return Element(
            self.dimension,
            FixedPrice(eur(price), self.unit),
            step,
            Restrictions(**limits),
            None if cap is None else eur(cap),
            None if tax is None else Decimal(tax),
        )


fee = Words(Dimension.SESSION, PriceUnit.SESSION)
energy = Words(Dimension.ENERGY, PriceUnit.KWH)
charging = Words(Dimension.CHARGING_TIME, PriceUnit.MINUTE)
charging_hour = Words(Dimension.CHARGING_TIME, PriceUnit.HOUR)
idling = Words(Dimension.IDLE_TIME, PriceUnit.MINUTE)
idling_hour = Words(Dimension.IDLE_TIME, PriceUnit.HOUR)
reserved_hour = Words(Dimension.RESERVATION_TIME, PriceUnit.HOUR)
power_minute = Words(Dimension.POWER_LEVEL_TIME, PriceUnit.MINUTE)


def tariff(*elements: Element, tax: str = "0", **terms: Any) -> Tariff:
    return Tariff("EUR", elements, tax_percent=Decimal(tax), **terms)


def session(
    charges_for: timedelta,
    wh: int = 0,
    idles_for: timedelta = timedelta(0),
    *,
    start: datetime = MONDAY,
    zone: tzinfo = UTC,
    current: CurrentType = CurrentType.AC,
) -> SessionFacts:
    """Charges evenly, then idles."""
    full = start + charges_for
    periods = (ChargingPeriod(start, CHARGING), ChargingPeriod(full, IDLE))
    samples = (MeterSample(full, wh),)
    return SessionFacts(
        start, full + idles_for, samples, periods, current_type=current, time_zone=zone
    )


def metered(
    *readings: tuple[datetime, int | Decimal], start: datetime = MONDAY, **known: Any
) -> SessionFacts:
    """A session that ends with its last reading."""
    samples = tuple(MeterSample(time, wh) for time, wh in readings)
    return replace(SessionFacts(start, samples[-1].time, samples), **known)


def amounts(price: Price) -> list[str]:
    """The lines' amounts on the net side."""
    return [f"{line.net.amount:.2f}" for line in price.lines]


def quantities(price: Price) -> list[Decimal]:
    return [line.quantity for line in price.lines]


def summed(lines: Sequence[Money]) -> Money:
    return sum(lines[1:], lines[0])
