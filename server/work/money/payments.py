"""Transactions: the payment side of sessions and other purchases."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from ampline.v1 import event_pb2
from ampline.v1.transaction_pb2 import Transaction as TransactionMessage
from server.domain.authorization import Payment as Preference
from server.domain.gateway_steps import StepKind
from server.domain.money import Money, zero
from server.domain.payments import (
    NOT_PAID,
    Method,
    Paid,
    Parts,
    Purchase,
    State,
    require_step,
)
from server.resources import events, transactions
from server.store.ids import new_name
from server.store.models import Transaction
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import corporate, gateway_steps, receipts, saved_methods

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
        "through_gateway",
        "preauthorizes",
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
        Transaction.refunded_micros,
        Transaction.through_gateway,
        Transaction.preauthorizes,
        Transaction.provider_reference,
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
STEP: Mapping[State, Statement] = {
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
"""What brings a payment into a state."""


class Payment(NamedTuple):
    """A payment of a purchase."""

    name: str
    method: Method
    paid: Paid
    """Without what was given back of it."""
    partner: str | None
    given_back: Money
    through_gateway: bool = False
    preauthorizes: bool = False
    reference: str | None = None


def payments_of(rows: Rows, bought: str, purchase: Purchase = Purchase.SESSION) -> list[Payment]:
    """The payments of a session, or of something else that was bought, the oldest first."""
    return [_payment(row) for row in rows.all(_OF_RESOURCE, name=bought, purchase=purchase)]


def _payment(row: tuple[Any, ...]) -> Payment:
    name, state, method, total, currency, partner, refunded, *flags, reference = row
    known = State(state)
    back = total if known is State.REFUNDED else refunded or 0
    kept = total - back if known is State.FINALIZED else total
    paid, given_back = (Money.from_micros(currency, micros) for micros in (kept, back))
    through_gateway, preauthorizes = map(bool, flags)
    return Payment(
        name,
        Method(method),
        Paid(known, paid),
        partner,
        given_back,
        through_gateway,
        preauthorizes,
        reference,
    )


def count(unit: Unit, session: str) -> int:
    """How many payments a session has."""
    return len(payments_of(unit, session))


def give_up(unit: Unit, payment: Payment) -> None:
    """What nobody is to pay any more is REVERSED; if a gateway has it, once that has given it up,
    and if one is just being asked for it, what comes of that decides."""
    if payment.through_gateway:
        gateway_steps.drop_unasked(unit, payment.name)
        if gateway_steps.open_of(unit, payment.name):
            return
        if payment.reference:
            gateway_steps.add(unit, payment.name, StepKind.RELEASE)
            return
    step(unit, payment, State.REVERSED)


def step(unit: Unit, payment: Payment, state: State) -> None:
    """Lets a payment go on by its state machine. Refused TRANSACTION_STATE where it cannot."""
    require_step(payment.paid.state, state)
    unit.run(STEP[state], name=payment.name, now=unit.now)
    changed(unit, payment.name, payment.partner, payment.paid.state, state)


def record(
    unit: Unit,
    session: Billed,
    owed: Owed,
    method: Method,
    state: State,
    reference: str | None = None,
    *,
    charged: bool = False,
) -> str:
    """Writes a session's payment, with its event; returns its resource name. `reference` is what
    the gateway knows of it; `charged` if that is a token, and the gateway is to take it of that."""
    bought = bought_session(session)
    return record_of(unit, bought, owed, method, state, reference=reference, charged=charged)


def bought_session(session: Billed) -> Bought:
    """A session, as something that is paid for."""
    return Bought(Purchase.SESSION, session.name, session.user, session.partner)


def record_of(
    unit: Unit,
    bought: Bought,
    owed: Owed,
    method: Method,
    state: State,
    failure: str | None = None,
    *,
    reference: str | None = None,
    charged: bool = False,
    through_gateway: bool = False,
    preauthorizes: bool = False,
) -> str:
    """Writes the payment of a purchase, with its event; returns its resource name.

    What is owed outside by somebody who has saved at the gateway how, that is asked to take.
    """
    can = not through_gateway and _can_be_charged(owed, method, state)
    saved = can and (charged or saved_methods.of(unit, bought.user) is not None)
    through = saved or through_gateway
    how = _How(method, state, reference, failure, through, preauthorizes)
    name = _insert(unit, bought, owed, how)
    if saved:
        gateway_steps.add(unit, name, StepKind.CAPTURE)
    tell(unit, name, bought.partner)
    if method is Method.CORPORATE and state not in NOT_PAID:
        amounts = corporate.Amounts(owed.net, owed.tax, owed.total)
        corporate.put(unit, name, bought.purchase, bought.name, bought.user, amounts)
    return name


class _How(NamedTuple):
    """How a purchase is paid, and how far that has come."""

    method: Method
    state: State
    reference: str | None
    failure: str | None
    through_gateway: bool
    preauthorizes: bool


def _insert(unit: Unit, bought: Bought, owed: Owed, how: _How) -> str:
    name = new_name("transactions")
    unit.insert(
        _INSERT,
        (
            name,
            bought.partner,
            how.state,
            bought.purchase,
            bought.name,
            bought.user,
            owed.total.currency,
            owed.net.micros,
            owed.tax.micros,
            owed.total.micros,
            how.method,
            how.reference,
            how.failure,
            unit.now if how.state is State.FINALIZED else None,
            unit.now if how.state is State.FAILED else None,
            unit.now,
            unit.now,
            how.through_gateway or None,
            how.preauthorizes or None,
        ),
    )
    return name


def _can_be_charged(owed: Owed, method: Method, state: State) -> bool:
    payable = owed.total > zero(owed.total.currency) and state is State.PENDING
    return payable and method is Method.EXTERNAL


def repeat(unit: Unit, payment: Payment) -> str:
    """Asks once more for what could not be paid, as a payment of its own; returns its name."""
    asked = read(unit, payment.name)
    user = asked.user or None
    bought = Bought(Purchase(asked.purchase), asked.purchased_resource, user, payment.partner)
    return record_of(unit, bought, parts_of(unit, payment.name), payment.method, State.PENDING)


def parts_of(rows: Rows, name: str) -> Parts:
    """What a payment comes to."""
    message = read(rows, name)
    return Parts(*(transactions.amount_of(message, part) for part in Parts._fields))


def read(rows: Rows, name: str) -> TransactionMessage:
    """A payment as it is now."""
    row = rows.one(_TRANSACTION, name=name)
    assert row is not None
    return transactions.MAPPING.to_message(row)


def changed(unit: Unit, name: str, partner: str | None, old: State, new: State) -> None:
    """Follows up that a payment is in another state: it is told of, and what is not paid after all
    comes off the bill of a company, and its receipt is taken back."""
    tell(unit, name, partner, old)
    if new in NOT_PAID:
        corporate.take_off(unit, name)
        receipts.credit(unit, name)


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
