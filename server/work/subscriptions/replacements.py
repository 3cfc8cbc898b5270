"""Plans that other plans replace: what subscriptions renew into."""

from peewee import fn

from server.domain.errors import invalid_field
from server.domain.subscriptions import OPEN
from server.store.models import Subscription
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.money import subscription_rows
from server.work.money.subscription_rows import PlanRow

MOST = 10
"""The longest chain of plans of which each replaces the one before."""
_SUBSCRIBED = Statement(
    Subscription.select(fn.COUNT(Subscription.name)).where(
        (Subscription.plan == param("plan")) & Subscription.state.in_(OPEN)
    )
)


def renewed_into(rows: Rows, plan: PlanRow, currency: str) -> PlanRow:
    """What a subscription to the plan renews into, if its fee is in the balance's currency."""
    for _ in range(MOST):
        other = subscription_rows.plan_of(rows, plan.replacement) if plan.replacement else None
        if other is None or other.terms.fee.currency != currency:
            break
        plan = other
    return plan


def require_fit(rows: Rows, name: str, replacement: str) -> None:
    """Raises RefusedError for a plan that cannot take the place of another one."""
    plan = subscription_rows.plan_of(rows, name)
    other = subscription_rows.plan_of(rows, replacement)
    assert plan is not None
    assert other is not None
    if not other.terms.enabled:
        raise invalid_field("replacement_plan", "is DISABLED")
    if other.terms.fee.currency != plan.terms.fee.currency:
        raise invalid_field("replacement_plan", f"must be in {plan.terms.fee.currency}")
    for _ in range(MOST):
        if other is None:
            return
        if other.name == name:
            raise invalid_field("replacement_plan", "is itself replaced by this plan")
        other = subscription_rows.plan_of(rows, other.replacement) if other.replacement else None


def subscribed(rows: Rows, plan: str) -> int:
    """How many subscriptions to a plan are not over."""
    row = rows.one(_SUBSCRIBED, plan=plan)
    return int(row[0]) if row else 0
