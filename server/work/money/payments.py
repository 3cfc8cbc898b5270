"""Transactions: the payment side of sessions and other purchases."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from ampline.v1 import event_pb2
from ampline.v1.transaction_pb2 import Transaction as TransactionMessage
from server.domain.authorization import Payment as Preference
from server.domain.money import Money
from server.domain.payments import (
    NOT_PAID,
    Charge,
    Method,
    Paid,
    Purchase,
    State,
    Told,
    require_step,
)
from server.resources import events, transactions
from server.store.ids import new_name
from server.store.models import Transaction
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import corporate

METHOD = {
    Preference.BALANCE: Method.EXTERNAL,  # a balance in another currency cannot pay
    Preference.SUBSCRIPTION: Method.BY_SUBSCRIPTION,
    Preference.CORPORATE: Method.CORPORATE,
    Preference.EXTERNAL: Method.EXTERNAL,
}
"""How what the balance does not pay is paid, by the user's preference."""


class Owed(Protocol):
    """What is to be paid; negative where it is paid back."""

    @property
    def net(self) -> Money:
        """Without tax."""
        ...

    @property
    def tax(self) -> Money:
        """The tax."""
        ...

    @property
    def total(self) -> Money:
        """With tax."""
        ...


class Parts(NamedTuple):
    """What is to be paid: net + tax = total."""

    net: Money
    tax: Money
    total: Money


class Bought(NamedTuple):
    """What is paid for, where that is no session."""

    purchase: Purchase
    name: str
    """Of the thing bought; of a fee, the user's."""
    user: str | None
    partner: str | None


class Billed(Protocol):
    """A session that is paid for."""

    @property
    def name(self) -> str:
        """Its resource name."""
        ...

    @property
    def user(self) -> str | None:
        """Who pays; None = nobody we know."""
        ...

    @property
    def partner(self) -> str | None:
        """Whose it is."""
        ...


_INSERT = Append(
    Transaction,
    (
        "name",
        "partner",
        "state",
        "purchase",
        "purchased_resource",
        "user",
        "currency",
        "net_micros",
        "tax_micros",
        "total_micros",
        "method",
        "provider_reference",
        "failure_reason",
        "finalize_time",
        "fail_time",
        "create_time",
        "update_time",
    ),
)
_TRANSACTION = Statement(transactions.MAPPING.query().where(Transaction.name == param("name")))
_OF_RESOURCE = Statement(
    Transaction.select(
        Transaction.name,
        Transaction.state,
        Transaction.method,
        Transaction.total_micros,
        Transaction.currency,
        Transaction.partner,
    )
    .where(Transaction.purchased_resource == param("name"))
    .where(Transaction.purchase == param("purchase"))
    .order_by(Transaction.name)
)
TIMES: Mapping[State, str] = {
    State.AUTHORIZED: "authorize_time",
    State.FINALIZED: "finalize_time",
    State.FAILED: "fail_time",
    State.REVERSED: "reverse_time",
    State.REFUNDED: "refund_time",
}
"""Which column says since when a payment has been in a state."""
_STEP = {
    state: Statement(
        Transaction.update(
            **{column: param("now")},
            state=int(state),
            update_time=param("now"),
            version=Transaction.version + 1,
        ).where(Transaction.name == param("name"))
    )
    for state, column in TIMES.items()
}

_STATE = Statement(
    Transaction.select(
        Transaction.state, Transaction.partner, Transaction.provider_reference
    ).where(Transaction.name == param("name"))
)
_NOTE = Statement(
    Transaction.update(provider_reference=param("reference"), failure_reason=param("why")).where(
        Transaction.name == param("name")
    )
)


class Payment(NamedTuple):
    """A payment of a purchase."""

    name: str
    method: Method
    paid: Paid
    partner: str | None


def payments_of(rows: Rows, bought: str, purchase: Purchase = Purchase.SESSION) -> list[Payment]:
    """The payments of a session, or of something else that was bought, the oldest first."""
    found = rows.all(_OF_RESOURCE, name=bought, purchase=purchase)
    return [
        Payment(name, Method(method), Paid(State(state), Money.from_micros(currency, total)), whose)
        for name, state, method, total, currency, whose in found
    ]


def count(unit: Unit, session: str) -> int:
    """How many payments a session has."""
    return len(payments_of(unit, session))


