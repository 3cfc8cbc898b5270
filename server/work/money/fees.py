"""Fees of the operator's own, from a balance."""

from typing import NamedTuple

from ampline.v1.balance_entry_pb2 import BalanceEntry
from ampline.v1.transaction_pb2 import Transaction
from server.domain.ledger import EntryType
from server.domain.money import Money, zero
from server.domain.payments import Method, Parts, Purchase, State
from server.store.unit import Unit
from server.work.money import ledger, payments


class Taken(NamedTuple):
    """What was booked, and the payment that was made of it."""

    entry: BalanceEntry
    transaction: Transaction


def apply(
    unit: Unit, user: str, partner: str | None, amount: Money, cause: str, description: str | None
) -> Taken:
    """Takes a fee once for each cause. Refused INSUFFICIENT_BALANCE where it is not covered."""
    entry = ledger.book(unit, user, EntryType.CUSTOM_FEE, -amount, cause, description)
    told = ledger.tell(unit, entry, partner)
    bought = payments.Bought(Purchase.CUSTOM_FEE, user, user, partner)
    owed = Parts(amount, zero(amount.currency), amount)
    name = payments.record_of(unit, bought, owed, Method.BALANCE, State.FINALIZED)
    return Taken(told, payments.read(unit, name))
