"""What one can do for a driver's purse: each moves money once, and never more than there is."""

from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import subscription_pb2, subscription_plan_pb2, voucher_pb2
from ampline.v1 import user_action_pb2 as pb
from ampline.v1.balance_entry_pb2 import BalanceEntry, ListBalanceEntriesRequest
from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from ampline.v1.transaction_pb2 import ListTransactionsRequest, Transaction
from ampline.v1.user_pb2 import AddBalanceRequest, ChangeUserStatusRequest, GetUserRequest, User
from server.store import models
from tests.api.client import Client, Refusal, refused
from tests.api.conftest import Api
from tests.api.samples import SUBSCRIPTION_PLANS, TRANSACTIONS, USER_GROUPS, USERS, VOUCHERS

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION
Subscription = subscription_pb2.Subscription


def euros(units: int) -> dict[str, Any]:
    return {"currency_code": "EUR", "units": units}


async def a_user(client: Client, units: int, **fields: Any) -> str:
    """A user with so many euros."""
    user = await USERS.build(client)
    made = await USERS.create(client, ParseDict(fields, user))
    if units:
        await client.users.AddBalance(AddBalanceRequest(name=made.name, amount=euros(units)))
    return str(made.name)


async def a_plan(client: Client, units: int = 10, **fields: Any) -> str:
    """A plan with that fee, for everybody; PREPAID unless it is said otherwise."""
    told = {"displayName": "Flat", "billing": "PREPAID", "renewalCycle": "MONTHLY"}
    fee = {"currencyCode": "EUR", "units": str(units)}
    plan = ParseDict({**told, "baseFee": fee, **fields}, subscription_plan_pb2.SubscriptionPlan())
    return str((await SUBSCRIPTION_PLANS.create(client, plan)).name)


async def balance(client: Client, user: str) -> int:
    return int((await client.users.GetUser(GetUserRequest(name=user))).balance.units)


async def entries(client: Client, user: str) -> list[tuple[str, int]]:
    page = await client.users.ListBalanceEntries(ListBalanceEntriesRequest(parent=user))
    kind = BalanceEntry.EntryType.Name
    return [(kind(each.entry_type), each.amount.units) for each in page.balance_entries]


async def events_of(client: Client, *subjects: str) -> list[Any]:
    page = await client.events.ListEvents(ListEventsRequest(subjects=subjects))
    return list(page.events)


async def payments(client: Client, user: str) -> list[tuple[str, str, int]]:
    page = await client.transactions.ListTransactions(ListTransactionsRequest(user=user))
    purchase, state = Transaction.Purchase.Name, Transaction.State.Name
    return [
        (purchase(each.purchase), state(each.state), each.total.units) for each in page.transactions
    ]


async def test_a_fee_comes_from_the_balance_and_is_a_payment(client: Client) -> None:
    user = await a_user(client, 10)
    request = pb.ApplyCustomFeeRequest(
        name=user, amount=euros(4), description="lost cable", request_id=str(uuid4())
    )
    answer = await client.user_actions.ApplyCustomFee(request)
    assert (answer.user.balance.units, answer.balance_entry.reason) == (6, "lost cable")
    assert answer.transaction.purchase == Transaction.CUSTOM_FEE
    assert answer.transaction.purchased_resource == user
    assert await client.user_actions.ApplyCustomFee(request) == answer
    assert await entries(client, user) == [("CUSTOM_FEE", -4), ("TOP_UP", 10)]
    assert await payments(client, user) == [("CUSTOM_FEE", "FINALIZED", 4)]
    told = [each.type for each in await events_of(client, user)]
    assert told == ["user.created", "user.balance_changed", "user.balance_changed"]


