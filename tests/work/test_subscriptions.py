"""Subscriptions as time goes by: renewed, reset, replaced, unpaid, given up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from peewee import Database

from ampline.v1.partner_pb2 import Partner as PartnerMessage
from ampline.v1.subscription_plan_pb2 import SubscriptionPlan as Plan
from server.domain.errors import RefusedError
from server.domain.ledger import EntryType
from server.domain.payments import Purchase
from server.domain.payments import State as PaymentState
from server.domain.subscriptions import State
from server.resources import subscription_plans
from server.store.clock import to_datetime, to_us
from server.store.models import (
    BalanceEntry,
    CorporateBill,
    Partner,
    Session,
    Subscription,
    SubscriptionPlan,
    Transaction,
    User,
)
from server.work.subscriptions import activation, renewals
from tests.work.bridge import events
from tests.work.network import Write, add, euros

BEGIN = datetime(2031, 1, 31, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANN = "users/ann"


@pytest.fixture
def add_plan(write: Write) -> Callable[..., str]:
    """Makes a plan: 10 EUR a month, in advance, with 100 kWh, or as it is said."""

    def make(name: str = "flat", fee: str = "10", **fields: Any) -> str:
        told = {"displayName": name, "billing": "PREPAID", "renewalCycle": "MONTHLY"}
        allowance = {"energyAllowance": {"kind": "COMBINED", "energyWh": "100000"}}
        plan = ParseDict({**told, **allowance, **fields}, Plan())
        plan.name = f"subscriptionPlans/{name}"
        plan.base_fee.CopyFrom(euros(fee))
        write(lambda _: add(SubscriptionPlan, subscription_plans.MAPPING, plan))
        return plan.name

    return make


class Calendar:
    """Lets time go by."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def activate(self, plan: str, **wanted: Any) -> str:
        return str(self.at(BEGIN, lambda unit: activation.activate(unit, _wanted(plan, wanted))))

    def at(self, moment: datetime, verb: Callable[[Any], Any]) -> Any:
        def job(unit: Any) -> Any:
            unit.now = to_us(moment)
            return verb(unit)

        return self._write(job)

    def look_after(self, moment: datetime) -> None:
        while self.at(moment, renewals.look_after):
            pass


def _wanted(plan: str, wanted: dict[str, Any]) -> activation.Wanted:
    return activation.Wanted(ANN, plan, **wanted)


@pytest.fixture
def calendar(write: Write) -> Calendar:
    return Calendar(write)


def subscription() -> Any:
    (row,) = Subscription.select()
    return row


