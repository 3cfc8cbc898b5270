"""How what was earned on a partner's charge points is shared with it.

Shares are of net amounts, by the kind of current; fees come off the partner's share. Everything
is exact until each share is rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.money import NANOS, Money, round_to_minor

if TYPE_CHECKING:
    from datetime import date

_WH_PER_KWH = 1000
_ALL = 100


@dataclass(frozen=True, slots=True)
class Contract:
    """Percentages of 0 to 100; fees of nothing or more, in the contract's currency; the end date
    is excluded."""

    currency: str
    ac_percent: Decimal = Decimal(0)
    dc_percent: Decimal = Decimal(0)
    fee_per_session: Money | None = None
    fee_per_kwh: Money | None = None
    fee_per_month: Money | None = None
    start: date | None = None
    end: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether it shares what is earned on that day."""
        begun = self.start is None or self.start <= day
        return begun and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Earned:
    """What sessions brought in one currency: net at AC and at DC EVSEs, how many, and their Wh."""

    currency: str
    ac: Money
    dc: Money
    sessions: int
    energy_wh: int

    @property
    def revenue(self) -> Money:
        """Both together."""
        return self.ac + self.dc


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets what; both together are the revenue."""

    partner: Money
    operator: Money


def share(earned: Earned, contract: Contract | None) -> Shares:
    """The shares of what was earned in a month; without a contract in its currency all is the
    operator's. The partner's share is below zero where its fees are more."""
    if contract is None or contract.currency != earned.currency:
        return Shares(Money(earned.currency, 0), earned.revenue)
    exact = _units(earned.ac) * Fraction(contract.ac_percent) / _ALL
    exact += _units(earned.dc) * Fraction(contract.dc_percent) / _ALL
    exact -= _units(contract.fee_per_session) * earned.sessions
    exact -= _units(contract.fee_per_kwh) * Fraction(earned.energy_wh, _WH_PER_KWH)
    exact -= _units(contract.fee_per_month)
    partner = round_to_minor(exact, earned.currency)
    return Shares(partner, earned.revenue - partner)


def _units(amount: Money | None) -> Fraction:
    """How many units of its currency that is."""
    return Fraction(amount.nanos if amount else 0, NANOS)