async def test_a_fee_beyond_the_balance_changes_nothing(client: Client) -> None:
    user = await a_user(client, 3)
    request = pb.ApplyCustomFeeRequest(name=user, amount=euros(4))
    refusal = await refused(client.user_actions.ApplyCustomFee(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "INSUFFICIENT_BALANCE")
    assert await entries(client, user) == [("TOP_UP", 3)]
    assert await payments(client, user) == []


@pytest.mark.parametrize("amount", [{"units": -1}, {"units": 0}, {"nanos": 1}])
async def test_a_fee_is_something_one_can_pay(client: Client, amount: dict[str, int]) -> None:
    user = await a_user(client, 3)
    told = {"currency_code": "EUR", **amount}
    request = pb.ApplyCustomFeeRequest(name=user, amount=told)
    refusal = await refused(client.user_actions.ApplyCustomFee(request))
    assert (refusal.reason, list(refusal.fields)) == ("INVALID_FIELD", ["amount"])


async def test_what_a_running_session_holds_cannot_be_spent(api: Api, client: Client) -> None:
    user = await a_user(client, 10)
    running = {"name": "sessions/1", "charge_point": "chargePoints/1", "state": 3, "user": user}
    times = {"start_time": 1, "create_time": 1, "update_time": 1}
    held = models.Session.insert({**running, **times, "held_micros": 7_000_000})
    await api.lane.write(lambda unit: unit.execute(held))
    request = pb.ApplyCustomFeeRequest(name=user, amount=euros(4))
    refusal = await refused(client.user_actions.ApplyCustomFee(request))
    assert refusal.metadata == {"available": "3.00 EUR", "needed": "4.00 EUR"}
    request.amount.units = 3
    assert (await client.user_actions.ApplyCustomFee(request)).user.balance.units == 7


async def test_who_is_disabled_can_be_stopped_too(api: Api, client: Client) -> None:
    user = await a_user(client, 10)
    row = {"charge_point": "chargePoints/1", "user": user, "ocpp_transaction_id": "1"}
    times = {"start_time": 1, "create_time": 1, "update_time": 1}
    both = {"sessions/1": Session.ACTIVE, "sessions/2": Session.PENDING}
    running = [{**row, **times, "name": name, "state": state} for name, state in both.items()]
    insert = models.Session.insert_many(running)
    await api.lane.write(lambda unit: unit.execute(insert))
    request = ChangeUserStatusRequest(name=user, state=User.DISABLED, reason="stolen card")
    await client.users.ChangeUserStatus(request)
    assert await states(client, user) == [(Session.ACTIVE, 0), (Session.PENDING, 0)]
    request.stop_sessions = True
    await client.users.ChangeUserStatus(request)
    stopped = Session.DE_AUTHORIZED
    assert await states(client, user) == [(Session.ACTIVE, stopped), (Session.EXPIRED, stopped)]
    request.state = User.ENABLED
    refusal = await refused(client.users.ChangeUserStatus(request))
    assert list(refusal.fields) == ["stop_sessions"]


async def states(client: Client, user: str) -> list[tuple[int, int]]:
    page = await client.sessions.ListSessions(ListSessionsRequest(user=user))
    found = sorted(page.sessions, key=lambda session: str(session.name))
    return [(session.state, session.stop_reason) for session in found]


async def redeem(client: Client, user: str, code: str) -> Any:
    return await client.user_actions.RedeemVoucher(pb.RedeemVoucherRequest(name=user, code=code))


async def a_voucher(client: Client, code: str, **fields: Any) -> Any:
    told = {"code": code, "amount": {"currencyCode": "EUR", "units": "5"}, **fields}
    return await VOUCHERS.create(client, ParseDict(told, voucher_pb2.Voucher()))


async def test_a_voucher_is_worth_its_amount_to_each_user_once(client: Client) -> None:
    voucher = await a_voucher(client, "SPRING-24", maxUses=2)
    first, second, third = [await a_user(client, 0) for _ in range(3)]
    answer = await redeem(client, first, "spring-24")
    assert (answer.user.balance.units, answer.balance_entry.amount.units) == (5, 5)
    assert (answer.voucher.use_count, answer.voucher.remaining.units) == (1, 5)
    assert await why_not(client, first, "SPRING-24") == "ALREADY_REDEEMED"
    assert (await redeem(client, second, "SPRING-24")).voucher.remaining.units == 0
    assert await why_not(client, third, "SPRING-24") == "USED_UP"
    assert await entries(client, third) == []
    told = [each.type for each in await events_of(client, voucher.name)]
    assert told == ["voucher.created", "voucher.redeemed", "voucher.redeemed"]


async def why_not(client: Client, user: str, code: str) -> str:
    refusal: Refusal = await refused(redeem(client, user, code))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "VOUCHER_NOT_REDEEMABLE")
    return refusal.metadata["why"]


