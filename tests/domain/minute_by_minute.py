"""A second, slow and simple-minded way to price a session, to hold the real one against.

It goes through the session minute by minute and looks at everything anew each time. So it
only understands sessions and tariffs that are made of whole minutes: states and readings
change on the minute, a minute takes 0 or 100 Wh, tiers are of whole minutes and 100 Wh.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from server.domain.pricing import ChargingState, SessionFacts
from server.domain.tariffs import (
    Dimension,
    DurationBasis,
    Element,
    FixedPrice,
    PowerBasis,
    PriceLock,
    PriceUnit,
    Restrictions,
    Tariff,
)

MINUTE = timedelta(minutes=1)
CHARGING, IDLE = ChargingState.CHARGING, ChargingState.IDLE
PER = {PriceUnit.SESSION: 1, PriceUnit.KWH: 1_000, PriceUnit.MINUTE: 60, PriceUnit.HOUR: 3_600}
"""Seconds or Wh in a unit."""
STATES = {
    Dimension.ENERGY: (CHARGING, IDLE),
    Dimension.SESSION: (CHARGING, IDLE),
    Dimension.CHARGING_TIME: (CHARGING,),
    Dimension.POWER_LEVEL_TIME: (CHARGING,),
    Dimension.IDLE_TIME: (IDLE,),
    Dimension.RESERVATION_TIME: (),
}


@dataclass
class Minute:
    """A minute of a session and what went before it."""

    begin: datetime
    state: ChargingState
    wh: int
    wh_before: int
    minutes_before: int
    stretch: dict[Dimension, int]  # minutes that the dimension has run without a break
    own: dict[Dimension, int]  # ... and altogether


def minutes_of(facts: SessionFacts) -> list[Minute]:
    """The session, minute by minute."""
    register = {facts.start: 0} | {s.time: int(s.energy_wh) for s in facts.samples}
    own = dict.fromkeys(Dimension, 0)
    stretch = dict.fromkeys(Dimension, 0)
    found: list[Minute] = []
    moment = facts.start
    while moment < facts.end:
        known = [period.state for period in facts.periods if period.start <= moment]
        state = known[-1] if known else CHARGING
        stretch = {d: stretch[d] if state in STATES[d] else 0 for d in Dimension}
        before = register[moment]
        wh = register.get(moment + MINUTE, before) - before
        register.setdefault(moment + MINUTE, before)
        found.append(Minute(moment, state, wh, before, len(found), dict(stretch), dict(own)))
        for dimension in Dimension:
            stretch[dimension] += state in STATES[dimension]
            own[dimension] += state in STATES[dimension]
        moment += MINUTE
    return found


@dataclass
class Slowly:
    """A session under a tariff; per dimension what was paid ahead, per element what was billed."""

    tariff: Tariff
    facts: SessionFacts
    told: list[Minute]
    ahead: Counter[Dimension] = field(default_factory=Counter)
    billed: Counter[int] = field(default_factory=Counter)

    def charge(self, minute: Minute, dimension: Dimension) -> None:
        """Bills what the minute used of the dimension, from what was paid ahead or by steps."""
        elements = enumerate(self.tariff.elements)
        holding = [
            (place, element)
            for place, element in elements
            if element.dimension is dimension
            and self.holds(element.restrictions, minute, dimension)
        ]
        fees = [n for n, e in enumerate(self.tariff.elements) if e.dimension is Dimension.SESSION]
        if not holding or (dimension is Dimension.SESSION and any(self.billed[n] for n in fees)):
            return
        place, element = holding[0]
        used = {Dimension.SESSION: 1, Dimension.ENERGY: minute.wh}.get(dimension, 60)
        step = (element.step if costs(element) else None) or 1
        bought = -(-max(used - self.ahead[dimension], 0) // step) * step
        self.ahead[dimension] += bought - used
        self.billed[place] += bought

    def holds(self, limits: Restrictions, minute: Minute, dimension: Dimension) -> bool:
        """Whether every restriction does in that minute."""
        own = limits.duration_basis is DurationBasis.DIMENSION
        lasted = MINUTE * (minute.own[dimension] if own else minute.minutes_before)
        locked = self.tariff.price_locks.get(dimension) is PriceLock.AT_START
        clock = self.facts.start if locked else minute.begin
        return (
            clock_allows(limits, clock.astimezone(self.facts.time_zone))
            and between(minute.wh_before, limits.energy_from_wh, limits.energy_to_wh)
            and between(self.power(limits, minute), limits.power_from_w, limits.power_to_w)
            and (limits.duration_from is None or lasted >= limits.duration_from)
            and (limits.duration_to is None or lasted < limits.duration_to)
            and (limits.grace is None or MINUTE * minute.stretch[dimension] >= limits.grace)
            and MINUTE * len(self.told) >= (limits.minimum_session or timedelta(0))
            and limits.current_type in (None, self.facts.current_type)
        )

    def power(self, limits: Restrictions, minute: Minute) -> Fraction:
        """In W, by the basis that the restriction has."""
        if limits.power_basis is PowerBasis.MOMENTARY:
            return Fraction(minute.wh * 60)
        if limits.power_basis is PowerBasis.SESSION_PEAK:
            return Fraction(max(m.wh for m in self.told) * 60)
        charged = sum(m.state is CHARGING for m in self.told)
        return Fraction(sum(m.wh for m in self.told) * 60, max(charged, 1)) * bool(charged)


def clock_allows(limits: Restrictions, local: datetime) -> bool:
    """The restrictions by the clock on the wall."""
    start, end = limits.start_time or time(0), limits.end_time or time(0)
    now = local.time()
    if start < end and not start <= now < end:
        return False
    if start >= end and end <= now < start:
        return False
    if limits.weekdays and local.isoweekday() not in limits.weekdays:
        return False
    if limits.start_date and local.date() < limits.start_date:
        return False
    return not (limits.end_date and local.date() >= limits.end_date)


def between(value: Fraction | int, low: int | None, high: int | None) -> bool:
    """Low end in, high end out."""
    return (low is None or value >= low) and (high is None or value < high)


def cost(element: Element, quantity: Fraction) -> Decimal:
    """In cents as people round them, and no more than the cap."""
    assert isinstance(element.price, FixedPrice)
    cents = Fraction(element.price.amount.amount) * quantity * 100
    rounded = Decimal(int(cents + Fraction(1, 2))) / 100
    return rounded if element.cap is None else min(rounded, element.cap.amount)


def costs(element: Element) -> bool:
    return isinstance(element.price, FixedPrice) and bool(element.price.amount)


def billed_slowly(tariff: Tariff, facts: SessionFacts) -> dict[int, Fraction]:
    """What is billed of each element, in its units; by its place in the tariff."""
    slowly = Slowly(tariff, facts, minutes_of(facts))
    for minute in slowly.told:
        for dimension in Dimension:
            if minute.state in STATES[dimension]:
                slowly.charge(minute, dimension)
    prices = {n: tariff.elements[n].price for n in slowly.billed}
    sizes = {n: PER[price.per] for n, price in prices.items() if isinstance(price, FixedPrice)}
    return {n: Fraction(slowly.billed[n], size) for n, size in sizes.items() if slowly.billed[n]}


def price_of(tariff: Tariff, billed: dict[int, Fraction]) -> Decimal:
    """The price on the side that the tariff's prices are on."""
    elements = tariff.elements
    total = sum((cost(elements[n], quantity) for n, quantity in billed.items()), Decimal(0))
    if tariff.min_price is not None:
        total = max(total, tariff.min_price.amount)
    return total if tariff.max_price is None else min(total, tariff.max_price.amount)
