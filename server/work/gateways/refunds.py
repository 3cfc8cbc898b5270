"""What is given back of payments: all of it, or a part, and never more than was taken."""

from typing import NamedTuple

from server.domain.errors import invalid_field, precondition
from server.domain.gateway_steps import StepKind
from server.domain.money import Money, zero
from server.domain.payments import State
from server.store.models import RefundRequest
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.gateways import outcomes
from server.work.money import gateway_payments, gateway_steps, payments
from server.work.money.gateway_steps import Step
from server.work.sessions import collecting, unpaid


class Begun(NamedTuple):
    """A refund: what is still to be done about it, and what is given back in all once it is."""

    step: Step | None
    refunded: Money


_ASKED = Statement(
    RefundRequest.select(RefundRequest.refunded_micros).where(RefundRequest.name == param("name"))
)
_KEEP = Append(RefundRequest, ("name", "refunded_micros", "create_time"))


def begin(
    unit: Unit, name: str, amount: Money | None, reason: str | None, request: str | None
) -> Begun:
    """Writes down that so much is to be given back, None = all that is left; once for each
    `request`, for whoever heard that nobody knows asks again.

    Refused TRANSACTION_STATE, REFUND_TOO_LARGE, and REFUND_UNDER_WAY while another amount is just
    given back; the same amount is the same refund until that is answered.
    """
    key = f"{name}/{request}" if request else None
    charge = gateway_payments.charge(unit, name)
    before = charge.refunded or zero(charge.total.currency)
    if key and (asked := unit.one(_ASKED, name=key)):
        return Begun(_under_way(unit, name), Money.from_micros(before.currency, asked[0]))
    _require_taken(unit, name)
    left = charge.total - before
    wanted = left if amount is None else amount
    if wanted.currency != left.currency:
        raise invalid_field("amount", f"must be in {left.currency}")
    if wanted <= zero(wanted.currency):
        raise unpaid.not_made(name, "NOTHING_TO_REFUND")
    step = _under_way(unit, name)
    if step is not None:
        step = _same(step, wanted)
    elif amount is not None and amount > left:
        told = {"left": str(left)}
        raise precondition("REFUND_TOO_LARGE", f"{left} of {name} is left, not {amount}", **told)
    else:
        step = collecting.refund(unit, name, wanted, reason)
        outcomes.before_refund(unit, step)
        gateway_steps.hold(unit, name)
    refunded = before + wanted
    if key:
        unit.insert(_KEEP, (key, refunded.micros, unit.now))
    return Begun(step, refunded)


def _require_taken(unit: Unit, name: str) -> None:
    state = State(payments.read(unit, name).state)
    if state is not State.FINALIZED:
        told = {"from": state.name, "to": State.REFUNDED.name}
        message = f"{name} is {state.name}: there is nothing to give back"
        raise precondition("TRANSACTION_STATE", message, **told)


def _under_way(unit: Unit, name: str) -> Step | None:
    steps = gateway_steps.open_of(unit, name)
    return next((step for step in steps if step.kind == StepKind.REFUND), None)


def _same(step: Step, wanted: Money) -> Step:
    if step.amount_micros != wanted.micros:
        under_way = Money.from_micros(wanted.currency, step.amount_micros or 0)
        told = f"{under_way} of {step.payment} is just given back"
        raise precondition("REFUND_UNDER_WAY", told, amount=str(under_way))
    return step
