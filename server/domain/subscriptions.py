"""Subscriptions: their periods, their fees, their allowances, and what an unpaid fee leads to.

    PENDING → ACTIVE ⇄ SUSPENDED → CANCELED
                 ╰─→ EXPIRED, CANCELED

Periods are counted in UTC from the start: the same day of each month, or the last one of a month
that is too short.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from server.domain.money import Money, minor_nanos
from server.domain.pricing.tax import Tax
from server.domain.tariffs import CurrentType

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class State(IntEnum):
    """ampline.v1.Subscription.State."""

    PENDING = 1
    ACTIVE = 2
    SUSPENDED = 3
    CANCELED = 4
    EXPIRED = 5


OPEN = (State.PENDING, State.ACTIVE, State.SUSPENDED)
"""A user has one subscription at most that is in one of these."""


class Billing(IntEnum):
    """ampline.v1.SubscriptionPlan.Billing."""

    PREPAID = 1
    POSTPAID = 2


class Cycle(IntEnum):
    """ampline.v1.SubscriptionPlan.Cycle."""

    MONTHLY = 1
    ANNUAL = 2


_MONTHS = {Cycle.MONTHLY: 1, Cycle.ANNUAL: 12}

RETRY_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""How long after each failure what is owed is asked for again; after the last it is given up."""


@dataclass(frozen=True, slots=True)
class Left:
    """Energy that is left of an allowance, in Wh; None where it is not counted so."""

    combined: int | None = None
    ac: int | None = None
    dc: int | None = None

    def of(self, current: CurrentType) -> int:
        """What is left for energy of that current."""
        apart = self.dc if current is CurrentType.DC else self.ac
        return (self.combined if apart is None else apart) or 0

    def after(self, current: CurrentType, used_wh: int) -> Left:
        """What is left once so much was used; never less than nothing."""
        left = max(0, self.of(current) - used_wh)
        if self.combined is not None:
            return Left(left, self.ac, self.dc)
        if current is CurrentType.DC:
            return Left(None, self.ac, None if self.dc is None else left)
        return Left(None, None if self.ac is None else left, self.dc)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Energy that the fee pays for; without a cycle of its own it begins anew with each period."""

    full: Left
    reset_cycle: Cycle | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a subscription is to; `free_periods` cost no fee at first."""

    billing: Billing
    cycle: Cycle
    fee: Money
    tax_percent: Decimal = Decimal(0)
    includes_tax: bool = False
    free_periods: int = 0
    allowance: Allowance | None = None
    usage_threshold: Money | None = None
    enabled: bool = True
    user_groups: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()

    def is_for(self, groups: Collection[str], partner: str | None) -> bool:
        """Whether a user of those groups, and of that partner, can have it."""
        in_group = not self.user_groups or not self.user_groups.isdisjoint(groups)
        return in_group and (not self.partners or partner in self.partners)


class Fee(NamedTuple):
    """What a period costs: net + tax = total."""

    net: Money
    tax: Money
    total: Money


def fee_of(plan: Plan, period: int) -> Fee:
    """The fee of a period, counted from 1; nothing in the periods that are free."""
    currency = plan.fee.currency
    amount = 0 if period <= plan.free_periods else plan.fee.nanos
    split = Tax(plan.tax_percent, plan.includes_tax, minor_nanos(currency)).split(amount)
    return Fee(*(Money(currency, part) for part in split))


def following(begun: datetime, cycle: Cycle, day: int) -> datetime:
    """When a period that began then is over; `day` is the day of the month that all begin on."""
    months = begun.year * 12 + begun.month - 1 + _MONTHS[cycle]
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return begun.replace(year=year, month=month + 1, day=min(day, last))


def retry_time(failed: datetime, failures: int) -> datetime | None:
    """When to ask again after so many failures in a row; None = it is given up."""
    return failed + RETRY_AFTER[failures - 1] if failures <= len(RETRY_AFTER) else None
