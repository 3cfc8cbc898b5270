"""Tax of a line: rounded once, and such that net + tax = total to the last minor unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from server.domain.money import half_away_quotient

if TYPE_CHECKING:
    from decimal import Decimal


class Split(NamedTuple):
    """An amount taken apart, in nanos: net + tax = total."""

    net: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class Tax:
    """So many percent, on top of a net amount or within a gross one."""

    percent: Decimal
    included: bool
    minor: int  # nanos of the currency's minor unit

    def split(self, amount: int) -> Split:
        """Takes apart an amount, whole in minor units, of the side that prices are on."""
        share, whole = self.percent.as_integer_ratio()
        if self.included:
            net = self._nearest(amount * 100 * whole, 100 * whole + share)
            return Split(net, amount - net, amount)
        tax = self._nearest(amount * share, 100 * whole)
        return Split(amount, tax, amount + tax)

    def _nearest(self, dividend: int, divisor: int) -> int:
        return half_away_quotient(dividend, divisor * self.minor) * self.minor


def side(split: Split, tax: Tax) -> int:
    """The amount on the side that prices are on."""
    return split.total if tax.included else split.net
