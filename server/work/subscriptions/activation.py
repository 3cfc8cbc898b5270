"""Subscriptions as users want them: made, and ended."""

from typing import Any, NamedTuple

from server.domain.authorization import Payment
from server.domain.errors import (
    Outcome,
    RefusedError,
    invalid_field,
    precondition,
    unknown_reference,
)
from server.domain.subscriptions import Billing, State, fee_of
from server.store.ids import new_name
from server.store.unit import Unit
from server.work.money import corporate, payers, subscription_rows
from server.work.money.payers import Payer
from server.work.money.subscription_rows import PlanRow, SubscriptionRow
from server.work.subscriptions import fees, periods, renewals


class Wanted(NamedTuple):
    """What a user is to be subscribed to; times in microseconds."""

    user: str
    plan: str
    start_time: int | None = None
    end_time: int | None = None
    auto_renew: bool = True


def activate(unit: Unit, wanted: Wanted) -> str:
    """Makes a subscription, and begins it if it is to begin now; returns its name.

    Refused INSUFFICIENT_BALANCE or CORPORATE_LIMIT_REACHED where the first fee is due and not
    covered, SUBSCRIPTION_EXISTS beside another one, PLAN_NOT_AVAILABLE for a plan that is not for
    the user.
    """
    who = payers.payer(unit, wanted.user)
    plan = _plan(unit, wanted, who)
    if other := subscription_rows.of_user(unit, who.name):
        message = f"{who.name} has {other.name}"
        raise precondition("SUBSCRIPTION_EXISTS", message, subscription=other.name)
    start = max(unit.now, wanted.start_time or 0)
    if wanted.end_time is not None and wanted.end_time <= start:
        raise invalid_field("end_time", "must be after its start")
    row = _new(wanted, who, start)
    if start > unit.now:
        subscription_rows.insert(unit, row)
    else:
        _begin(unit, who, row, plan)
    return row.name


def _begin(unit: Unit, who: Payer, row: SubscriptionRow, plan: PlanRow) -> None:
    """Takes the first fee before anything is written, so that a refusal leaves nothing behind."""
    fee = fee_of(plan.terms, 1)
    due = plan.terms.billing is Billing.PREPAID and bool(fee.total)
    if due and who.by_balance:
        fees.debit(unit, who, row, fee, 1)
        subscription_rows.insert(unit, row)
        periods.begin(unit, row, plan, 1, row.start_time)
    else:
        if due and who.payment_preference == Payment.CORPORATE:
            corporate.require(unit, who.partner, fee.total)
        subscription_rows.insert(unit, row)
        renewals.begin(unit, who, row, plan)


def _plan(unit: Unit, wanted: Wanted, who: Payer) -> PlanRow:
    plan = subscription_rows.plan_of(unit, wanted.plan)
    if plan is None:
        raise unknown_reference("plan", wanted.plan)
    if not plan.terms.enabled or not plan.terms.is_for(who.in_groups, who.partner):
        told = f"{wanted.plan} is not for {who.name} now"
        raise precondition("PLAN_NOT_AVAILABLE", told, plan=wanted.plan)
    currency = plan.terms.fee.currency
    if currency != who.currency:
        raise RefusedError(
            Outcome.INVALID_ARGUMENT,
            "WRONG_CURRENCY",
            f"plan: the user's currency is {who.currency}, not {currency}",
            {"currency": currency, "expected": who.currency},
            {"plan": f"must be in {who.currency}"},
        )
    return plan


def _new(wanted: Wanted, who: Payer, start: int) -> SubscriptionRow:
    return SubscriptionRow(
        name=new_name("subscriptions"),
        partner=who.partner,
        plan=wanted.plan,
        user=who.name,
        state=State.PENDING,
        start_time=start,
        end_time=wanted.end_time,
        auto_renew=wanted.auto_renew,
        period_count=0,
        next_renewal_time=None,
        remaining_energy_wh=None,
        remaining_ac_energy_wh=None,
        remaining_dc_energy_wh=None,
        next_reset_time=None,
        period_start=None,
        due_time=start,
        failures=0,
    )


def cancel(unit: Unit, user: str, *, at_period_end: bool, reason: str) -> str:
    """Ends the user's subscription, now or with its period; returns its name.

    Refused NO_SUBSCRIPTION if there is none. One that has not begun, or is suspended, ends now.
    """
    who = payers.payer(unit, user)
    found = subscription_rows.of_user(unit, user)
    if found is None:
        raise precondition("NO_SUBSCRIPTION", f"{user} has no subscription that is not over")
    row = subscription_rows.by_name(unit, found.name)
    if at_period_end and row.state == State.ACTIVE:
        end = row.next_renewal_time or row.end_time
        columns: dict[str, Any] = {"auto_renew": False, "next_renewal_time": None, "end_time": end}
        due = periods.due_time(row._replace(**columns))
        subscription_rows.change(unit, row, reason, **columns, due_time=due)
    else:
        renewals.give_up(unit, who, row, reason)
    return row.name
