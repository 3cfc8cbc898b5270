"""Payments that outside processors tell of: what they may say, and what comes of it."""

from typing import NamedTuple

from ampline.v1 import transaction_pb2 as pb
from server.api.changes import Change
from server.domain.errors import invalid_field, precondition
from server.domain.ledger import EntryType
from server.domain.payments import (
    FIRST,
    OUTSIDE,
    SETTLED_OUTSIDE,
    Method,
    Purchase,
    State,
    require_step,
)
from server.resources.transactions import amount_of
from server.store.models import Reservation, Session, Subscription, User
from server.store.statements import Statement, param
from server.work.money import ledger, payments
from server.work.sessions import settlement
from server.work.subscriptions import renewals

_FREE = {"external_id", "labels"}
"""What can be written on any payment."""


class _Bought(NamedTuple):
    """Whose a thing is that was bought; its currency, where it has one."""

    user: str | None
    partner: str | None
    currency: str | None


_NAME = param("name")
_SESSION = Statement(
    Session.select(Session.user, Session.partner, Session.currency).where(Session.name == _NAME)
)
_SUBSCRIPTION = Statement(
    Subscription.select(Subscription.user, Subscription.partner).where(Subscription.name == _NAME)
)
_RESERVATION = Statement(
    Reservation.select(Reservation.user, Reservation.partner).where(Reservation.name == _NAME)
)
_USER = Statement(User.select(User.name, User.partner, User.currency).where(User.name == _NAME))
_BOUGHT = {
    Purchase.SESSION: _SESSION,
    Purchase.SUBSCRIPTION: _SUBSCRIPTION,
    Purchase.TOP_UP: _USER,
    Purchase.CUSTOM_FEE: _USER,
    Purchase.RESERVATION: _RESERVATION,
}


def begin(change: Change[pb.Transaction]) -> None:
    """Completes a payment that is told of for the first time, or refuses it."""
    after = change.after
    after.state = after.state or pb.Transaction.PENDING
    if State(after.state) not in FIRST:
        raise invalid_field("transaction.state", f"{State(after.state).name} is no beginning")
    if Method(after.method) not in OUTSIDE:
        raise invalid_field("transaction.method", "must be EXTERNAL or TERMINAL")
    if amount_of(after, "total").nanos <= 0:
        raise invalid_field("transaction.total", "must be above zero")
    bought = _bought(change)
    if bought.currency and after.total.currency_code != bought.currency:
        raise invalid_field("transaction.total", f"must be in {bought.currency}")
    if bought.user and after.user and after.user != bought.user:
        raise invalid_field("transaction.user", f"must be {bought.user}, or absent")
    after.user = after.user or bought.user or ""
    if not after.user:
        after.ClearField("user")
    change.partner = bought.partner or change.partner
    _note_time(change, State(after.state))


def go_on(change: Change[pb.Transaction]) -> None:
    """Lets a payment go on by its state machine, where the platform does not see to it itself."""
    before, after = change.before, change.after
    assert before is not None
    after.state = after.state or before.state
    method = Method(before.method)
    ours = method not in SETTLED_OUTSIDE or before.through_gateway
    if ours and not _FREE.issuperset(change.changed):
        told = f"{before.name} is paid by {method.name}: the platform sees to it itself"
        raise precondition("TRANSACTION_NOT_OUTSIDE", told, method=method.name)
    require_step(State(before.state), State(after.state))
    _check_method(before, after)
    if after.state != before.state:
        _note_time(change, State(after.state))


def follow_up(change: Change[pb.Transaction]) -> None:
    """What a payment's new state brings about: a session that is paid, money on a balance."""
    old = change.before.state if change.before is not None else 0
    after = change.after
    if after.state == old:
        return
    if old:
        states = State(old), State(after.state)
        payments.changed(change.unit, after.name, change.partner, *states)
    else:
        payments.tell(change.unit, after.name, change.partner)
    if after.purchase == pb.Transaction.SESSION:
        settlement.settle(change.unit, after.purchased_resource)
    elif after.purchase == pb.Transaction.TOP_UP:
        _top_up(change)
    elif after.purchase == pb.Transaction.SUBSCRIPTION:
        renewals.payment_told(change.unit, after.purchased_resource, State(after.state))


def _bought(change: Change[pb.Transaction]) -> _Bought:
    after = change.after
    found = _BOUGHT.get(Purchase(after.purchase))
    row = change.unit.one(found, name=after.purchased_resource) if found else None
    return _Bought(*(*(row or ()), None, None, None)[:3])


def _check_method(before: pb.Transaction, after: pb.Transaction) -> None:
    if after.method == before.method:
        return
    if Method(after.method) not in OUTSIDE:
        raise invalid_field("transaction.method", "must be EXTERNAL or TERMINAL")
    if before.state != pb.Transaction.PENDING:
        raise invalid_field("transaction.method", "can be changed while PENDING alone")


def _note_time(change: Change[pb.Transaction], state: State) -> None:
    if column := payments.TIMES.get(state):
        change.columns[column] = change.unit.now


def _top_up(change: Change[pb.Transaction]) -> None:
    """Books what was paid in, once; takes it away again where it was paid back."""
    unit, after = change.unit, change.after
    amount = amount_of(after, "total")
    if after.state == pb.Transaction.FINALIZED:
        kind = EntryType.TOP_UP
    elif after.state == pb.Transaction.REFUNDED:
        kind, amount = EntryType.ADJUSTMENT, -amount
    else:
        return
    entry = ledger.book(unit, after.purchased_resource, kind, amount, after.name)
    ledger.tell(unit, entry, change.partner)
