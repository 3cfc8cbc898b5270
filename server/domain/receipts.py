"""Receipts: their amounts by tax rate, what a correction comes to, and their numbers."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from server.domain.money import Money, minor_nanos, zero
from server.domain.pricing.tax import Tax

if TYPE_CHECKING:
    from collections.abc import Iterable

_FINEST = 3  # decimals of a tax rate
_DIGITS = 6


class Amount(NamedTuple):
    """What is taxed at one rate, in percent."""

    tax_percent: Decimal
    net: Money
    tax: Money

    @property
    def total(self) -> Money:
        """With tax."""
        return self.net + self.tax


def by_rate(amounts: Iterable[Amount]) -> list[Amount]:
    """Those of one rate together, the lowest first."""
    sums: dict[Decimal, Amount] = {}
    for amount in amounts:
        rate = amount.tax_percent.normalize()
        known = sums.get(rate)
        net, tax = (known.net, known.tax) if known else (zero(amount.net.currency),) * 2
        sums[rate] = Amount(rate, net + amount.net, tax + amount.tax)
    return [sums[rate] for rate in sorted(sums)]


def difference(now: Iterable[Amount], before: Iterable[Amount]) -> list[Amount]:
    """What has to be added to what was issued so that it comes to what is billed now."""
    back = (Amount(rate, -net, -tax) for rate, net, tax in before)
    return [each for each in by_rate(chain(now, back)) if each.net or each.tax]


def percent_of(net: Money, tax: Money, told: Decimal | None = None) -> Decimal:
    """The rate that was taxed at: what is told, where that comes to this tax, or else the roundest
    rate that does."""
    if not tax:
        return Decimal(0)
    if told is not None and _comes_to(told, net, tax):
        return told
    exact = Decimal(tax.nanos) * 100 / Decimal(net.nanos) if net else Decimal(0)
    for decimals in range(_FINEST):
        rate = round(exact, decimals)
        if _comes_to(rate, net, tax):
            return rate
    return round(exact, _FINEST)


def _comes_to(percent: Decimal, net: Money, tax: Money) -> bool:
    """Whether prices with tax, or without, are split so at that rate."""
    minor, total = minor_nanos(net.currency), (net + tax).nanos
    on_top, within = Tax(percent, False, minor), Tax(percent, True, minor)
    return tax.nanos in (on_top.split(net.nanos).tax, within.split(total).tax)


def number_of(series: str, year: int, place: int) -> str:
    """The number as it is printed: `2026-000001`."""
    return f"{series}{year}-{place:0{_DIGITS}}"
