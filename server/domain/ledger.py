"""What may be booked on a user's balance, and what a balance means.

The ledger is append only and double entry: what a user's balance gains an account of
the operator loses, so all entries together always come to nothing. Amounts are signed
to the user's good and payable, that is whole in the currency's minor unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from server.domain.money import Money, total, zero

if TYPE_CHECKING:
    from collections.abc import Iterable


class EntryType(IntEnum):
    """ampline.v1.BalanceEntry.EntryType."""

    TOP_UP = 1
    SESSION = 2
    SUBSCRIPTION_FEE = 3
    CUSTOM_FEE = 4
    VOUCHER = 5
    REFUND = 6
    ADJUSTMENT = 7
    RESERVATION_FEE = 8


class Account(Enum):
    """The operator's accounts."""

    DEPOSITS = "deposits"
    REVENUE = "revenue"
    VOUCHERS = "vouchers"
    REFUNDS = "refunds"
    ADJUSTMENTS = "adjustments"


CONTRA_ACCOUNT = {
    EntryType.TOP_UP: Account.DEPOSITS,
    EntryType.SESSION: Account.REVENUE,
    EntryType.SUBSCRIPTION_FEE: Account.REVENUE,
    EntryType.CUSTOM_FEE: Account.REVENUE,
    EntryType.VOUCHER: Account.VOUCHERS,
    EntryType.REFUND: Account.REFUNDS,
    EntryType.ADJUSTMENT: Account.ADJUSTMENTS,
    EntryType.RESERVATION_FEE: Account.REVENUE,
}
"""The account on the other side of each type of entry."""

_GIVES = {EntryType.TOP_UP, EntryType.VOUCHER, EntryType.REFUND}
_TAKES = {
    EntryType.SESSION,
    EntryType.SUBSCRIPTION_FEE,
    EntryType.CUSTOM_FEE,
    EntryType.RESERVATION_FEE,
}


class WrongAmountError(ValueError):
    """An amount that an entry of its type cannot have."""


class OverdrawnError(Exception):
    """A debit that the balance does not cover; nothing was booked."""

    def __init__(self, available: Money, needed: Money) -> None:
        super().__init__(f"{needed} is needed and {available} is there")
        self.available = available
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of money, both sides: `amount` from the operator's `contra` to the user.

    `cause` names what made it happen. No two postings of one type have the same cause, so that
    what is told twice is booked once.
    """

    entry_type: EntryType
    amount: Money
    balance_after: Money
    cause: str
    reason: str = ""

    @property
    def contra(self) -> tuple[Account, Money]:
        """The other side: the operator's account and what it gains."""
        return CONTRA_ACCOUNT[self.entry_type], -self.amount

    @property
    def key(self) -> tuple[str, EntryType]:
        """What is unique."""
        return self.cause, self.entry_type


def post(
    balance: Money, entry_type: EntryType, amount: Money, cause: str, *, held: Money | None = None
) -> Posting:
    """The posting that moves `amount` on a `balance`, of which `held` is spoken for.

    OverdrawnError for a debit beyond what is available, but for a session's: that energy was
    delivered, and is owed. WrongAmountError for an amount that is nothing, not payable or of
    the wrong sign; CurrencyMismatchError for one in another currency.
    """
    _check(entry_type, amount)
    after = balance + amount
    free = available(balance, [held] if held else [])
    if amount < zero(amount.currency) and entry_type is not EntryType.SESSION and -amount > free:
        raise OverdrawnError(free, -amount)
    return Posting(entry_type, amount, after, cause)


def balance_of(currency: str, postings: Iterable[Posting]) -> Money:
    """The balance is the sum of its entries."""
    return total(currency, (posting.amount for posting in postings))


def available(balance: Money, holds: Iterable[Money]) -> Money:
    """What may still be spent: the balance without what running sessions hold of it."""
    return balance - total(balance.currency, holds)


def amount_due(balance: Money) -> Money:
    """What the user owes: a balance below zero, turned round."""
    return max(-balance, zero(balance.currency))


def _check(entry_type: EntryType, amount: Money) -> None:
    gives = amount > zero(amount.currency)
    wrong = (entry_type in _GIVES and not gives) or (entry_type in _TAKES and gives)
    if wrong or not amount or not amount.is_minor():
        raise WrongAmountError(f"{amount} is no amount for {entry_type.name}")
