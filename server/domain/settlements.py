"""A settlement report: lines, what they come to, and when a month may be settled.

Every sum is that of its lines. A line's shares are what it adds to the shares of all lines before
it under the same contract, so the whole is rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from server.domain.errors import precondition
from server.domain.money import Money, zero
from server.domain.revenue import Shares

if TYPE_CHECKING:
    from server.domain.months import Month


class LineKind(IntEnum):
    """ampline.v1.SettlementLine.Kind."""

    SESSION = 1
    LATE_SESSION = 2
    CORRECTION = 3
    MONTH_FEE = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """What a line, or some lines together, come to, in one currency."""

    shares: Shares
    tax: Money
    session_count: int = 0
    energy_wh: int = 0
    electricity_cost: Money | None = None

    @classmethod
    def nothing(cls, currency: str) -> Figures:
        """No lines."""
        return cls(Shares.operators(zero(currency)), zero(currency))

    @property
    def gross(self) -> Money:
        """What drivers were billed, with tax."""
        return self.shares.revenue + self.tax

    def __add__(self, other: Figures) -> Figures:
        costs = [
            each.electricity_cost for each in (self, other) if each.electricity_cost is not None
        ]
        return Figures(
            self.shares + other.shares,
            self.tax + other.tax,
            self.session_count + other.session_count,
            self.energy_wh + other.energy_wh,
            costs[0] + costs[1] if len(costs) > 1 else costs[0] if costs else None,
        )


def kind_of(month: Month, ended: Month, *, corrects: bool) -> LineKind:
    """The line of an earning of a session that ended in that month, in the report of another."""
    if corrects:
        return LineKind.CORRECTION
    return LineKind.SESSION if ended == month else LineKind.LATE_SESSION


def require_turn(month: Month, last: Month | None, oldest: Month | None) -> None:
    """Refuses to settle a month out of order: MONTH_SETTLED where that was done, or a later one,
    MONTH_OUT_OF_TURN where an earlier one comes first. `last` is the last one that was settled,
    `oldest` that of the oldest session that was not: what is older than `last` comes along."""
    due = last.next if last else oldest
    if last is not None and month <= last:
        told = f"{month} was settled"
        raise precondition("MONTH_SETTLED", told, month=str(last.next))
    if due is not None and month > due:
        told = f"{due} is to be settled before {month}"
        raise precondition("MONTH_OUT_OF_TURN", told, month=str(due))
