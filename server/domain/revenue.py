"""How what was earned on a partner's charge points is shared with it.

Shares are of net amounts, by the kind of current; fees come off the partner's share. Everything is
exact until each share and each fee is rounded once, over all that was earned: line by line the
halves of cents would add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.money import NANOS, Money, round_to_minor, zero

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
        return self.is_in_force_between(day, day)

    def is_in_force_between(self, first: date, last: date) -> bool:
        """Whether it is on any day from the first to the last."""
        begun = self.start is None or self.start <= last
        return begun and (self.end is None or first < self.end)


@dataclass(frozen=True, slots=True)
class Earned:
    """What sessions brought in one currency: net at AC and at DC EVSEs, how many, and their Wh."""

    currency: str
    ac: Money
    dc: Money
    sessions: int
    energy_wh: int

    @classmethod
    def nothing(cls, currency: str) -> Earned:
        """No sessions."""
        return cls(currency, zero(currency), zero(currency), 0, 0)

    @property
    def revenue(self) -> Money:
        """Both together."""
        return self.ac + self.dc

    def __add__(self, other: Earned) -> Earned:
        sessions, energy_wh = self.sessions + other.sessions, self.energy_wh + other.energy_wh
        return Earned(self.currency, self.ac + other.ac, self.dc + other.dc, sessions, energy_wh)


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets what; both together are the revenue."""

    revenue: Money
    revenue_share: Money
    session_fees: Money
    energy_fees: Money
    month_fee: Money

    @classmethod
    def operators(cls, revenue: Money) -> Shares:
        """All is the operator's."""
        return cls(revenue, *[zero(revenue.currency)] * 4)

    @property
    def partner(self) -> Money:
        """The partner's; below zero where its fees are more than its share."""
        return self.revenue_share - self.session_fees - self.energy_fees - self.month_fee

    @property
    def operator(self) -> Money:
        """The rest."""
        return self.revenue - self.partner

    def __add__(self, other: Shares) -> Shares:
        return Shares(
            self.revenue + other.revenue,
            self.revenue_share + other.revenue_share,
            self.session_fees + other.session_fees,
            self.energy_fees + other.energy_fees,
            self.month_fee + other.month_fee,
        )

    def __neg__(self) -> Shares:
        return Shares(
            -self.revenue,
            -self.revenue_share,
            -self.session_fees,
            -self.energy_fees,
            -self.month_fee,
        )


def share(earned: Earned, contract: Contract | None, *, months: int = 1) -> Shares:
    """The shares of what was earned, and the fees of so many months; without a contract in its
    currency all is the operator's."""
    if contract is None or contract.currency != earned.currency:
        return Shares.operators(earned.revenue)
    exact = _units(earned.ac) * Fraction(contract.ac_percent) / _ALL
    exact += _units(earned.dc) * Fraction(contract.dc_percent) / _ALL
    by_kwh = Fraction(earned.energy_wh, _WH_PER_KWH)
    fees = (
        _units(contract.fee_per_session) * earned.sessions,
        _units(contract.fee_per_kwh) * by_kwh,
        _units(contract.fee_per_month) * months,
    )
    shares = (round_to_minor(each, earned.currency) for each in (exact, *fees))
    return Shares(earned.revenue, *shares)


def share_of_next(so_far: Earned, following: Earned, contract: Contract | None) -> Shares:
    """What the next line adds to the shares, so that all lines come to the shares of all that was
    earned: a cent that halves made falls to the line at which they are one."""
    return share(so_far + following, contract, months=0) + -share(so_far, contract, months=0)


def _units(amount: Money | None) -> Fraction:
    """How many units of its currency that is."""
    return Fraction(amount.nanos if amount else 0, NANOS)
