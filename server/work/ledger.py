"""Money on users' balances: the one place where it moves.

Every entry is one row with both sides, from the operator's `contra_account` to the
user if positive. `(cause, entry_type)` is unique: what was booked once is never
booked again, however often it is asked for.
"""

from enum import IntEnum
from typing import NamedTuple

from server.domain.errors import Outcome, RefusedError, not_found, precondition
from server.domain.money import Money
from server.store.models import BalanceEntry, User
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class EntryType(IntEnum):
    """ampline.v1.BalanceEntry.EntryType."""

    TOP_UP = 1
    SESSION = 2
    SUBSCRIPTION_FEE = 3
    CUSTOM_FEE = 4
    VOUCHER = 5
    REFUND = 6
    ADJUSTMENT = 7


CONTRA_ACCOUNT = {
    EntryType.TOP_UP: "deposits",
    EntryType.SESSION: "revenue",
    EntryType.SUBSCRIPTION_FEE: "revenue",
    EntryType.CUSTOM_FEE: "revenue",
    EntryType.VOUCHER: "vouchers",
    EntryType.REFUND: "refunds",
    EntryType.ADJUSTMENT: "adjustments",
}
"""The operator's account on the other side of each entry."""


class Entry(NamedTuple):
    """A row of the ledger: amounts in millionths of the currency's unit, times in microseconds."""

    name: str
    number: int
    user: str
    contra_account: str
    entry_type: int
    currency: str
    amount_micros: int
    balance_after_micros: int
    cause: str
    reason: str | None
    create_time: int


COLUMNS = tuple(getattr(BalanceEntry, column) for column in Entry._fields)

_CREDIT = Statement(
    User.update(balance_micros=User.balance_micros + param("amount"))
    .where(User.name == param("user"))
    .returning(User.balance_micros, User.currency, User.partner)
)
_LAST_NUMBER = Statement(
    BalanceEntry.select(BalanceEntry.number)
    .where(BalanceEntry.user == param("user"))
    .order_by(BalanceEntry.number.desc())
    .limit(1)
)
_BOOKED = Statement(
    BalanceEntry.select(*COLUMNS).where(
        (BalanceEntry.cause == param("cause")) & (BalanceEntry.entry_type == param("entry_type"))
    )
)
_INSERT = Append(BalanceEntry, Entry._fields)


def book(
    unit: Unit,
    user: str,
    entry_type: EntryType,
    amount: Money,
    cause: str,
    reason: str | None = None,
) -> Entry:
    """Moves `amount` to the user (away, if negative), once per cause and entry type.

    Locks the user's row until the commit. Refuses what would take the balance below zero,
    INSUFFICIENT_BALANCE, unless it pays for a session: energy already delivered is owed. The
    caller tells `user.balance_changed`.
    """
    if booked := unit.one(_BOOKED, cause=cause, entry_type=entry_type):
        return Entry(*booked)
    _require(unit, user, entry_type, amount)
    changed = unit.one_written(_CREDIT, user=user, amount=amount.micros)
    assert changed is not None  # _require has seen the row, and the lane is its only writer here
    number = _next_number(unit, user)
    entry = Entry(
        f"{user}/balanceEntries/{number}",
        number,
        user,
        CONTRA_ACCOUNT[entry_type],
        entry_type,
        amount.currency,
        amount.micros,
        changed[0],
        cause,
        reason,
        unit.now,
    )
    unit.insert(_INSERT, entry)
    return entry


_BALANCE = Statement(
    User.select(User.balance_micros, User.currency).where(User.name == param("user"))
)


def _require(unit: Unit, user: str, entry_type: EntryType, amount: Money) -> None:
    row = unit.one_locked(_BALANCE, user=user)
    if row is None:
        raise not_found(user)
    balance, currency = row
    if amount.currency != currency:
        raise _wrong_currency(amount.currency, currency)
    if amount.nanos < 0 and balance + amount.micros < 0 and entry_type is not EntryType.SESSION:
        available = Money.from_micros(currency, balance)
        raise precondition(
            "INSUFFICIENT_BALANCE",
            f"the balance of {user} is {available}, {-amount} is needed",
            available=str(available),
            needed=str(-amount),
        )


def _wrong_currency(currency: str, expected: str) -> RefusedError:
    return RefusedError(
        Outcome.INVALID_ARGUMENT,
        "WRONG_CURRENCY",
        f"amount.currency_code: the user's currency is {expected}, not {currency}",
        {"currency": currency, "expected": expected},
        {"amount.currency_code": f"must be {expected}"},
    )


def _next_number(unit: Unit, user: str) -> int:
    last = unit.one(_LAST_NUMBER, user=user)
    return last[0] + 1 if last else 1