async def test_a_voucher_is_for_its_group_in_its_time(client: Client) -> None:
    group = (await USER_GROUPS.make(client)).name
    await a_voucher(client, "STAFF", userGroup=group)
    await a_voucher(client, "LATER", startTime="2999-01-01T00:00:00Z")
    await a_voucher(client, "OVER", endTime="2001-01-01T00:00:00Z")
    member, other = await a_user(client, 0, groups=[group]), await a_user(client, 0)
    assert await why_not(client, other, "STAFF") == "NOT_FOR_THIS_USER"
    assert await why_not(client, other, "LATER") == "NOT_YET"
    assert await why_not(client, other, "OVER") == "OVER"
    assert await why_not(client, other, "NOSUCH") == "UNKNOWN"
    assert (await redeem(client, member, "STAFF")).user.balance.units == 5


async def activate(client: Client, user: str, plan: str, **fields: Any) -> Any:
    request = pb.ActivateSubscriptionRequest(
        name=user, plan=plan, request_id=str(uuid4()), **fields
    )
    answer = await client.user_actions.ActivateSubscription(request)
    assert await client.user_actions.ActivateSubscription(request) == answer
    return answer


async def test_a_prepaid_subscription_begins_with_its_fee(client: Client) -> None:
    user, plan = await a_user(client, 25), await a_plan(client, 10)
    answer = await activate(client, user, plan)
    subscription = answer.subscription
    assert subscription.state == Subscription.ACTIVE
    assert (answer.user.balance.units, answer.user.active_subscription) == (15, subscription.name)
    assert (subscription.period_count, subscription.auto_renew) == (1, True)
    assert subscription.next_renewal_time.seconds > subscription.start_time.seconds
    assert await entries(client, user) == [("SUBSCRIPTION_FEE", -10), ("TOP_UP", 25)]
    assert await payments(client, user) == [("SUBSCRIPTION", "FINALIZED", 10)]
    told = [each for each in await events_of(client, user) if "subscription" in each.type]
    states = [each.user_subscription_changed.subscription.state for each in told]
    assert states == [Subscription.PENDING, Subscription.ACTIVE]


