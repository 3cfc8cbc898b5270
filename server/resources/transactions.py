"""Transactions, and what can be wrong with them beyond the rules in their proto."""

from collections.abc import Callable, Iterator

from ampline.v1.transaction_pb2 import Transaction
from server.domain.money import Money
from server.resources.mapping import Mapping
from server.resources.number_faults import signed_money_fault
from server.store import models

Faults = Iterator[tuple[str, str]]
_AMOUNTS = ("net", "tax", "total")
_BOUGHT = {
    Transaction.SESSION: "sessions/",
    Transaction.SUBSCRIPTION: "subscriptions/",
    Transaction.TOP_UP: "users/",
    Transaction.CUSTOM_FEE: "users/",
    Transaction.RESERVATION: "reservations/",
}
"""What the name of the thing bought begins with."""


def amount_of(transaction: Transaction, name: str) -> Money:
    """One of its amounts. ValueError where that is none."""
    told = getattr(transaction, name)
    return Money.from_parts(told.currency_code, told.units, told.nanos)


def _micros(name: str) -> Callable[[Transaction], int]:
    return lambda transaction: amount_of(transaction, name).micros


MAPPING = Mapping(
    Transaction,
    models.Transaction,
    derived={
        "currency": lambda transaction: transaction.total.currency_code,
        **{f"{name}_micros": _micros(name) for name in _AMOUNTS},
    },
)


def faults_of(transaction: Transaction) -> dict[str, str]:
    """Every fault of the transaction, by path."""
    faults = dict(_amount_faults(transaction))
    given = {field.name for field, _ in transaction.ListFields()}
    if not faults and given.issuperset(_AMOUNTS):
        net, tax, total = (amount_of(transaction, name) for name in _AMOUNTS)
        if net + tax != total:
            faults["total"] = f"must be net and tax together: {net + tax}"
    bought, begins = transaction.purchased_resource, _BOUGHT.get(transaction.purchase, "")
    if bought and not bought.startswith(begins):
        faults["purchased_resource"] = f"must begin with {begins}"
    return faults


def _amount_faults(transaction: Transaction) -> Faults:
    currency = transaction.total.currency_code or "some currency"
    for field, told in transaction.ListFields():
        if field.name not in _AMOUNTS:
            continue
        if fault := signed_money_fault(told, currency):
            yield field.name, fault
        elif not amount_of(transaction, field.name).is_minor():
            yield field.name, "must not be finer than the currency's minor unit"
