"""What was used under a POSTPAID plan beyond its allowance: sessions that are billed later."""

from server.domain.ledger import EntryType
from server.domain.money import Money, total, zero
from server.domain.payments import Method, Paid, Purchase, State
from server.store.models import Transaction
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import ledger, payments
from server.work.money.payers import Payer
from server.work.sessions import settlement

_OPEN = Statement(
    Transaction.select(
        Transaction.name,
        Transaction.purchased_resource,
        Transaction.total_micros,
        Transaction.currency,
        Transaction.partner,
    )
    .where(Transaction.user == param("user"))
    .where(Transaction.purchase == Purchase.SESSION)
    .where(Transaction.method == Method.BY_SUBSCRIPTION)
    .where(Transaction.state == State.PENDING)
    .order_by(Transaction.create_time, Transaction.name)
)


def owed(rows: Rows, user: str, currency: str) -> Money:
    """What sessions that were paid by the subscription still cost, in the balance's currency."""
    found = rows.all(_OPEN, user=user)
    return total(
        currency, (Money.from_micros(c, micros) for _, _, micros, c, _ in found if c == currency)
    )


def collect(unit: Unit, who: Payer) -> None:
    """Takes it from the balance, session by session: below zero if need be, for it is owed."""
    for name, session, micros, currency, partner in unit.all(_OPEN, user=who.name):
        if currency != who.currency:
            continue
        amount = Money.from_micros(currency, micros)
        if amount:
            kind = EntryType.SESSION if amount > zero(currency) else EntryType.REFUND
            entry = ledger.book(unit, who.name, kind, -amount, name, session)
            ledger.tell(unit, entry, who.partner)
        asked, nothing = Paid(State.PENDING, amount), zero(currency)
        payment = payments.Payment(name, Method.BY_SUBSCRIPTION, asked, partner, nothing)
        payments.step(unit, payment, State.FINALIZED)
        settlement.settle(unit, session)
