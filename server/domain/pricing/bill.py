"""From what was run up to what is paid: caps, allowance, rounding, tax, minimum and maximum.

Amounts are nanos on the side, net or gross, that the tariff's prices are on.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.money import NANOS, Money, half_away, minor_nanos
from server.domain.pricing.price import LineKind, Price, PriceLine
from server.domain.pricing.rules import WH, Exact
from server.domain.pricing.tax import Split, Tax
from server.domain.tariffs import Dimension, PriceUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.pricing.lane import Tally
    from server.domain.tariffs import Tariff

_KINDS = {dimension: LineKind(dimension.value) for dimension in Dimension}


@dataclass(slots=True)
class Charge:
    """What one tally costs, exactly."""

    tally: Tally
    nanos: Fraction
    limit: int | None = None  # what the element's cap had left when it came to this
    free: Exact = 0  # of its energy, what the allowance covers

    @property
    def to_pay(self) -> Fraction:
        """The share of the cost that the allowance does not cover."""
        return self.nanos * self.share if self.free else self.nanos

    @property
    def share(self) -> Fraction:
        """How much of the charge the allowance does not cover."""
        return 1 - Fraction(self.free) / self.tally.used


def bill(tariff: Tariff, tallies: Iterable[Tally], allowance: int) -> Price:
    """The price of what was run up; `allowance` in millionths of a Wh."""
    charges = [Charge(tally, _cost(tally)) for tally in tallies if tally.billed]
    minor = minor_nanos(tariff.currency)
    _cap(charges, minor)
    covered = _use_allowance(charges, allowance) if allowance else 0
    lines = [line for charge in charges for line in _lines(tariff, charge, minor)]
    lines += _bound(tariff, lines, minor)
    net, tax = sum(line.net.nanos for line in lines), sum(line.tax.nanos for line in lines)
    return Price(tuple(lines), *_money(tariff, Split(net, tax, net + tax)), _wh(covered))


def _cost(tally: Tally) -> Fraction:
    billed = tally.billed
    return Fraction(tally.nanos * billed.numerator, tally.planned.size * billed.denominator)


def _cap(charges: list[Charge], minor: int) -> None:
    """Lets no element cost more than its cap: what came first is paid first."""
    left: dict[int, int] = {}
    for charge in charges:
        planned = charge.tally.planned
        if planned.element.cap is not None:
            charge.limit = left.get(planned.index, planned.element.cap.nanos // minor * minor)
            charge.nanos = min(charge.nanos, Fraction(charge.limit))
            left[planned.index] = charge.limit - _round(charge.nanos, charge.limit, minor)


def _use_allowance(charges: list[Charge], allowance: int) -> Exact:
    """Frees energy that costs something, what came first first; gives what was used of it."""
    left: Exact = allowance
    for charge in charges:
        if charge.tally.planned.element.dimension is Dimension.ENERGY and charge.nanos:
            charge.free = min(left, charge.tally.used)
            left -= charge.free
    return allowance - left


def _lines(tariff: Tariff, charge: Charge, minor: int) -> list[PriceLine]:
    if not charge.free:
        return [_line(tariff, charge, charge.tally.billed, minor)]
    rest = charge.tally.billed * charge.share
    billable = [_line(tariff, charge, rest, minor)] if charge.share else []
    return [*billable, _free_line(tariff, charge, charge.tally.billed - rest)]


def _line(tariff: Tariff, charge: Charge, quantity: Exact, minor: int) -> PriceLine:
    planned = charge.tally.planned
    percent = planned.element.tax_percent
    tax = Tax(tariff.tax_percent if percent is None else percent, tariff.prices_include_tax, minor)
    split = tax.split(_round(charge.to_pay, charge.limit, minor))
    return PriceLine(
        _KINDS[planned.element.dimension],
        _decimal(Fraction(quantity) / planned.size),
        planned.unit,
        Money(tariff.currency, charge.tally.nanos),
        *_money(tariff, split),
        tax.percent,
        planned.index,
        charge.limit is not None and charge.nanos == charge.limit,
    )


def _free_line(tariff: Tariff, charge: Charge, quantity: Exact) -> PriceLine:
    planned = charge.tally.planned
    return PriceLine(
        LineKind.NON_BILLABLE_ENERGY,
        _decimal(Fraction(quantity) / planned.size),
        planned.unit,
        Money(tariff.currency, 0),
        *_money(tariff, Split(0, 0, 0)),
        Decimal(0),
        planned.index,
    )


def _bound(tariff: Tariff, lines: list[PriceLine], minor: int) -> list[PriceLine]:
    """The line, if one is needed, that lifts the price to its minimum or holds it at its maximum.

    Beyond the amount itself it evens out the tax, so that a bounded price has the tax of the
    bound and not the sum of roundings; never so far that it changes its sign.
    """
    net, tax = sum(line.net.nanos for line in lines), sum(line.tax.nanos for line in lines)
    now = net + tax if tariff.prices_include_tax else net
    bound = _bounded(tariff, now, minor)
    if bound == now:
        return []
    rate = Tax(tariff.tax_percent, tariff.prices_include_tax, minor)
    return [_adjustment(tariff, rate, bound - now, rate.split(bound).tax - tax, tax)]


def _adjustment(tariff: Tariff, rate: Tax, amount: int, more_tax: int, tax: int) -> PriceLine:
    up = amount > 0
    low, high = (0, amount if rate.included else max(more_tax, 0)) if up else (-tax, 0)
    low = max(low, amount) if rate.included and not up else low
    part = min(max(more_tax, low), high)
    split = (
        Split(amount - part, part, amount) if rate.included else Split(amount, part, amount + part)
    )
    kind = LineKind.MIN_PRICE if up else LineKind.MAX_PRICE
    sums = _money(tariff, split)
    return PriceLine(kind, Decimal(1), PriceUnit.SESSION, None, *sums, rate.percent)


def _bounded(tariff: Tariff, now: int, minor: int) -> int:
    if tariff.min_price is not None:
        now = max(now, -(-tariff.min_price.nanos // minor) * minor)
    if tariff.max_price is not None:
        now = min(now, tariff.max_price.nanos // minor * minor)
    return now


def _round(nanos: Fraction, limit: int | None, minor: int) -> int:
    rounded = half_away(nanos / minor) * minor
    return rounded if limit is None else min(rounded, limit)


def _money(tariff: Tariff, split: Split) -> tuple[Money, Money, Money]:
    currency = tariff.currency
    return Money(currency, split.net), Money(currency, split.tax), Money(currency, split.total)


def _decimal(number: Fraction) -> Decimal:
    """To nine decimals, for people to read; amounts are made of the exact number."""
    return Decimal(half_away(number * NANOS)) / NANOS


def _wh(micro_wh: Exact) -> Decimal:
    return _decimal(Fraction(micro_wh) / WH)
