"""Who pays for a session: a balance, a subscription later, somebody outside."""

from server.domain.authorization import Payment
from server.domain.ledger import EntryType
from server.domain.money import zero
from server.domain.payments import Method, Parts, State
from server.store.unit import Unit
from server.work.money import allowances, ledger, payments
from server.work.sessions import authorization, collecting, session_rows, settlement
from server.work.sessions.authorization import UserRow
from server.work.sessions.session_rows import PaymentState, SessionRow


def pay(
    unit: Unit, session: SessionRow, owed: Parts, *, corrects: bool, cards: bool = False
) -> None:
    """Has what is owed paid; `corrects` if it is a difference to an earlier bill, `cards` if the
    platform's gateway takes payments outside."""
    user = authorization.user_of(unit, session.user)
    payment = _payment(unit, session, user)
    outside = payment is Payment.EXTERNAL
    by_gateway = outside and collecting.is_through_gateway(unit, session.name)
    if payment is Payment.NO_PAYMENT or not owed.total:
        state = PaymentState.NOT_REQUIRED
    elif user and payment is Payment.BALANCE and user.currency == owed.total.currency:
        _debit(unit, session, user, owed, corrects)
        state = PaymentState.PAID
    else:
        asked = by_gateway or settlement.is_covered(unit, session.name, owed.total)
        if not asked or (corrects and not by_gateway):
            method, token = payments.METHOD[payment], session.payment_token
            charged = cards and token is not None
            payments.record(unit, session, owed, method, State.PENDING, token, charged=charged)
        state = PaymentState.PENDING
    session_rows.change(unit, session.name, payment_state=state)
    if by_gateway:
        collecting.collect(unit, session.name)
    elif state is PaymentState.PENDING:
        settlement.settle(unit, session.name)


def _payment(unit: Unit, session: SessionRow, user: UserRow | None) -> Payment:
    """How it is paid. What a subscription in advance does not cover, the balance pays."""
    if user is None:
        return Payment.EXTERNAL
    payment = Payment(session.payment_method or Payment.EXTERNAL)
    if payment is not Payment.SUBSCRIPTION:
        return payment
    found = allowances.in_force(unit, user.name)
    if found is None or not found.pays_later:
        return Payment.BALANCE
    if found.usage_threshold is not None:
        allowances.call_for(unit, found.name)
    return payment


def _debit(unit: Unit, session: SessionRow, user: UserRow, owed: Parts, corrects: bool) -> None:
    number = payments.count(unit, session.name)
    cause = f"{session.name}#{number}" if corrects else session.name
    refund = owed.total < zero(owed.total.currency)
    kind = EntryType.REFUND if refund else EntryType.SESSION
    entry = ledger.book(unit, user.name, kind, -owed.total, cause)
    ledger.tell(unit, entry, user.partner)
    payments.record(unit, session, owed, Method.BALANCE, State.FINALIZED)
