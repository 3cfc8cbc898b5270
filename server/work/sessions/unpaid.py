"""Sessions that are not paid: what is open of them, whose they are, another attempt."""

from typing import NamedTuple

from server.domain.authorization import Payment
from server.domain.errors import Outcome, RefusedError, not_found, precondition
from server.domain.gateway_steps import StepKind
from server.domain.money import Money, zero
from server.domain.payments import Charge, Method, State
from server.store.models import Session, Transaction, User
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import corporate, gateway_payments, gateway_steps, payers, payments
from server.work.sessions import announce, collecting, paying, session_rows, settlement
from server.work.sessions.session_rows import BillingState, PaymentState, SessionRow, SessionState

_LOCK = Statement(Session.select(Session.name).where(Session.name == param("name")))
_ADOPT = Statement(
    Transaction.update(user=param("user")).where(
        (Transaction.purchased_resource == param("name")) & Transaction.user.is_null()
    )
)
_COUNT = Statement(
    User.update(
        session_count=User.session_count + 1, energy_wh=User.energy_wh + param("energy_wh")
    ).where(User.name == param("user"))
)
_OPEN = {PaymentState.PENDING, PaymentState.PARTIALLY_PAID, PaymentState.FAILED}


class Attempt(NamedTuple):
    """A payment to be made now, and by which gateway."""

    method: Method
    charge: Charge
    step: int
    """The number of what the gateway is to do."""


def assign(unit: Unit, name: str, user: str) -> None:
    """Gives a session that nobody was known for its user, who pays what is open of it.

    Refused SESSION_HAS_USER if there is one, SESSION_NOT_ACTIVE if it never began.
    """
    who = payers.payer(unit, user)
    session = _locked(unit, name)
    if session.user is not None:
        raise precondition("SESSION_HAS_USER", f"{name} has its user", user=session.user)
    if session.state in (SessionState.PENDING, SessionState.EXPIRED):
        state = SessionState(session.state).name
        raise precondition("SESSION_NOT_ACTIVE", f"{name} is {state}", state=state)
    ended = session.stop_time is not None
    reserved = collecting.is_through_gateway(unit, name)  # then that pays
    payment = int(Payment.EXTERNAL) if reserved else who.payment_preference
    watch = {} if ended else {"watch_time": unit.now}
    company = corporate.payer_of(payment, who.partner)
    session_rows.change(unit, name, user=user, payment_method=payment, company=company, **watch)
    unit.run(_ADOPT, name=name, user=user)
    if ended:
        unit.run(_COUNT, user=user, energy_wh=session.energy_wh)
        _have_paid(unit, session._replace(user=user, payment_method=payment))
    announce.session(unit, "session.updated", name, session.state, unit.now)


def _have_paid(unit: Unit, session: SessionRow) -> None:
    """By a balance, or later by a subscription; an outside payment is awaited already."""
    on_platform = session.payment_method in (Payment.BALANCE, Payment.SUBSCRIPTION)
    rest = collecting.rest_of(unit, session) if on_platform and _is_open(session) else None
    if rest is not None and rest.total > zero(rest.total.currency):
        paying.pay(unit, session, rest, corrects=False)
        settlement.settle(unit, session.name)


def prepare(unit: Unit, name: str, method: Method | None) -> Attempt:
    """The payment of what is open of a session, as it is tried once more.

    Refused NOTHING_TO_PAY, and INSUFFICIENT_BALANCE where a balance is to pay and does not cover
    it. The same attempt again is the same payment until that is answered.
    """
    session = _locked(unit, name)
    if not _is_open(session):
        state = PaymentState(session.payment_state).name
        raise precondition("NOTHING_TO_PAY", f"nothing is open of {name}", payment_state=state)
    rest = collecting.rest_of(unit, session)
    found = payments.payments_of(unit, name)
    for each in found:
        if gateway_steps.open_of(unit, each.name):  # what is under way comes first
            return _attempt(unit, each.method, each.name)
    method = method or (found[-1].method if found else Method.EXTERNAL)
    if method is Method.BALANCE:
        _require_cover(unit, session, rest.total)
    for each in found:
        pending = each.paid.state in (State.PENDING, State.AUTHORIZED)
        elsewhere = each.reference is not None and not each.through_gateway
        fits = each.method is method and each.paid.total == rest.total
        if pending and fits and not elsewhere:
            return _attempt(unit, method, each.name)
    return _attempt(unit, method, payments.record(unit, session, rest, method, State.PENDING))


def _attempt(unit: Unit, method: Method, payment: str) -> Attempt:
    if method is Method.EXTERNAL:
        gateway_payments.hand_over(unit, payment)
    steps = gateway_steps.open_of(unit, payment)
    step = steps[0] if steps else gateway_steps.add(unit, payment, StepKind.CAPTURE)
    gateway_steps.hold(unit, payment)
    return Attempt(method, gateway_payments.charge(unit, payment), step.number)


def _require_cover(unit: Unit, session: SessionRow, owed: Money) -> None:
    if session.user is None:
        told = f"nobody is known for {session.name}: there is no balance"
        raise precondition("INSUFFICIENT_BALANCE", told)
    payers.require_free(unit, payers.payer(unit, session.user), owed)


def _locked(unit: Unit, name: str) -> SessionRow:
    unit.one_locked(_LOCK, name=name)
    session = session_rows.by_name(unit, name)
    if session is None:
        raise not_found(name)
    return session


def _is_open(session: SessionRow) -> bool:
    billed = session.billing_state == BillingState.COMPLETED and session.price is not None
    return billed and session.payment_state in _OPEN


def not_made(payment: str, why: str | None) -> RefusedError:
    """What is said where a gateway says no."""
    reason = "INSUFFICIENT_BALANCE" if why == "INSUFFICIENT_BALANCE" else "PAYMENT_REFUSED"
    told = f"{payment} was not made: {why or 'no reason was given'}"
    return precondition(reason, told, transaction=payment, failure_reason=why or "")


def unreachable(payment: str, error: OSError) -> RefusedError:
    """What is said where nobody knows: it is carried on, and made once."""
    told = f"the gateway of {payment} cannot be reached, and will be asked again: {error}"
    return RefusedError(Outcome.UNAVAILABLE, "GATEWAY_UNAVAILABLE", told)
