"""What time, and payments, do to subscriptions: they begin, go on, wait, and end."""

from typing import NamedTuple

from server.domain.money import total, zero
from server.domain.payments import State as PaymentState
from server.domain.subscriptions import Billing, Fee, State, fee_of, retry_time
from server.store.clock import to_datetime, to_us
from server.store.models import Subscription
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import payers, payments, subscription_rows
from server.work.money.payers import Payer
from server.work.money.subscription_rows import PlanRow, SubscriptionRow
from server.work.subscriptions import fees, periods, replacements, usage
from server.work.subscriptions.fees import Paying

MOST = 50
"""The most subscriptions that one run of the job looks after: the lane is never held long."""
_DUE = Statement(
    Subscription.select(Subscription.name)
    .where(Subscription.due_time <= param("now"))
    .order_by(Subscription.due_time)
    .limit(MOST)
)


def look_after(unit: Unit) -> int:
    """Does what is due for subscriptions; returns for how many."""
    due = unit.all(_DUE, now=unit.now)
    for (name,) in due:
        go_on(unit, name)
    return len(due)


def go_on(unit: Unit, name: str) -> None:
    """Does what is due for one: it begins, is renewed, is asked for its money again, or ends."""
    who = payers.payer(unit, subscription_rows.owner_of(unit, name))  # first, as in every action
    row = subscription_rows.by_name(unit, name)
    plan = subscription_rows.plan_of(unit, row.plan)
    assert plan is not None
    if row.state == State.PENDING:
        begin(unit, who, row, plan)
    elif row.state == State.SUSPENDED:
        _retry(unit, who, row, plan)
    elif row.state == State.ACTIVE:
        _when_due(unit, who, row, plan)
    else:
        subscription_rows.change(unit, row, due_time=None)


def begin(unit: Unit, who: Payer, row: SubscriptionRow, plan: PlanRow) -> SubscriptionRow:
    """The first period, once it is paid where that is to be in advance."""
    paying = Paying.PAID
    if plan.terms.billing is Billing.PREPAID:
        paying = fees.pay(unit, who, row, fee_of(plan.terms, 1), 1)
    if paying is Paying.NOT_COVERED:
        return _fail(unit, who, row)
    if paying is Paying.AWAITED:
        return subscription_rows.change(unit, row, due_time=None)
    if row.state == State.SUSPENDED:  # it was to begin earlier, and could not be paid then
        row = subscription_rows.change(unit, row, start_time=unit.now)
    return periods.begin(unit, row, plan, 1, row.start_time)


def _when_due(unit: Unit, who: Payer, row: SubscriptionRow, plan: PlanRow) -> None:
    if not _is_over(unit, row) and _falls_due(row.next_reset_time, unit.now):
        row = periods.reset(unit, row, plan)
    if not _settle(unit, who, row, plan):
        _fail(unit, who, row)


def _retry(unit: Unit, who: Payer, row: SubscriptionRow, plan: PlanRow) -> None:
    if fees.awaited(unit, row) or fees.ask_again(unit, row):
        _fail(unit, who, row)  # until somebody tells that it is paid
    elif not row.period_count:
        begin(unit, who, row, plan)
    elif not _settle(unit, who, row, plan):
        _fail(unit, who, row)


def _settle(unit: Unit, who: Payer, row: SubscriptionRow, plan: PlanRow) -> bool:
    """Pays what is due and goes on, or ends in its time; False if what is due is not covered."""
    over = _is_over(unit, row)
    ends = over and (row.next_renewal_time is None or row.next_renewal_time > unit.now)
    following = plan if ends else replacements.renewed_into(unit, plan, who.currency)
    used = usage.owed(unit, who.name, who.currency)
    due = _fees_due(row, plan, following, over=over, ends=ends)
    if used and not _threshold_reached(row, plan, used.nanos) and not over:
        used = zero(who.currency)
    if over and fees.awaited(unit, row):
        return False
    by_balance = [each.fee.total for each in due if who.by_balance and each.fee.total]
    needed = total(who.currency, [used, *by_balance])
    if needed.nanos > 0 and needed > payers.free(unit, who):
        for each in due:
            fees.not_covered(unit, row, each.fee)
        return False
    if not fees.company_covers(unit, who, [each.fee for each in due]):
        for each in due:
            fees.not_covered_by_company(unit, row, each.fee)
        return False
    if used:
        usage.collect(unit, who)
    for each in due:
        fees.pay(unit, who, row, each.fee, each.period)
    _proceed(unit, row, following, over=over, ends=ends)
    return True