async def test_a_fee_that_is_not_covered_leaves_no_subscription(client: Client) -> None:
    user, plan = await a_user(client, 9), await a_plan(client, 10)
    request = pb.ActivateSubscriptionRequest(name=user, plan=plan)
    refusal = await refused(client.user_actions.ActivateSubscription(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "INSUFFICIENT_BALANCE")
    listed = subscription_pb2.ListSubscriptionsRequest(user=user)
    assert not (await client.subscriptions.ListSubscriptions(listed)).subscriptions
    assert await payments(client, user) == []


async def test_one_subscription_at_a_time(client: Client) -> None:
    user, plan = await a_user(client, 50), await a_plan(client, 10)
    name = (await activate(client, user, plan)).subscription.name
    request = pb.ActivateSubscriptionRequest(name=user, plan=plan)
    refusal = await refused(client.user_actions.ActivateSubscription(request))
    assert (refusal.reason, refusal.metadata) == ("SUBSCRIPTION_EXISTS", {"subscription": name})


async def test_a_plan_that_is_not_for_the_user(client: Client) -> None:
    group = (await USER_GROUPS.make(client)).name
    user = await a_user(client, 50)
    for fields in ({"state": "DISABLED"}, {"visibleToUserGroups": [group]}):
        plan = await a_plan(client, 10, **fields)
        request = pb.ActivateSubscriptionRequest(name=user, plan=plan)
        refusal = await refused(client.user_actions.ActivateSubscription(request))
        assert (refusal.reason, refusal.metadata) == ("PLAN_NOT_AVAILABLE", {"plan": plan})
    dollars = {"baseFee": {"currencyCode": "USD", "units": "1"}}
    request.plan = await a_plan(client, 10, **dollars)
    refusal = await refused(client.user_actions.ActivateSubscription(request))
    assert (refusal.reason, list(refusal.fields)) == ("WRONG_CURRENCY", ["plan"])


async def test_a_subscription_ends_now_or_with_its_period(client: Client) -> None:
    user, plan = await a_user(client, 50), await a_plan(client, 10)
    made = (await activate(client, user, plan)).subscription
    When = pb.CancelSubscriptionRequest
    request = pb.CancelSubscriptionRequest(name=user, when=When.AT_PERIOD_END, reason="moved")
    later = (await client.user_actions.CancelSubscription(request)).subscription
    assert (later.state, later.auto_renew) == (Subscription.ACTIVE, False)
    assert later.end_time == made.next_renewal_time
    request.when = When.NOW
    answer = await client.user_actions.CancelSubscription(request)
    assert answer.subscription.state == Subscription.CANCELED
    assert (answer.user.active_subscription, answer.user.balance.units) == ("", 40)
    changes = [each.user_subscription_changed for each in await events_of(client, user)]
    assert changes[-1].reason == "moved"
    refusal = await refused(client.user_actions.CancelSubscription(request))
    assert refusal.reason == "NO_SUBSCRIPTION"
    assert (await activate(client, user, plan)).subscription.state == Subscription.ACTIVE


async def test_who_pays_outside_has_it_when_it_is_paid(client: Client) -> None:
    user = await a_user(client, 0, paymentPreference="EXTERNAL")
    answer = await activate(client, user, await a_plan(client, 10))
    assert answer.subscription.state == Subscription.PENDING
    listed = ListTransactionsRequest(user=user)
    (owed,) = (await client.transactions.ListTransactions(listed)).transactions
    assert (owed.state, owed.method) == (Transaction.PENDING, Transaction.EXTERNAL)
    await TRANSACTIONS.update(client, Transaction(name=owed.name, state=Transaction.FINALIZED))
    get = subscription_pb2.GetSubscriptionRequest(name=answer.subscription.name)
    subscription = await client.subscriptions.GetSubscription(get)
    assert (subscription.state, subscription.period_count) == (Subscription.ACTIVE, 1)
    shown: User = await client.users.GetUser(GetUserRequest(name=user))
    assert shown.active_subscription == subscription.name


async def test_another_plan_takes_the_place_of_one(client: Client) -> None:
    user, old, new = await a_user(client, 50), await a_plan(client, 10), await a_plan(client, 12)
    await activate(client, user, old)
    Replace = subscription_plan_pb2.ReplaceSubscriptionPlanRequest
    request = Replace(name=old, replacement_plan=new)
    answer = await client.subscription_plans.ReplaceSubscriptionPlan(request)
    plan = answer.subscription_plan
    assert (plan.replacement_plan, answer.subscription_count) == (new, 1)
    assert plan.state == subscription_plan_pb2.SubscriptionPlan.DISABLED
    refusal = await refused(
        client.subscription_plans.ReplaceSubscriptionPlan(Replace(name=new, replacement_plan=old))
    )
    assert list(refusal.fields) == ["replacement_plan"]
    dollars = await a_plan(client, 10, baseFee={"currencyCode": "USD", "units": "1"})
    request = Replace(name=new, replacement_plan=dollars)
    refusal = await refused(client.subscription_plans.ReplaceSubscriptionPlan(request))
    assert refusal.fields == {"replacement_plan": "must be in EUR"}
