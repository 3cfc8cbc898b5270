"""What a gateway's word brings about: a session that is paid, money on a balance, a start."""

import logging

from server.domain.errors import RefusedError
from server.domain.facts import StopReason
from server.domain.gateway_steps import SECOND, StepKind
from server.domain.ledger import EntryType
from server.domain.payments import Charge, Purchase, State, Told
from server.store.unit import Unit
from server.work.money import gateway_payments, gateway_steps, ledger, payers
from server.work.money.gateway_payments import Moved
from server.work.money.gateway_steps import Step
from server.work.sessions import collecting, session_rows, settlement, stopping
from server.work.sessions.session_rows import SessionState
from server.work.subscriptions import renewals

log = logging.getLogger(__name__)
OTHERS = 10 * SECOND
"""After so long somebody else asks the charger to begin: whoever waits for it has died."""


def write(unit: Unit, step: Step, answer: Told) -> None:
    """Writes what came of a step, and what follows of that. Again it changes nothing."""
    moved = gateway_payments.told(unit, step.payment, answer)
    gateway_steps.done(unit, step)
    _follow(unit, step.payment, moved, at_once=step.kind == StepKind.LOOK)
    charge = gateway_payments.charge_by(unit, step, unit.now)
    if charge.purchase is Purchase.TOP_UP and moved.new is not State.FAILED:
        _top_up_given_back(unit, step, charge, moved, answer)


def heard(unit: Unit, payment: str, answer: Told) -> None:
    """Writes what a gateway says of a payment otherwise, and what follows of that."""
    _follow(unit, payment, gateway_payments.told(unit, payment, answer), at_once=True)


def _follow(unit: Unit, payment: str, moved: Moved, *, at_once: bool) -> None:
    charge = gateway_payments.charge(unit, payment)
    if charge.purchase is Purchase.SESSION:
        _session(unit, charge, moved, at_once=at_once)
    elif moved.new is moved.old:
        return
    elif charge.purchase is Purchase.SUBSCRIPTION:
        renewals.payment_told(unit, charge.purchased_resource, moved.new)
    elif charge.purchase is Purchase.TOP_UP and moved.new is State.FINALIZED:
        user = charge.purchased_resource
        entry = ledger.book(unit, user, EntryType.TOP_UP, charge.total, charge.transaction)
        ledger.tell(unit, entry, payers.payer(unit, user).partner)


def _session(unit: Unit, charge: Charge, moved: Moved, *, at_once: bool) -> None:
    """A session that waits for a reservation begins with it (`at_once`, or whoever asked for it
    sees to that); one that runs on a reservation ends where there is none."""
    name, preauthorizes = charge.purchased_resource, charge.preauthorizes
    session = session_rows.by_name(unit, name)
    if session is None:
        return
    is_new = moved.new is not moved.old
    if preauthorizes and is_new and moved.new is State.AUTHORIZED:
        if session.state == SessionState.PENDING:
            after = 0 if at_once else OTHERS
            gateway_steps.add(unit, charge.transaction, StepKind.START, after=after)
        elif session.state == SessionState.ACTIVE:
            session_rows.change(unit, name, watch_time=unit.now)
    if preauthorizes and moved.new in (State.FAILED, State.REVERSED):
        stopping.want(unit, session, StopReason.DE_AUTHORIZED)
    if preauthorizes or (moved.new is State.FINALIZED and is_new):
        collecting.collect(unit, name)
    settlement.settle(unit, name)


def _top_up_given_back(unit: Unit, step: Step, charge: Charge, moved: Moved, answer: Told) -> None:
    """What is given back of a balance was taken from it before the gateway was asked, and comes
    back where that could not; what was given back elsewhere is taken from it now."""
    user = charge.purchased_resource
    if step.kind == StepKind.REFUND and answer.failure_reason and not moved.refunded:
        amount, cause = charge.part or charge.total, f"{step.key}/refused"
    elif step.kind != StepKind.REFUND and moved.refunded:
        so_far = charge.refunded or moved.refunded
        amount, cause = -moved.refunded, f"{charge.transaction}/refunded/{so_far.micros}"
    else:
        return
    try:
        entry = ledger.book(unit, user, EntryType.ADJUSTMENT, amount, cause)
    except RefusedError:
        log.exception("%s was given back elsewhere, and is spent", charge.transaction)
        return
    ledger.tell(unit, entry, payers.payer(unit, user).partner)


def before_refund(unit: Unit, step: Step) -> None:
    """What was paid in is taken from the balance before it is given back. Refused
    INSUFFICIENT_BALANCE where it was spent."""
    charge = gateway_payments.charge_by(unit, step, unit.now)
    if charge.purchase is not Purchase.TOP_UP:
        return
    amount, user = charge.part or charge.total, charge.purchased_resource
    entry = ledger.book(unit, user, EntryType.ADJUSTMENT, -amount, step.key, step.reason)
    ledger.tell(unit, entry, payers.payer(unit, user).partner)
