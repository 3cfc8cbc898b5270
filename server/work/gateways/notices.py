"""What gateways tell by themselves: that a payment is to be looked at. Where that was not heard,
open payments are looked at all the same, now and then.
"""

from server.domain.gateway_steps import SECOND, StepKind
from server.domain.payments import State
from server.store.models import GatewayNotice, Transaction
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import gateway_steps

_KNOWN = Statement(
    GatewayNotice.select(GatewayNotice.name).where(GatewayNotice.name == param("id"))
)
HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
_LOOKED_AT = 8 * DAY
"""For so long after it was made a payment may still change there: banks reserve for a week."""
_MOST = 200
_OPEN = Statement(
    Transaction.select(Transaction.name)
    .where(
        (Transaction.state == param("state"))
        & (Transaction.create_time >= param("since"))
        & (Transaction.through_gateway == True)  # noqa: E712
        & Transaction.provider_reference.is_null(False)
    )
    .order_by(Transaction.create_time.desc(), Transaction.name.desc())
    .limit(_MOST)
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


def look_again(unit: Unit) -> bool:
    """Has the newest payments looked at that are open at the gateway; once an hour each."""
    for state in (State.PENDING, State.AUTHORIZED):
        for (name,) in unit.all(_OPEN, state=state, since=unit.now - _LOOKED_AT):
            if not gateway_steps.open_of(unit, name):
                gateway_steps.add(unit, name, StepKind.LOOK, f"/hour/{unit.now // HOUR}")
    return False