def _proceed(
    unit: Unit, row: SubscriptionRow, following: PlanRow, *, over: bool, ends: bool
) -> None:
    if ends:
        end(unit, row, State.EXPIRED)
    elif over:
        assert row.next_renewal_time is not None
        periods.begin(unit, row, following, row.period_count + 1, row.next_renewal_time)
    else:
        due = periods.due_time(row)
        subscription_rows.change(unit, row, state=State.ACTIVE, failures=0, due_time=due)


class _Due(NamedTuple):
    """A fee that is due, and the period that it is for."""

    fee: Fee
    period: int


def _fees_due(
    row: SubscriptionRow, plan: PlanRow, following: PlanRow, *, over: bool, ends: bool
) -> list[_Due]:
    """Of the period that is over, if it is paid afterwards; of the next, if that is in advance."""
    due, now = [], row.period_count
    if over and plan.terms.billing is Billing.POSTPAID:
        due.append(_Due(fee_of(plan.terms, now), now))
    if over and not ends and following.terms.billing is Billing.PREPAID:
        due.append(_Due(fee_of(following.terms, now + 1), now + 1))
    return due


def _threshold_reached(row: SubscriptionRow, plan: PlanRow, used_nanos: int) -> bool:
    threshold = plan.terms.usage_threshold
    reached = threshold is not None and used_nanos >= threshold.nanos
    return reached or row.state == State.SUSPENDED


def _is_over(unit: Unit, row: SubscriptionRow) -> bool:
    return _falls_due(row.next_renewal_time, unit.now) or _falls_due(row.end_time, unit.now)


def _falls_due(time: int | None, now: int) -> bool:
    return time is not None and time <= now


def _fail(unit: Unit, who: Payer, row: SubscriptionRow) -> SubscriptionRow:
    """What was due was not paid: it is asked for again, and in the end given up."""
    failures = (row.failures or 0) + 1
    again = retry_time(to_datetime(unit.now), failures)
    if again is None:
        return give_up(unit, who, row, "not paid")
    return subscription_rows.change(
        unit, row, state=State.SUSPENDED, failures=failures, due_time=to_us(again)
    )


def give_up(unit: Unit, who: Payer, row: SubscriptionRow, reason: str) -> SubscriptionRow:
    """Ends it before its time: what was used is owed, a fee that is open is not asked for."""
    usage.collect(unit, who)
    for payment in fees.awaited(unit, row):
        payments.give_up(unit, payment)
    return end(unit, row, State.CANCELED, reason)


def end(unit: Unit, row: SubscriptionRow, state: State, reason: str = "") -> SubscriptionRow:
    """It is over, and with it what is left of its allowance."""
    over = {"next_renewal_time": None, "next_reset_time": None, "due_time": None}
    ended = row.end_time if state is State.EXPIRED else unit.now
    return subscription_rows.change(unit, row, reason, state=state, end_time=ended, **over)


def payment_told(unit: Unit, name: str, state: PaymentState) -> None:
    """Somebody outside tells what became of a fee."""
    who = payers.payer(unit, subscription_rows.owner_of(unit, name))
    row = subscription_rows.by_name(unit, name)
    plan = subscription_rows.plan_of(unit, row.plan)
    assert plan is not None
    if state is PaymentState.FINALIZED and not fees.awaited(unit, row):
        _paid_outside(unit, row, plan)
    elif state is PaymentState.FAILED and row.state == State.ACTIVE:
        _fail(unit, who, row)
    elif state is PaymentState.FAILED and row.state == State.PENDING:
        give_up(unit, who, row, "not paid")


def _paid_outside(unit: Unit, row: SubscriptionRow, plan: PlanRow) -> None:
    if row.state == State.PENDING and not row.period_count:
        start = max(row.start_time, unit.now)
        row = subscription_rows.change(unit, row, start_time=start)
        periods.begin(unit, row, plan, 1, start)
    elif row.state == State.SUSPENDED:
        due = periods.due_time(row)
        subscription_rows.change(unit, row, state=State.ACTIVE, failures=0, due_time=due)
