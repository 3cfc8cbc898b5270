"""What is to be collected of a session: of what was reserved for it, and beyond that.

The platform's gateway reserves an amount before a session; of that it takes what the bill says
and gives up the rest. What the bill says beyond it is another payment. Whatever a gateway is just
being asked for is waited for: what comes of it looks here again.
"""

from ampline.v1 import session_pb2
from server.domain.gateway_steps import StepKind
from server.domain.money import Money, total, zero
from server.domain.payments import Method, Parts, State, part_of
from server.resources.tariff_terms import money
from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import gateway_payments, gateway_steps, payments
from server.work.money.payments import Payment
from server.work.sessions import session_rows, settlement
from server.work.sessions.session_rows import BillingState, PaymentState, SessionRow

_LOCK = Statement(Session.select(Session.name).where(Session.name == param("name")))
_GONE = {State.FAILED, State.REVERSED, State.REFUNDED}
_OPEN = {State.PENDING, State.AUTHORIZED}


def is_through_gateway(unit: Unit, session: str) -> bool:
    """Whether the gateway has reserved, is to take, or has taken something for a session."""
    found = payments.payments_of(unit, session)
    return any(each.through_gateway and each.paid.state not in _GONE for each in found)


def collect(unit: Unit, name: str) -> None:
    """Has the gateway take what is owed for a session that is over, and give up what is not; asks
    for what nobody is asked for yet, and gives back what was taken beyond the bill."""
    unit.one_locked(_LOCK, name=name)
    session = session_rows.by_name(unit, name)
    if session is None or session.stop_time is None or _waits(session):
        return
    rest = rest_of(unit, session)
    found = payments.payments_of(unit, name)
    reserved = [each for each in found if each.preauthorizes and each.paid.state in _OPEN]
    for each in reserved:
        gateway_steps.start_of(unit, each.name)  # it is over before it began
        if gateway_steps.open_of(unit, each.name):
            return
    currency = rest.total.currency
    if not found:
        return
    if rest.total < zero(currency):
        _give_back(unit, found, -rest.total)
    asked = _asked_for(currency, found)
    rest = part_of(rest, max(rest.total - asked, zero(currency), key=lambda part: part.nanos))
    for each in reserved:
        rest = _take(unit, each, rest)
    given_back = _given_back(currency, found)
    if rest.total > given_back:
        owed = part_of(rest, rest.total - given_back)
        payments.record(unit, session, owed, Method.EXTERNAL, State.PENDING)
    settlement.settle(unit, name)


def rest_of(unit: Unit, session: SessionRow) -> Parts:
    """What is billed of a session and not paid yet; nothing, where nothing is to be paid."""
    price = session_pb2.Session.FromString(session.price or b"").price
    parts = [money(part) for part in (price.net, price.tax, price.total)]
    net, tax, whole = (part or zero(session.currency or "EUR") for part in parts)
    billed = session.billing_state == BillingState.COMPLETED and session.price is not None
    if not billed or session.payment_state == PaymentState.NOT_REQUIRED:
        return Parts(*[zero(whole.currency)] * 3)
    for each in payments.payments_of(unit, session.name):
        if each.paid.state is State.FINALIZED and each.paid.total.currency == whole.currency:
            paid = part_of(payments.parts_of(unit, each.name), each.paid.total)
            net, tax, whole = net - paid.net, tax - paid.tax, whole - paid.total
    return Parts(net, tax, whole)


def _waits(session: SessionRow) -> bool:
    """Whether its bill is held: what is reserved stays so."""
    return session.billing_state == BillingState.SUSPENDED


def _asked_for(currency: str, found: list[Payment]) -> Money:
    """What somebody is asked for already, beside what is only reserved."""
    amounts = [
        each.paid.total for each in found if each.paid.state in _OPEN and not each.preauthorizes
    ]
    return total(currency, (amount for amount in amounts if amount.currency == currency))


def _given_back(currency: str, found: list[Payment]) -> Money:
    """What somebody decided to give back is not asked for again by itself."""
    amounts = (each.given_back for each in found)
    return total(currency, (amount for amount in amounts if amount.currency == currency))


def _take(unit: Unit, reserved: Payment, rest: Parts) -> Parts:
    """Has of it taken what is owed, as far as it goes; returns what is owed beyond."""
    owed = rest.total > zero(rest.total.currency)
    if not owed or reserved.paid.state is State.PENDING:
        payments.give_up(unit, reserved)
        return rest
    amount = min(rest.total, reserved.paid.total, key=lambda each: each.nanos)
    taken = part_of(rest, amount)
    gateway_payments.amend(unit, reserved.name, taken)
    gateway_steps.add(unit, reserved.name, StepKind.CAPTURE)
    return Parts(rest.net - taken.net, rest.tax - taken.tax, rest.total - taken.total)


def _give_back(unit: Unit, found: list[Payment], amount: Money) -> None:
    """Of what the gateway has taken; what others took they give back themselves."""
    for each in found:
        taken = each.through_gateway and each.paid.state is State.FINALIZED
        if not taken or gateway_steps.open_of(unit, each.name):
            continue
        back = min(amount, each.paid.total, key=lambda part: part.nanos)
        if back > zero(back.currency):
            refund(unit, each.name, back, "more was taken than the bill says")
            amount -= back


def refund(unit: Unit, payment: str, amount: Money, reason: str | None) -> gateway_steps.Step:
    """Writes down that so much is to be given back; once, for what was given back so far."""
    so_far = gateway_payments.charge(unit, payment).refunded
    cause = f"/{so_far.micros}" if so_far else ""
    return gateway_steps.add(unit, payment, StepKind.REFUND, cause, amount, reason)
