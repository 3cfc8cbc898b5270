"""Energy that a subscription covers, and who pays for the rest."""

from collections.abc import Callable
from typing import Any

import pytest

from ampline.v1 import price_pb2, session_pb2
from ampline.v1.subscription_plan_pb2 import SubscriptionPlan as Plan
from server.domain.authorization import StartReason
from server.domain.facts import StopReason
from server.domain.payments import Method, State
from server.domain.subscriptions import Billing
from server.store.models import (
    BalanceEntry,
    Evse,
    Session,
    Subscription,
    SubscriptionPlan,
    Transaction,
    User,
)
from server.work.money import allowances
from server.work.rules import Rules
from server.work.sessions import charging, limits, session_rows
from server.work.sessions.session_rows import PaymentState
from tests.work.bridge import Bridge, ended, measured, only_session, sample, started
from tests.work.network import Write, euros

KWH = 1_000
EURO = 1_000_000
PLAN = "subscriptionPlans/flat"
NAME = "subscriptions/ann"


@pytest.fixture
def subscribe(write: Write) -> Callable[..., None]:
    """Ann has a subscription with so much energy left."""

    def make(billing: Billing = Billing.PREPAID, threshold: int = 0, **left: int) -> None:
        times = {"create_time": 1, "update_time": 1}
        fee = Plan(base_fee=euros("10")).SerializeToString()
        limit = Plan(usage_threshold=euros(str(threshold))).SerializeToString()
        plan = {
            "name": PLAN,
            "display_name": "Flat",
            "billing": billing,
            "renewal_cycle": 1,
            "base_fee": fee,
            "usage_threshold": limit if threshold else None,
        }
        row = {"name": NAME, "plan": PLAN, "user": "users/ann", "state": 2, "start_time": 1}

        def insert(_: Any) -> None:
            SubscriptionPlan.insert(**plan, **times).execute()
            Subscription.insert(**row, **times, **left).execute()
            User.update(active_subscription=NAME).execute()

        write(insert)

    return make


def pays_by_subscription() -> None:
    User.update(payment_preference=2).execute()


def visit(bridge: Bridge, kwh: float, **fields: Any) -> Any:
    """A session of so many kWh."""
    transaction = bridge.start(started(60, **fields)).transaction_id
    bridge.end(ended(transaction, 1_000 + round(kwh * KWH)))
    return Session.get(Session.ocpp_transaction_id == transaction)


def lines(session: Any) -> list[tuple[str, str]]:
    price = session_pb2.Session.FromString(session.price).price
    kind = price_pb2.PriceLine.Kind.Name
    return [(kind(line.kind), line.quantity.value) for line in price.lines]


def test_energy_of_the_allowance_costs_nothing(bridge: Bridge, subscribe: Any) -> None:
    subscribe(remaining_energy_wh=8 * KWH)
    session = visit(bridge, 10)
    assert lines(session) == [("CONSUMPTION", "2"), ("ALLOWANCE", "8")]
    assert (session.total_micros, session.allowance_wh) == (1 * EURO, 8 * KWH)
    assert session.subscription == NAME
    price = session_pb2.Session.FromString(session.price).price
    assert price.non_billable_energy_wh == 8 * KWH
    assert Subscription.get().remaining_energy_wh == 0
    assert User.get().balance_micros == 99 * EURO


def test_what_is_left_is_for_the_next_session(bridge: Bridge, subscribe: Any) -> None:
    subscribe(remaining_energy_wh=8 * KWH)
    first, second = visit(bridge, 5), visit(bridge, 5, evse=2)
    assert (first.payment_state, second.total_micros) == (PaymentState.NOT_REQUIRED, 1 * EURO)


def test_ac_and_dc_are_counted_apart(bridge: Bridge, subscribe: Any) -> None:
    Evse.update(current_type=2).where(Evse.number == 2).execute()
    subscribe(remaining_ac_energy_wh=3 * KWH, remaining_dc_energy_wh=4 * KWH)
    visit(bridge, 5)
    visit(bridge, 5, evse=2)
    row = Subscription.get()
    assert (row.remaining_ac_energy_wh, row.remaining_dc_energy_wh) == (0, 0)
    assert [each.total_micros for each in Session.select().order_by(Session.evse)] == [
        1 * EURO,
        EURO // 2,
    ]


