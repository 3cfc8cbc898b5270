"""Money on users' balances: the one place where it moves.

Every entry is one row with both sides, from the operator's `contra_account` to the
user if positive. `(cause, entry_type)` is unique: what was booked once is never
booked again, however often it is asked for.
"""

from typing import NamedTuple

from ampline.v1 import event_pb2
from ampline.v1.balance_entry_pb2 import BalanceEntry as BalanceEntryMessage
from server.domain.errors import (
    Outcome,
    RefusedError,
    invalid_field,
    not_found,
    precondition,
)
from server.domain.ledger import EntryType, OverdrawnError, Posting, WrongAmountError, post
from server.domain.money import CurrencyMismatchError, Money
from server.resources import balance_entries, events
from server.store.models import BalanceEntry, User
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import holds


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
    User.update(balance_micros=User.balance_micros + param("amount")).where(
        User.name == param("user")
    )
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
_ENTRY = Statement(balance_entries.MAPPING.query().where(BalanceEntry.name == param("name")))


def book(
    unit: Unit,
    user: str,
    entry_type: EntryType,
    amount: Money,
    cause: str,
    reason: str | None = None,
) -> Entry:
    """Moves `amount` to the user (away, if negative), once per cause and entry type.

    Locks the user's row until the commit. Refuses what the balance, without what running sessions
    hold of it, does not cover, INSUFFICIENT_BALANCE, unless it pays for a session: energy already
    delivered is owed. The caller tells `user.balance_changed`.
    """
    if booked := unit.one(_BOOKED, cause=cause, entry_type=entry_type):
        return Entry(*booked)
    posting = _posting(unit, user, entry_type, amount, cause)
    unit.run(_CREDIT, user=user, amount=amount.micros)
    entry = _entry(unit, user, posting, reason)
    unit.insert(_INSERT, entry)
    return entry


def is_booked(unit: Unit, cause: str, entry_type: EntryType) -> bool:
    """Whether that was booked before."""
    return unit.one(_BOOKED, cause=cause, entry_type=entry_type) is not None


def _entry(unit: Unit, user: str, posting: Posting, reason: str | None) -> Entry:
    number = _next_number(unit, user)
    return Entry(
        f"{user}/balanceEntries/{number}",
        number,
        user,
        posting.contra[0].value,
        posting.entry_type,
        posting.amount.currency,
        posting.amount.micros,
        posting.balance_after.micros,
        posting.cause,
        reason,
        unit.now,
    )


_BALANCE = Statement(
    User.select(User.balance_micros, User.currency).where(User.name == param("user"))
)


def _posting(unit: Unit, user: str, entry_type: EntryType, amount: Money, cause: str) -> Posting:
    row = unit.one_locked(_BALANCE, user=user)
    if row is None:
        raise not_found(user)
    balance = Money.from_micros(row[1], row[0])
    debit = amount.nanos < 0 and entry_type is not EntryType.SESSION
    held = holds.held_of(unit, user, row[1]) if debit else None
    try:
        return post(balance, entry_type, amount, cause, held=held)
    except CurrencyMismatchError:
        raise _wrong_currency(amount.currency, balance.currency) from None
    except WrongAmountError as error:
        raise invalid_field("amount", str(error)) from None
    except OverdrawnError as error:
        raise precondition(
            "INSUFFICIENT_BALANCE",
            f"the balance of {user} is {error.available}, {error.needed} is needed",
            available=str(error.available),
            needed=str(error.needed),
        ) from None


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


def tell(unit: Unit, entry: Entry, partner: str | None) -> BalanceEntryMessage:
    """Tells that money moved on a user's balance; returns the entry as it is shown."""
    row = unit.one(_ENTRY, name=entry.name)
    assert row is not None
    message = balance_entries.MAPPING.to_message(row)
    unit.tell(
        events.event(
            "user.balance_changed",
            entry.user,
            event_pb2.UserBalanceChanged(balance_entry=message),
            unit.now,
            partner=partner,
        )
    )
    return message
