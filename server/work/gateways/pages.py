"""Payments that the payer makes by themselves, on a page or in a form of the gateway's."""

from server.domain.errors import precondition
from server.domain.payments import Method, State
from server.store.unit import Unit
from server.work.gateways.carrying import no_gateway
from server.work.money import gateway_payments, gateway_steps, payments


def prepare(unit: Unit, name: str) -> None:
    """From now on the gateway has the payment. Refused TRANSACTION_STATE if it is not PENDING,
    TRANSACTION_NOT_OUTSIDE if somebody else takes it, PAYMENT_UNDER_WAY if it is just taken."""
    told = payments.read(unit, name)
    state, method = State(told.state), Method(told.method)
    if method is not Method.EXTERNAL:
        raise no_gateway(method)
    if state is not State.PENDING:
        steps = {"from": state.name, "to": State.FINALIZED.name}
        raise precondition("TRANSACTION_STATE", f"{name} is {state.name}", **steps)
    if told.provider_reference and not told.through_gateway:
        problem = f"{name} is taken by somebody outside, who has it as {told.provider_reference}"
        raise precondition("TRANSACTION_NOT_OUTSIDE", problem, method=method.name)
    if gateway_steps.open_of(unit, name):
        problem = f"the gateway is just asked for {name}"
        raise precondition("PAYMENT_UNDER_WAY", problem, transaction=name)
    gateway_payments.hand_over(unit, name)
