"""A tariff made ready for one session: whole numbers, rules, and only what can matter."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.electricity_rates import RateClock
from server.domain.local_clock import LocalClock, micros_of
from server.domain.money import CurrencyMismatchError, Money, half_away
from server.domain.pricing.rules import Rule, rules_of
from server.domain.pricing.verdict import Verdict, stands
from server.domain.tariffs import Dimension, Element, FixedPrice, PowerBasis, PriceUnit, RatePrice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import time

    from server.domain.electricity_rates import RecordedRate
    from server.domain.pricing.facts import SessionFacts
    from server.domain.tariffs import Tariff

_MINUTE = 60_000_000
SIZE = {
    PriceUnit.SESSION: 1,
    PriceUnit.KWH: 1_000_000_000,
    PriceUnit.MINUTE: _MINUTE,
    PriceUnit.HOUR: 60 * _MINUTE,
}
"""How many microseconds, or millionths of a Wh, one unit of a price is."""

STEP_SIZE = 1_000_000
"""How many of them a step of one second, or of one Wh, is."""


class UnpricedError(ValueError):
    """The tariff cannot price the session as things stand; nothing is ever guessed."""


@dataclass(frozen=True, slots=True)
class FollowedRate:
    """A price that follows a rate: nanos per kWh, rounded to the nano, never negative."""

    clock: RateClock
    price: RatePrice

    def nanos(self, micros: int) -> int:
        """The price at that moment."""
        base, markup = self.clock.price(micros), self.price.markup_per_kwh
        _same_currency(markup, base.currency)
        raised = base.nanos * Fraction(100 + self.price.markup_percent) / 100
        return max(0, half_away(raised) + markup.nanos)


@dataclass(slots=True)
class PlannedElement:
    """An element with its price in nanos per `size` microseconds or millionths of a Wh."""

    index: int
    element: Element
    rules: tuple[Rule, ...]
    unit: PriceUnit
    size: int
    step: int
    nanos: int = 0
    followed: FollowedRate | None = None


@dataclass(slots=True)
class Plan:
    """What a walk through the session needs to know.

    `clock` is None, and local time is never computed, unless an element in force is bound to it;
    `power_marks` are the W at which momentary power makes a difference.
    """

    elements: dict[Dimension, list[PlannedElement]]
    origin: int  # where the reservation, or else the session, begins
    start: int
    clock: LocalClock | None
    power_marks: tuple[int, ...]
    locked: frozenset[Dimension]


def plan(
    tariff: Tariff, facts: SessionFacts, rates: Mapping[str, RecordedRate], verdict: Verdict
) -> Plan:
    """The tariff as it prices a session that `verdict` is true of."""
    in_force = [
        (index, element)
        for index, element in enumerate(tariff.elements)
        if element.restrictions.current_type in (None, facts.current_type)
        and stands(element.restrictions, verdict)
    ]
    elements: dict[Dimension, list[PlannedElement]] = {}
    for index, element in in_force:
        planned = _planned(index, element, tariff.currency, rates)
        elements.setdefault(element.dimension, []).append(planned)
    start = micros_of(facts.start)
    origin = micros_of(facts.origin) if facts.reserved_from else start
    bound = [element for _, element in in_force]
    locked = frozenset(dimension for dimension in elements if tariff.locked(dimension))
    return Plan(elements, origin, start, _clock(bound, facts), _power_marks(bound), locked)


def _planned(
    index: int, element: Element, currency: str, rates: Mapping[str, RecordedRate]
) -> PlannedElement:
    price, step = element.price, (element.step or 0) * STEP_SIZE
    rules = rules_of(element.restrictions)
    if isinstance(price, FixedPrice):
        _same_currency(price.amount, currency)
        _fitting(element.dimension, price.per)
        size, nanos = SIZE[price.per], price.amount.nanos
        return PlannedElement(index, element, rules, price.per, size, step, nanos)
    _same_currency(price.markup_per_kwh, currency)
    _fitting(element.dimension, PriceUnit.KWH)
    followed = _follow(price, rates)
    return PlannedElement(
        index, element, rules, PriceUnit.KWH, SIZE[PriceUnit.KWH], step, followed=followed
    )


def _follow(price: RatePrice, rates: Mapping[str, RecordedRate]) -> FollowedRate:
    recorded = rates.get(price.rate)
    if recorded is None:
        named = f"the rate {price.rate!r}" if price.rate else "the charge point's own rate"
        raise UnpricedError(f"no version of {named} is known")
    return FollowedRate(RateClock(recorded), price)


def _same_currency(money: Money, currency: str) -> None:
    if money.currency != currency:
        raise CurrencyMismatchError(money.currency, currency)


def _fitting(dimension: Dimension, unit: PriceUnit) -> None:
    if unit not in dimension.units:
        raise UnpricedError(f"{dimension.name} has no price per {unit.name}")


def _clock(elements: Iterable[Element], facts: SessionFacts) -> LocalClock | None:
    bound = [element.restrictions for element in elements if element.restrictions.by_clock]
    if not bound:
        return None
    ends = [end for limits in bound for end in (limits.start_time, limits.end_time)]
    marks: list[time] = [end for end in ends if end is not None]
    return LocalClock(facts.time_zone, marks)


def _power_marks(elements: Iterable[Element]) -> tuple[int, ...]:
    momentary = [
        element.restrictions
        for element in elements
        if element.restrictions.power_basis is PowerBasis.MOMENTARY
    ]
    ends = {end for limits in momentary for end in (limits.power_from_w, limits.power_to_w)}
    return tuple(sorted(end for end in ends if end is not None))
