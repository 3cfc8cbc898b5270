"""What is given back of payments: all of it, or a part, and never more than was taken."""

from server.domain.errors import invalid_field, precondition
from server.domain.gateway_steps import StepKind
from server.domain.money import Money
from server.domain.payments import State
from server.store.unit import Unit
from server.work.gateways import outcomes
from server.work.money import gateway_payments, gateway_steps, payments
from server.work.money.gateway_steps import Step
from server.work.sessions import collecting


def begin(unit: Unit, name: str, amount: Money | None, reason: str | None) -> Step:
    """Writes down that so much is to be given back; None = all that is left.

    Refused TRANSACTION_STATE, REFUND_TOO_LARGE, and REFUND_UNDER_WAY while another amount is just
    given back; the same amount is the same refund until that is answered.
    """
    state = State(payments.read(unit, name).state)
    if state is not State.FINALIZED:
        told = {"from": state.name, "to": State.REFUNDED.name}
        message = f"{name} is {state.name}: there is nothing to give back"
        raise precondition("TRANSACTION_STATE", message, **told)
    charge = gateway_payments.charge(unit, name)
    left = charge.total - charge.refunded if charge.refunded else charge.total
    wanted = left if amount is None else amount
    if wanted.currency != left.currency:
        raise invalid_field("amount", f"must be in {left.currency}")
    for step in gateway_steps.open_of(unit, name):
        if step.kind == StepKind.REFUND:
            return _same(step, wanted)
    if amount is not None and amount > left:
        told = {"left": str(left)}
        raise precondition("REFUND_TOO_LARGE", f"{left} of {name} is left, not {amount}", **told)
    step = collecting.refund(unit, name, wanted, reason)
    outcomes.before_refund(unit, step)
    gateway_steps.hold(unit, name)
    return step


def _same(step: Step, wanted: Money) -> Step:
    if step.amount_micros != wanted.micros:
        under_way = Money.from_micros(wanted.currency, step.amount_micros or 0)
        told = f"{under_way} of {step.payment} is just given back"
        raise precondition("REFUND_UNDER_WAY", told, amount=str(under_way))
    return step
