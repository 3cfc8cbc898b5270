"""The rows of subscriptions and of their plans, as the verbs find and change them."""

from typing import Any, NamedTuple

from ampline.v1 import subscription_pb2 as pb
from ampline.v1 import subscription_plan_pb2
from ampline.v1.money_event_pb2 import UserSubscriptionChanged
from server.domain.subscriptions import OPEN, Left, Plan, State
from server.resources import events, plan_terms, subscription_plans, subscriptions
from server.store.models import Subscription, SubscriptionPlan, User
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class SubscriptionRow(NamedTuple):
    """A subscription's row; times in microseconds, energy in Wh."""

    name: str
    partner: str | None
    plan: str
    user: str
    state: int
    start_time: int
    end_time: int | None
    auto_renew: bool
    period_count: int
    next_renewal_time: int | None
    remaining_energy_wh: int | None
    remaining_ac_energy_wh: int | None
    remaining_dc_energy_wh: int | None
    next_reset_time: int | None
    period_start: int | None
    due_time: int | None
    failures: int | None

    @property
    def left(self) -> Left:
        """What is left of the allowance."""
        return Left(
            self.remaining_energy_wh, self.remaining_ac_energy_wh, self.remaining_dc_energy_wh
        )


class PlanRow(NamedTuple):
    """A plan, and what subscriptions to it renew into."""

    name: str
    terms: Plan
    replacement: str | None


_COLUMNS = tuple(getattr(Subscription, column) for column in SubscriptionRow._fields)
_BY_NAME = Statement(Subscription.select(*_COLUMNS).where(Subscription.name == param("name")))
_OWNER = Statement(Subscription.select(Subscription.user).where(Subscription.name == param("name")))
_OF_USER = Statement(
    Subscription.select(*_COLUMNS)
    .where((Subscription.user == param("user")) & Subscription.state.in_(OPEN))
    .limit(1)
)
_PLAN = Statement(
    SubscriptionPlan.select(*subscription_plans.MAPPING.columns).where(
        SubscriptionPlan.name == param("name")
    )
)
_WHOLE = Statement(subscriptions.MAPPING.query().where(Subscription.name == param("name")))
_POINT = Statement(User.update(active_subscription=param("name")).where(User.name == param("user")))
_SHOWN = frozenset(pb.Subscription.DESCRIPTOR.fields_by_name)
_NEW = ("name", "partner", "plan", "user", "state", "start_time", "end_time", "auto_renew")
_INSERT = Append(Subscription, (*_NEW, "due_time", "create_time", "update_time"))


def by_name(unit: Unit, name: str) -> SubscriptionRow:
    """The subscription of that name, which nobody else changes before the commit."""
    row = unit.one_locked(_BY_NAME, name=name)
    assert row is not None, name
    return SubscriptionRow(*row)


def owner_of(rows: Rows, name: str) -> str:
    """Whose a subscription is."""
    row = rows.one(_OWNER, name=name)
    assert row is not None, name
    return str(row[0])


def of_user(unit: Unit, user: str) -> SubscriptionRow | None:
    """The user's subscription that is not over, if there is one."""
    row = unit.one(_OF_USER, user=user)
    return SubscriptionRow(*row) if row else None


def plan_of(rows: Rows, name: str) -> PlanRow | None:
    """The plan of that name."""
    row = rows.one(_PLAN, name=name)
    if row is None:
        return None
    message: subscription_plan_pb2.SubscriptionPlan = subscription_plans.MAPPING.to_message(row)
    return PlanRow(name, plan_terms.to_domain(message), message.replacement_plan or None)


def read(rows: Rows, name: str) -> pb.Subscription:
    """A subscription as it is now."""
    row = rows.one(_WHOLE, name=name)
    assert row is not None
    return subscriptions.MAPPING.to_message(row)


def insert(unit: Unit, row: SubscriptionRow) -> None:
    """Writes a new subscription, with its events."""
    values = (*(getattr(row, column) for column in _NEW), row.due_time, unit.now, unit.now)
    unit.insert(_INSERT, values)
    message = _tell(unit, row.name, 0, "")
    unit.tell(events.resource_changed("created", message, unit.now, partner=row.partner))


def change(unit: Unit, row: SubscriptionRow, reason: str = "", **columns: Any) -> SubscriptionRow:
    """Writes columns of a subscription, with events if any is shown; returns it as it is then."""
    after = row._replace(**columns)
    unit.run(_update_of(tuple(columns)), name=row.name, now=unit.now, **columns)
    if after.state != row.state:
        in_force = after.state == State.ACTIVE
        unit.run(_POINT, user=row.user, name=row.name if in_force else None)
    if shown := [name for name in columns if name in _SHOWN and _differ(row, after, name)]:
        message = _tell(unit, row.name, row.state, reason)
        told = events.resource_changed(
            "updated", message, unit.now, changed_fields=shown, reason=reason, partner=row.partner
        )
        unit.tell(told)
    return after


def _differ(row: SubscriptionRow, after: SubscriptionRow, column: str) -> bool:
    return bool(getattr(row, column) != getattr(after, column))


_updates: dict[tuple[str, ...], Statement] = {}


def _update_of(columns: tuple[str, ...]) -> Statement:
    if columns not in _updates:
        values = {column: param(column) for column in columns}
        query = Subscription.update(
            **values, update_time=param("now"), version=Subscription.version + 1
        )
        _updates[columns] = Statement(query.where(Subscription.name == param("name")))
    return _updates[columns]


def _tell(unit: Unit, name: str, old_state: int, reason: str) -> pb.Subscription:
    message = read(unit, name)
    payload = UserSubscriptionChanged(
        subscription=message,
        old_state=old_state,  # type: ignore[arg-type] # the same numbers
        reason=reason,
        user=message.user,
    )
    unit.tell(
        events.event(
            "user.subscription_changed",
            message.user,
            payload,
            unit.now,
            partner=message.partner or None,
        )
    )
    return message
