"""What subscriptions say of sessions: energy that they pay for, and when the rest is paid."""

from typing import NamedTuple

from server.domain.money import Money
from server.domain.subscriptions import Billing, Left, State
from server.domain.tariffs import CurrentType
from server.store.models import Subscription, User
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import subscription_rows


class InForce(NamedTuple):
    """A subscription in force."""

    name: str
    left: Left
    billing: Billing
    usage_threshold: Money | None

    @property
    def pays_later(self) -> bool:
        """Whether what the allowance does not cover is billed with the period."""
        return self.billing is Billing.POSTPAID

    @property
    def has_energy(self) -> bool:
        """Whether any of the allowance is left."""
        return any(self.left.of(current) for current in CurrentType)


_LEFT = (
    Subscription.remaining_energy_wh,
    Subscription.remaining_ac_energy_wh,
    Subscription.remaining_dc_energy_wh,
)
_OF_USER = Statement(
    User.select(Subscription.name, Subscription.plan, *_LEFT)
    .join(Subscription, on=(Subscription.name == User.active_subscription))
    .where((User.name == param("user")) & (Subscription.state == State.ACTIVE))
)
_LOCKED = Statement(
    Subscription.select(Subscription.user, *_LEFT).where(Subscription.name == param("name"))
)
_USE = Statement(
    Subscription.update(
        remaining_energy_wh=param("combined"),
        remaining_ac_energy_wh=param("ac"),
        remaining_dc_energy_wh=param("dc"),
    ).where(Subscription.name == param("name"))
)
_CALL_FOR = Statement(
    Subscription.update(due_time=param("now")).where(Subscription.name == param("name"))
)


def in_force(rows: Rows, user: str) -> InForce | None:
    """The subscription that the user has now, if there is one."""
    row = rows.one(_OF_USER, user=user)
    plan = subscription_rows.plan_of(rows, row[1]) if row else None
    if row is None or plan is None:
        return None
    return InForce(row[0], Left(*row[2:]), plan.terms.billing, plan.terms.usage_threshold)


def left_of(unit: Unit, name: str) -> Left:
    """What is left of a subscription's allowance, which nobody else uses before the commit."""
    row = unit.one_locked(_LOCKED, name=name)
    return Left(*row[1:]) if row else Left()


def use(unit: Unit, name: str, left: Left, current: CurrentType, more_wh: int) -> None:
    """A session has used so much more of what is left; less, where it is corrected."""
    after = left.after(current, more_wh)
    unit.run(_USE, name=name, combined=after.combined, ac=after.ac, dc=after.dc)


def call_for(unit: Unit, name: str) -> None:
    """Has a subscription looked after: what was used may have reached its plan's threshold."""
    unit.run(_CALL_FOR, name=name, now=unit.now)