def fees() -> list[int]:
    """In euros."""
    rows = BalanceEntry.select().where(BalanceEntry.entry_type == EntryType.SUBSCRIPTION_FEE)
    return [row.amount_micros // 1_000_000 for row in rows.order_by(BalanceEntry.number)]


def set_balance(cents: int) -> None:
    User.update(balance_micros=cents * 10_000).execute()


def test_a_company_pays_fees_up_to_its_limit(
    calendar: Calendar, add_plan: Any, write: Write
) -> None:
    times = {"create_time": 1, "update_time": 1}
    fleet = {"name": "partners/f", "partner": "partners/f", "kind": 2, "display_name": "F", **times}
    write(lambda unit: unit.execute(Partner.insert(**fleet)))
    User.update(payment_preference=3, partner="partners/f", balance_micros=0).execute()

    def limit(units: int) -> None:
        told = {"enabled": True, "monthlyLimit": {"currencyCode": "EUR", "units": str(units)}}
        body = ParseDict({"corporateBilling": told}, PartnerMessage()).SerializeToString()
        write(lambda unit: unit.execute(Partner.update(corporate_billing=body)))

    plan = add_plan()
    limit(9)
    with pytest.raises(RefusedError) as refused:
        calendar.activate(plan)
    assert refused.value.reason == "CORPORATE_LIMIT_REACHED"
    assert CorporateBill.select().count() == Subscription.select().count() == 0
    limit(15)
    calendar.activate(plan)
    assert CorporateBill.get().total_micros == 10_000_000
    assert [row.method for row in Transaction.select()] == [3]


def test_a_month_ends_on_the_day_it_began(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan())
    ends = []
    for _ in range(3):
        end = to_datetime(subscription().next_renewal_time)
        ends.append(end)
        calendar.look_after(end - DAY)
        calendar.look_after(end)
    assert [each.strftime("%m-%d %H") for each in ends] == ["02-28 09", "03-31 09", "04-30 09"]
    assert (subscription().period_count, subscription().state) == (4, State.ACTIVE)
    assert fees() == [-10] * 4
    assert User.get().active_subscription == subscription().name


def test_the_first_periods_may_be_free(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan(freeRenewalPeriods=2))
    for _ in range(3):
        calendar.look_after(to_datetime(subscription().next_renewal_time))
    assert (subscription().period_count, fees()) == (4, [-10, -10])


def test_what_is_left_lapses_with_the_period(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan())
    Subscription.update(remaining_energy_wh=7).execute()
    calendar.look_after(to_datetime(subscription().next_reset_time))
    assert subscription().remaining_energy_wh == 100_000


def test_a_year_may_have_an_allowance_each_month(calendar: Calendar, add_plan: Any) -> None:
    allowance = {
        "kind": "AC_AND_DC_APART",
        "acEnergyWh": "5",
        "dcEnergyWh": "3",
        "resetCycle": "MONTHLY",
    }
    calendar.activate(add_plan(renewalCycle="ANNUAL", energyAllowance=allowance))
    resets = []
    for _ in range(12):
        Subscription.update(remaining_ac_energy_wh=0, remaining_dc_energy_wh=1).execute()
        resets.append(to_datetime(subscription().next_reset_time))
        calendar.look_after(resets[-1])
        row = subscription()
        assert (row.remaining_ac_energy_wh, row.remaining_dc_energy_wh) == (5, 3)
    assert [each.day for each in resets] == [28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31]
    assert (subscription().period_count, fees()) == (2, [-10, -10])


def test_without_renewal_it_ends_in_its_time(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan(), auto_renew=False)
    row = subscription()
    assert (row.next_renewal_time, to_datetime(row.end_time).month) == (None, 2)
    calendar.look_after(to_datetime(row.end_time))
    assert (subscription().state, subscription().due_time) == (State.EXPIRED, None)
    assert (User.get().active_subscription, fees()) == (None, [-10])


def test_it_can_begin_later(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan(), start_time=to_us(BEGIN + 3 * DAY))
    calendar.look_after(BEGIN + 2 * DAY)
    assert (subscription().state, fees()) == (State.PENDING, [])
    calendar.look_after(BEGIN + 3 * DAY)
    assert (subscription().state, fees()) == (State.ACTIVE, [-10])


def test_a_fee_that_is_not_covered_is_asked_for_again(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan())
    end = to_datetime(subscription().next_renewal_time)
    set_balance(999)
    calendar.look_after(end)
    assert (subscription().state, subscription().failures) == (State.SUSPENDED, 1)
    assert User.get().active_subscription is None
    calendar.look_after(end + DAY)
    set_balance(1_000)
    calendar.look_after(end + DAY * 3.9)
    assert (subscription().state, subscription().failures) == (State.SUSPENDED, 2)
    calendar.look_after(end + 4 * DAY)
    assert (subscription().state, subscription().failures) == (State.ACTIVE, 0)
    assert to_datetime(subscription().next_renewal_time).strftime("%m-%d") == "03-31"
    assert (User.get().balance_micros, fees()) == (0, [-10, -10])
    tried = Transaction.select().where(Transaction.purchase == Purchase.SUBSCRIPTION)
    states = [row.state for row in tried.order_by(Transaction.create_time, Transaction.name)]
    assert [PaymentState(state).name for state in states] == [
        "FINALIZED",
        "FAILED",
        "FAILED",
        "FINALIZED",
    ]


def test_in_the_end_it_is_given_up(calendar: Calendar, add_plan: Any) -> None:
    calendar.activate(add_plan())
    end = to_datetime(subscription().next_renewal_time)
    set_balance(0)
    for days in (0, 1, 4, 11):
        assert subscription().state != State.CANCELED
        calendar.look_after(end + days * DAY)
    assert (subscription().state, subscription().due_time) == (State.CANCELED, None)
    assert (fees(), User.get().balance_micros) == ([-10], 0)
    assert events("user.subscription_changed") == ["user.subscription_changed"] * 4


def test_it_renews_into_what_replaces_its_plan(calendar: Calendar, add_plan: Any) -> None:
    other = add_plan("more", "12", energyAllowance={"kind": "COMBINED", "energyWh": "200000"})
    calendar.activate(add_plan(replacementPlan=other))
    assert subscription().plan == "subscriptionPlans/flat"
    calendar.look_after(to_datetime(subscription().next_renewal_time))
    row = subscription()
    assert (row.plan, row.remaining_energy_wh, fees()) == (other, 200_000, [-10, -12])


def test_a_plan_in_arrears_renews_into_one_in_advance(calendar: Calendar, add_plan: Any) -> None:
    other = add_plan("more", "12")
    calendar.activate(add_plan(billing="POSTPAID", replacementPlan=other))
    assert fees() == []
    calendar.look_after(to_datetime(subscription().next_renewal_time))
    assert (fees(), subscription().period_count) == ([-10, -12], 2)


def usage(write: Write, cents: int, session: str) -> None:
    """A session that the subscription is to pay for later."""

    def add_payment(_: Any) -> None:
        owed = {"currency": "EUR", "net_micros": cents * 10_000, "total_micros": cents * 10_000}
        what = {"purchase": Purchase.SESSION, "purchased_resource": session, "user": ANN}
        times = {"create_time": 1, "update_time": 1, "tax_micros": 0}
        Transaction.insert(
            name=f"transactions/{session}", method=2, state=1, **owed, **what, **times
        ).execute()

    write(add_payment)


@pytest.fixture
def sessions(network: Database) -> None:
    """Two that ended and cost something."""
    with network.connection_context():
        for name in ("s1", "s2"):
            row = {"name": name, "charge_point": "chargePoints/CP1", "state": 4, "user": ANN}
            times = {"start_time": 1, "stop_time": 2, "create_time": 1, "update_time": 1}
            price = {"total_micros": 3_000_000, "currency": "EUR", "billing_state": 2}
            Session.insert(**row, **times, **price).execute()


def test_what_was_used_is_billed_at_the_end_of_the_period(
    calendar: Calendar, add_plan: Any, write: Write, sessions: None
) -> None:
    calendar.activate(add_plan(billing="POSTPAID"))
    usage(write, 300, "s1")
    usage(write, 250, "s2")
    assert BalanceEntry.select().count() == 0
    calendar.look_after(to_datetime(subscription().next_renewal_time))
    booked = [(row.entry_type, row.amount_micros // 10_000) for row in BalanceEntry.select()]
    assert booked == [(2, -300), (2, -250), (3, -1000)]
    assert (subscription().state, subscription().period_count) == (State.ACTIVE, 2)
    assert Transaction.select().where(Transaction.state == PaymentState.PENDING).count() == 0


def test_what_cannot_be_paid_is_owed_in_the_end(
    calendar: Calendar, add_plan: Any, write: Write, sessions: None
) -> None:
    calendar.activate(add_plan(billing="POSTPAID"))
    usage(write, 300, "s1")
    set_balance(100)
    end = to_datetime(subscription().next_renewal_time)
    calendar.look_after(end)
    assert (subscription().state, User.get().balance_micros) == (State.SUSPENDED, 1_000_000)
    for days in (1, 4, 11):
        calendar.look_after(end + days * DAY)
    assert subscription().state == State.CANCELED
    assert User.get().balance_micros == -2_000_000


def test_one_that_is_canceled_pays_what_was_used(
    calendar: Calendar, add_plan: Any, write: Write, sessions: None
) -> None:
    calendar.activate(add_plan(billing="POSTPAID"))
    usage(write, 300, "s1")
    calendar.at(
        BEGIN + DAY,
        lambda unit: activation.cancel(unit, ANN, at_period_end=False, reason="moved"),
    )
    assert subscription().state == State.CANCELED
    assert (User.get().balance_micros, fees()) == (97_000_000, [])


def test_a_use_above_the_threshold_is_billed_at_once(
    calendar: Calendar, add_plan: Any, write: Write, sessions: None
) -> None:
    threshold = {"currencyCode": "EUR", "units": "5"}
    calendar.activate(add_plan(billing="POSTPAID", usageThreshold=threshold))
    usage(write, 300, "s1")
    calendar.at(BEGIN + DAY, lambda unit: renewals.go_on(unit, subscription().name))
    assert User.get().balance_micros == 100_000_000
    usage(write, 250, "s2")
    calendar.at(BEGIN + DAY, lambda unit: renewals.go_on(unit, subscription().name))
    assert (User.get().balance_micros, fees()) == (94_500_000, [])
    assert subscription().period_count == 1


def test_outside_a_fee_is_awaited_and_asked_for_again(
    calendar: Calendar, add_plan: Any, write: Write
) -> None:
    User.update(payment_preference=4).execute()
    name = calendar.activate(add_plan())

    def tell(state: PaymentState, moment: datetime) -> None:
        latest = Transaction.select().order_by(Transaction.name.desc()).get()
        Transaction.update(state=state).where(Transaction.name == latest.name).execute()
        calendar.at(moment, lambda unit: renewals.payment_told(unit, name, state))

    tell(PaymentState.FINALIZED, BEGIN)
    end = to_datetime(subscription().next_renewal_time)
    calendar.look_after(end)
    assert (subscription().state, subscription().period_count) == (State.ACTIVE, 2)
    tell(PaymentState.FAILED, end + DAY)
    assert subscription().state == State.SUSPENDED
    calendar.look_after(end + 2 * DAY)
    states = [row.state for row in Transaction.select().order_by(Transaction.name)]
    assert states == [PaymentState.FINALIZED, PaymentState.FAILED, PaymentState.PENDING]
    tell(PaymentState.FINALIZED, end + 3 * DAY)
    assert (subscription().state, subscription().period_count) == (State.ACTIVE, 2)
