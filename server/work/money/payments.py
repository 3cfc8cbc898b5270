"""Transactions: the payment side of sessions and other purchases."""

from enum import IntEnum
from typing import Protocol

from ampline.v1 import event_pb2
from server.domain.authorization import Payment
from server.domain.money import Money
from server.resources import events, transactions
from server.store.ids import new_name
from server.store.models import Transaction
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class State(IntEnum):
    """ampline.v1.Transaction.State."""

    PENDING = 1
    AUTHORIZED = 2
    FINALIZED = 3
    FAILED = 4
    REVERSED = 5
    REFUNDED = 6


class Purchase(IntEnum):
    """ampline.v1.Transaction.Purchase."""

    SESSION = 1
    SUBSCRIPTION = 2
    TOP_UP = 3
    CUSTOM_FEE = 4
    RESERVATION = 5


class Method(IntEnum):
    """ampline.v1.Transaction.Method."""

    BALANCE = 1
    BY_SUBSCRIPTION = 2
    CORPORATE = 3
    EXTERNAL = 4
    TERMINAL = 5


METHOD = {
    Payment.BALANCE: Method.EXTERNAL,  # a balance in another currency cannot pay
    Payment.SUBSCRIPTION: Method.BY_SUBSCRIPTION,
    Payment.CORPORATE: Method.CORPORATE,
    Payment.EXTERNAL: Method.EXTERNAL,
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
        "create_time",
        "update_time",
    ),
)
_TRANSACTION = Statement(transactions.MAPPING.query().where(Transaction.name == param("name")))
_OF_RESOURCE = Statement(
    Transaction.select(Transaction.name).where(Transaction.purchased_resource == param("name"))
)


def count(unit: Unit, purchased: str) -> int:
    """How many transactions a purchase has."""
    return len(unit.all(_OF_RESOURCE, name=purchased))


def record(unit: Unit, session: Billed, owed: Owed, method: Method, state: State) -> str:
    """Writes a session's payment, with its event; returns its resource name."""
    name = new_name("transactions")
    unit.insert(
        _INSERT,
        (
            name,
            session.partner,
            state,
            Purchase.SESSION,
            session.name,
            session.user,
            owed.total.currency,
            owed.net.micros,
            owed.tax.micros,
            owed.total.micros,
            method,
            unit.now,
            unit.now,
        ),
    )
    _tell(unit, name, session.partner)
    return name


def _tell(unit: Unit, name: str, partner: str | None) -> None:
    row = unit.one(_TRANSACTION, name=name)
    assert row is not None
    message = transactions.MAPPING.to_message(row)
    unit.tell(
        events.event(
            "transaction.changed",
            name,
            event_pb2.TransactionChanged(transaction=message),
            unit.now,
            partner=partner,
        )
    )