def give_up(unit: Unit, payment: Payment) -> None:
    """What nobody is to pay any more is REVERSED."""
    step(unit, payment, State.REVERSED)


def step(unit: Unit, payment: Payment, state: State) -> None:
    """Lets a payment go on by its state machine. Refused TRANSACTION_STATE where it cannot."""
    require_step(payment.paid.state, state)
    unit.run(_STEP[state], name=payment.name, now=unit.now)
    changed(unit, payment.name, payment.partner, payment.paid.state, state)


def record(
    unit: Unit,
    session: Billed,
    owed: Owed,
    method: Method,
    state: State,
    reference: str | None = None,
) -> str:
    """Writes a session's payment, with its event; returns its resource name. `reference` is what
    the gateway knows of it."""
    bought = Bought(Purchase.SESSION, session.name, session.user, session.partner)
    return record_of(unit, bought, owed, method, state, reference=reference)


def record_of(
    unit: Unit,
    bought: Bought,
    owed: Owed,
    method: Method,
    state: State,
    failure: str | None = None,
    *,
    reference: str | None = None,
) -> str:
    """Writes the payment of a purchase, with its event; returns its resource name."""
    name = new_name("transactions")
    unit.insert(
        _INSERT,
        (
            name,
            bought.partner,
            state,
            bought.purchase,
            bought.name,
            bought.user,
            owed.total.currency,
            owed.net.micros,
            owed.tax.micros,
            owed.total.micros,
            method,
            reference,
            failure,
            unit.now if state is State.FINALIZED else None,
            unit.now if state is State.FAILED else None,
            unit.now,
            unit.now,
        ),
    )
    tell(unit, name, bought.partner)
    if method is Method.CORPORATE and state not in NOT_PAID:
        amounts = corporate.Amounts(owed.net, owed.tax, owed.total)
        corporate.put(unit, name, bought.purchase, bought.name, bought.user, amounts)
    return name


def told(unit: Unit, name: str, answer: Told) -> None:
    """Writes what a gateway says of a payment; what it said before changes nothing."""
    row = unit.one_locked(_STATE, name=name)
    assert row is not None, name
    old, partner = State(row[0]), row[1]
    if answer.state is old:
        return
    require_step(old, answer.state)
    unit.run(_STEP[answer.state], name=name, now=unit.now)
    unit.run(
        _NOTE,
        name=name,
        reference=answer.provider_reference or row[2],
        why=answer.failure_reason,
    )
    changed(unit, name, partner, old, answer.state)


def charge(rows: Rows, name: str, reason: str | None = None) -> Charge:
    """A payment as a gateway is asked for it."""
    message = read(rows, name)
    net, tax, total = (transactions.amount_of(message, part) for part in ("net", "tax", "total"))
    bought, user = message.purchased_resource, message.user or None
    reference = message.provider_reference or None
    return Charge(
        name, Purchase(message.purchase), bought, user, net, tax, total, reference, reason
    )


def repeat(unit: Unit, payment: Payment) -> str:
    """Asks once more for what could not be paid, as a payment of its own; returns its name."""
    asked = charge(unit, payment.name)
    bought = Bought(asked.purchase, asked.purchased_resource, asked.user, payment.partner)
    owed = Parts(asked.net, asked.tax, asked.total)
    return record_of(unit, bought, owed, payment.method, State.PENDING)


def read(rows: Rows, name: str) -> TransactionMessage:
    """A payment as it is now."""
    row = rows.one(_TRANSACTION, name=name)
    assert row is not None
    return transactions.MAPPING.to_message(row)


def changed(unit: Unit, name: str, partner: str | None, old: State, new: State) -> None:
    """Follows up that a payment is in another state: it is told of, and what is not paid after all
    comes off the bill of a company."""
    tell(unit, name, partner, old)
    if new in NOT_PAID:
        corporate.take_off(unit, name)


def tell(unit: Unit, name: str, partner: str | None, old: int = 0) -> None:
    """Tells that a payment was made, or is not in its state `old` any more."""
    message = read(unit, name)
    unit.tell(
        events.event(
            "transaction.changed",
            name,
            event_pb2.TransactionChanged(transaction=message, old_state=old),  # type: ignore[arg-type]
            unit.now,
            partner=partner,
        )
    )
