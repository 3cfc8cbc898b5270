"""Whether a session is paid: by what outside processors, terminals and the platform itself took."""

from typing import NamedTuple

from server.domain.money import Money, zero
from server.domain.payments import (
    SETTLED_OUTSIDE,
    Method,
    SessionPayment,
    State,
    finalized,
    session_payment,
)
from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import payments
from server.work.sessions import announce, session_rows
from server.work.sessions.session_rows import BillingState, PaymentState


class Bought(NamedTuple):
    """What a session's payment depends on; nothing is owed until it is billed."""

    state: int
    billing_state: int
    payment_state: int
    currency: str | None
    total_micros: int | None


_BOUGHT = Statement(
    Session.select(*(getattr(Session, column) for column in Bought._fields)).where(
        Session.name == param("name")
    )
)


_GIVEN_UP = SETTLED_OUTSIDE | {Method.BY_SUBSCRIPTION}
"""What nobody is to pay any more once others have paid the whole."""


def settle(unit: Unit, name: str) -> None:
    """Brings the session's payment state in line with its payments.

    What is open at an outside processor or on a company's bill, or waits for a subscription's
    period to end, is given up once others have paid the whole. A session that is not billed yet, or
    costs nothing, stays as it is.
    """
    row = unit.one_locked(_BOUGHT, name=name)
    assert row is not None
    bought = Bought(*row)
    if bought.billing_state != BillingState.COMPLETED or bought.total_micros is None:
        return
    if bought.payment_state == PaymentState.NOT_REQUIRED:
        return
    owed = Money.from_micros(bought.currency or "", bought.total_micros)
    found = payments.payments_of(unit, name)
    state = session_payment(owed, [each.paid for each in found])
    if state is SessionPayment.PAID:
        _give_up_open(unit, found)
    if state != bought.payment_state:
        session_rows.change(unit, name, payment_state=state, update_time=unit.now)
        announce.session(unit, "session.updated", name, bought.state, unit.now)


def is_covered(unit: Unit, name: str, owed: Money) -> bool:
    """Whether finalized payments have paid the whole already."""
    found = payments.payments_of(unit, name)
    return bool(found) and finalized(owed.currency, [each.paid for each in found]) >= owed


def _give_up_open(unit: Unit, found: list[payments.Payment]) -> None:
    for each in found:
        owed = each.paid.total > zero(each.paid.total.currency)  # or it is to be paid back
        is_open = each.paid.state is State.PENDING or (
            each.paid.state is State.AUTHORIZED and each.through_gateway
        )
        if owed and is_open and each.method in _GIVEN_UP:
            payments.give_up(unit, each)