def test_a_correction_takes_what_was_used_since(
    bridge: Bridge, write: Write, rules: Rules, subscribe: Any
) -> None:
    subscribe(remaining_energy_wh=8 * KWH)
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(1, 1_000 + 6 * KWH)))

    def close(unit: Any) -> None:
        row = session_rows.by_name(unit, only_session().name)
        assert row is not None
        charging.close(unit, rules, row, StopReason.CHARGE_POINT_TIMEOUT)

    write(close)
    assert Subscription.get().remaining_energy_wh == 2 * KWH
    bridge.end(ended(transaction, 1_000 + 7 * KWH))
    assert (Subscription.get().remaining_energy_wh, only_session().allowance_wh) == (1_000, 7_000)


def test_in_advance_the_balance_pays_the_rest(bridge: Bridge, subscribe: Any) -> None:
    pays_by_subscription()
    subscribe(remaining_energy_wh=8 * KWH)
    session = visit(bridge, 10)
    assert session.payment_state == PaymentState.PAID
    assert Transaction.get().method == Method.BALANCE
    assert BalanceEntry.get().amount_micros == -1 * EURO


def test_afterwards_the_rest_waits_for_the_period(bridge: Bridge, subscribe: Any) -> None:
    pays_by_subscription()
    subscribe(Billing.POSTPAID, threshold=1, remaining_energy_wh=8 * KWH)
    session = visit(bridge, 10)
    assert session.payment_state == PaymentState.PENDING
    payment = Transaction.get()
    assert (payment.method, payment.state) == (Method.BY_SUBSCRIPTION, State.PENDING)
    assert BalanceEntry.select().count() == 0
    assert Subscription.get().due_time is not None  # the threshold may be reached


def test_who_has_a_subscription_may_start(bridge: Bridge, subscribe: Any) -> None:
    pays_by_subscription()
    refused = bridge.start(started(60)).authorization
    assert refused.reason is StartReason.SUBSCRIPTION_REQUIRED
    subscribe(remaining_energy_wh=8 * KWH)
    User.update(balance_micros=0).execute()
    assert bridge.start(started(30, evse=2)).authorization.accepted


def test_an_empty_one_needs_a_balance(bridge: Bridge, subscribe: Any) -> None:
    pays_by_subscription()
    subscribe(remaining_energy_wh=0)
    User.update(balance_micros=0).execute()
    assert bridge.start(started(60)).authorization.reason is StartReason.INSUFFICIENT_BALANCE


def test_a_session_ends_when_allowance_and_balance_are_gone(
    bridge: Bridge, write: Write, subscribe: Any
) -> None:
    subscribe(remaining_energy_wh=4 * KWH)
    User.update(balance_micros=1 * EURO).execute()
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(0.1, 1_000 + 5 * KWH)))
    session = only_session()
    assert (session.stop_due_time, session.total_micros) == (None, EURO // 2)
    bridge.measure(measured(transaction, sample(0, 1_000 + 6 * KWH)))
    assert only_session().stop_reason == StopReason.BALANCE_EXCEEDED


def test_what_runs_elsewhere_uses_it_too(bridge: Bridge, write: Write, subscribe: Any) -> None:
    subscribe(remaining_energy_wh=6 * KWH)
    first = bridge.start(started(60)).transaction_id
    bridge.measure(measured(first, sample(0.1, 1_000 + 4 * KWH)))
    second = bridge.start(started(60, evse=2, token="BBBB")).transaction_id
    bridge.measure(measured(second, sample(0.1, 1_000 + 4 * KWH))._replace(evse=2))
    Session.update(watch_time=1).execute()
    write(limits.look_at_due)
    totals = [row.total_micros for row in Session.select()]
    assert totals == [1 * EURO, 1 * EURO]  # each as if the other had taken its energy before


def test_a_subscription_that_is_suspended_covers_nothing(
    bridge: Bridge, write: Write, subscribe: Any
) -> None:
    subscribe(remaining_energy_wh=8 * KWH)
    Subscription.update(state=3).execute()
    assert write(lambda unit: allowances.in_force(unit, "users/ann")) is None
    assert visit(bridge, 10).total_micros == 5 * EURO
