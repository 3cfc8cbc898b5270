"""What a gateway's word brings about: a session that is paid, money on a balance, a start."""

import logging

from server.domain.errors import RefusedError
from server.domain.facts import StopReason
from server.domain.gateway_steps import StepKind
from server.domain.ledger import EntryType
from server.domain.payments import Purchase, State, Told
from server.store.unit import Unit
from server.work.money import gateway_payments, gateway_steps, ledger, payers
from server.work.money.gateway_payments import Moved
from server.work.money.gateway_steps import Step
from server.work.sessions import collecting, session_rows, settlement, stopping
from server.work.subscriptions import renewals

log = logging.getLogger(__name__)


def write(unit: Unit, step: Step, answer: Told) -> Moved:
    """Writes what came of a step, and what follows of that. Again it changes nothing."""
    moved = gateway_payments.told(unit, step.payment, answer)
    gateway_steps.done(unit, step)
    charge = gateway_payments.charge(unit, step.payment)
    if charge.purchase is Purchase.SESSION:
        _session(unit, charge.purchased_resource, charge.preauthorizes, moved)
    elif charge.purchase is Purchase.TOP_UP:
        _top_up(unit, step, moved, answer)
    elif charge.purchase is Purchase.SUBSCRIPTION and moved.new is not moved.old:
        renewals.payment_told(unit, charge.purchased_resource, moved.new)
    return moved


def _session(unit: Unit, name: str, preauthorizes: bool, moved: Moved) -> None:
    """A session that runs on a reservation ends where there is none."""
    session = session_rows.by_name(unit, name)
    if session is None:
        return
    if preauthorizes and moved.new is State.FAILED:
        stopping.want(unit, session, StopReason.DE_AUTHORIZED)
    if preauthorizes or (moved.new is State.FINALIZED and moved.old is not moved.new):
        collecting.collect(unit, name)
    settlement.settle(unit, name)


def _top_up(unit: Unit, step: Step, moved: Moved, answer: Told) -> None:
    """Books what was paid in. What is given back was taken from the balance before the gateway
    was asked, and comes back where it could not."""
    charge = gateway_payments.charge(unit, step.payment)
    user = charge.purchased_resource
    paid = moved.new is State.FINALIZED and moved.old is not State.FINALIZED
    if paid:
        entry = ledger.book(unit, user, EntryType.TOP_UP, charge.total, charge.transaction)
    elif step.kind == StepKind.REFUND and answer.failure_reason and not moved.refunded:
        amount = gateway_payments.charge_by(unit, step, unit.now).part or charge.total
        entry = ledger.book(unit, user, EntryType.ADJUSTMENT, amount, f"{step.key}/refused")
    elif step.kind != StepKind.REFUND and moved.refunded:
        cause = f"{charge.transaction}/refunded/{(charge.refunded or moved.refunded).micros}"
        try:
            entry = ledger.book(unit, user, EntryType.ADJUSTMENT, -moved.refunded, cause)
        except RefusedError:
            log.exception("%s was given back elsewhere, and is spent", charge.transaction)
            return
    else:
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
