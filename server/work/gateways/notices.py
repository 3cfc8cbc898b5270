"""What gateways tell by themselves: that a payment is to be looked at."""

from server.domain.gateway_steps import StepKind
from server.store.models import GatewayNotice, Transaction
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import gateway_steps

_KNOWN = Statement(
    GatewayNotice.select(GatewayNotice.name).where(GatewayNotice.name == param("id"))
)
_KEEP = Append(GatewayNotice, ("name", "create_time"), if_new=True)
_BY_NAME = Statement(
    Transaction.select(Transaction.name).where(
        (Transaction.name == param("name")) & (Transaction.through_gateway == True)  # noqa: E712
    )
)
_BY_REFERENCE = Statement(
    Transaction.select(Transaction.name).where(
        (Transaction.provider_reference == param("reference"))
        & (Transaction.through_gateway == True)  # noqa: E712
    )
)


def heard(unit: Unit, notice: str, payment: str | None, reference: str) -> None:
    """Has the payment looked at, once for each notice; what is not ours is let pass."""
    if unit.one(_KNOWN, id=notice) is not None:
        return
    unit.insert(_KEEP, (notice, unit.now))
    found = unit.one(_BY_NAME, name=payment) if payment else None
    found = found or unit.one(_BY_REFERENCE, reference=reference)
    if found is not None:
        gateway_steps.add(unit, found[0], StepKind.LOOK, f"/{notice}")
