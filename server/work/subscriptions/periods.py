"""Periods of subscriptions: begun, and what an allowance has at their start."""

from typing import Any

from server.domain.subscriptions import Left, State, following
from server.store.clock import to_datetime, to_us
from server.store.unit import Unit
from server.work.money import subscription_rows
from server.work.money.subscription_rows import PlanRow, SubscriptionRow


def begin(
    unit: Unit, row: SubscriptionRow, plan: PlanRow, number: int, start: int, reason: str = ""
) -> SubscriptionRow:
    """A period begins, the first or the next one, and with it what begins anew."""
    day = to_datetime(row.start_time).day
    end = to_us(following(to_datetime(start), plan.terms.cycle, day))
    last = not row.auto_renew or (row.end_time is not None and row.end_time <= end)
    columns: dict[str, Any] = {
        "plan": plan.name,
        "state": State.ACTIVE,
        "period_count": number,
        "period_start": start,
        "next_renewal_time": None if last else end,
        "end_time": min(row.end_time or end, end) if last else row.end_time,
        "failures": 0,
    }
    columns |= _allowance(row, plan, start, end, day)
    after = row._replace(**columns)
    return subscription_rows.change(unit, row, reason, **columns, due_time=due_time(after))


def reset(unit: Unit, row: SubscriptionRow, plan: PlanRow) -> SubscriptionRow:
    """The allowance begins anew within a period."""
    allowance = plan.terms.allowance
    assert row.next_reset_time is not None
    if allowance is None or allowance.reset_cycle is None:
        columns: dict[str, Any] = {"next_reset_time": None}
    else:
        day = to_datetime(row.start_time).day
        then = following(to_datetime(row.next_reset_time), allowance.reset_cycle, day)
        columns = {**left_columns(allowance.full), "next_reset_time": to_us(then)}
    after = row._replace(**columns)
    return subscription_rows.change(unit, row, **columns, due_time=due_time(after))


def left_columns(left: Left) -> dict[str, int | None]:
    """What is left of an allowance, as a row keeps it."""
    return {
        "remaining_energy_wh": left.combined,
        "remaining_ac_energy_wh": left.ac,
        "remaining_dc_energy_wh": left.dc,
    }


def due_time(row: SubscriptionRow) -> int | None:
    """When the clock is to look after a subscription in force."""
    times = (row.next_renewal_time, row.next_reset_time, row.end_time)
    return min((time for time in times if time is not None), default=None)


def _allowance(
    row: SubscriptionRow, plan: PlanRow, start: int, end: int, day: int
) -> dict[str, int | None]:
    allowance = plan.terms.allowance
    if allowance is None:
        return {**left_columns(Left()), "next_reset_time": None}
    goes_on = row.plan == plan.name and row.period_count > 0
    if allowance.reset_cycle is None:
        return {**left_columns(allowance.full), "next_reset_time": end}
    if goes_on and row.next_reset_time is not None and row.next_reset_time > start:
        return {}
    then = following(to_datetime(start), allowance.reset_cycle, day)
    return {**left_columns(allowance.full), "next_reset_time": to_us(then)}
