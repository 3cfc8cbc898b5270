"""What drivers are offered: subscription plans and vouchers; and what they have subscribed to."""

import re
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import subscription_pb2, subscription_plan_pb2, voucher_pb2
from server.domain.access import Role
from server.store import models
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import PARTNERS, SUBSCRIPTION_PLANS, USER_GROUPS, USERS, VOUCHERS

EUROS = {"currencyCode": "EUR", "units": "5"}
WRONG_PLANS: list[tuple[dict[str, Any], list[str]]] = [
    ({"baseFee": {"currencyCode": "", "units": "5"}}, ["base_fee", "usage_threshold"]),
    ({"baseFee": {"currencyCode": "EUR", "nanos": 1}}, ["base_fee"]),
    ({"baseFee": {"currencyCode": "USD", "units": "5"}}, ["usage_threshold"]),
    ({"billing": "PREPAID"}, ["usage_threshold"]),
    ({"taxPercent": {"value": "-1"}}, ["tax_percent"]),
    ({"energyAllowance": {"kind": "COMBINED"}}, ["energy_allowance.energy_wh"]),
    (
        {"energyAllowance": {"kind": "AC_AND_DC_APART", "acEnergyWh": "1", "energyWh": "2"}},
        ["energy_allowance.dc_energy_wh", "energy_allowance.energy_wh"],
    ),
    ({"energyAllowance": {"energyWh": "2"}}, ["energy_allowance.kind"]),
]


@pytest.mark.parametrize(("fields", "faults"), WRONG_PLANS)
async def test_a_plan_that_cannot_be(
    client: Client, fields: dict[str, Any], faults: list[str]
) -> None:
    plan = await SUBSCRIPTION_PLANS.build(client)
    for name in fields:
        plan.ClearField(re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name))
    refusal = await refused(SUBSCRIPTION_PLANS.create(client, ParseDict(fields, plan)))
    assert sorted(refusal.fields) == [f"subscription_plan.{path}" for path in faults]


async def test_a_plan_is_not_replaced_by_itself(client: Client) -> None:
    plan, other = await SUBSCRIPTION_PLANS.make(client), await SUBSCRIPTION_PLANS.make(client)
    patch = subscription_plan_pb2.SubscriptionPlan(name=plan.name, replacement_plan=plan.name)
    refusal = await refused(SUBSCRIPTION_PLANS.update(client, patch))
    assert list(refusal.fields) == ["subscription_plan.replacement_plan"]
    patch.replacement_plan = other.name
    await SUBSCRIPTION_PLANS.update(client, patch)
    refusal = await refused(SUBSCRIPTION_PLANS.delete(client, other.name))
    assert (refusal.reason, refusal.metadata["referrers"]) == ("RESOURCE_IN_USE", plan.name)


async def test_plans_are_found_by_who_can_have_them(client: Client) -> None:
    plan, _ = await SUBSCRIPTION_PLANS.make(client), await SUBSCRIPTION_PLANS.make(client)
    (group,) = plan.visible_to_user_groups
    found = await SUBSCRIPTION_PLANS.list(client, visible_to_user_group=group)
    assert [each.name for each in found.subscription_plans] == [plan.name]
    partner = (await PARTNERS.make(client)).name
    assert not (
        await SUBSCRIPTION_PLANS.list(client, visible_to_partner=partner)
    ).subscription_plans
    patch = subscription_plan_pb2.SubscriptionPlan(name=plan.name, visible_to_partners=[partner])
    await SUBSCRIPTION_PLANS.update(client, patch)
    found = await SUBSCRIPTION_PLANS.list(client, visible_to_partner=partner)
    assert [each.name for each in found.subscription_plans] == [plan.name]
    for kind, name in ((USER_GROUPS, group), (PARTNERS, partner)):
        assert (await refused(kind.delete(client, name))).metadata["referrers"] == plan.name


async def subscribe(api: Api, number: int, user: str, plan: str, **columns: Any) -> str:
    """A subscription, as an action makes it."""
    row = {"user": user, "plan": plan, "start_time": 1, "state": 2, "create_time": number}
    name = f"subscriptions/{number}"
    row |= {"name": name, "update_time": number, **columns}
    await api.lane.write(lambda unit: unit.execute(models.Subscription.insert(row)))
    point = models.User.update(active_subscription=name).where(models.User.name == user)
    await api.lane.write(lambda unit: unit.execute(point))
    return name


async def test_subscriptions_are_shown_and_found(api: Api, client: Client) -> None:
    users = [(await USERS.make(client)).name for _ in range(2)]
    plans = [(await SUBSCRIPTION_PLANS.make(client)).name for _ in range(2)]
    first = await subscribe(api, 1, users[0], plans[0], remaining_energy_wh=0, auto_renew=True)
    second = await subscribe(
        api, 2, users[1], plans[1], state=4, external_id="s2", next_renewal_time=5_000_000
    )
    shown = await client.subscriptions.GetSubscription(
        subscription_pb2.GetSubscriptionRequest(name=first)
    )
    assert (shown.user, shown.plan, shown.state) == (users[0], plans[0], shown.ACTIVE)
    assert shown.HasField("remaining_energy_wh")
    assert not shown.HasField("remaining_ac_energy_wh")
    filters: list[dict[str, Any]] = [
        {"user": users[1]},
        {"plan": plans[1]},
        {"state": shown.CANCELED},
        {"external_id": "s2"},
        {"renewed_before": {"seconds": 6}},
    ]
    for filter_ in filters:
        request = subscription_pb2.ListSubscriptionsRequest(**filter_)
        page = await client.subscriptions.ListSubscriptions(request)
        assert [each.name for each in page.subscriptions] == [second]
    found = await USERS.get(client, users[0])
    assert found.active_subscription == first
    refusal = await refused(SUBSCRIPTION_PLANS.delete(client, plans[0]))
    assert refusal.metadata["referrers"] == first


async def test_a_voucher_gets_a_code_that_is_hard_to_guess(client: Client) -> None:
    codes = {(await VOUCHERS.make(client)).code for _ in range(5)}
    assert len(codes) == 5
    assert all(re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", code) for code in codes)


async def test_a_code_is_unique_whatever_its_case(client: Client) -> None:
    voucher = await VOUCHERS.build(client)
    voucher.code = "SPRING-26"
    made = await VOUCHERS.create(client, voucher)
    voucher.code = "Spring-26"
    refusal = await refused(VOUCHERS.create(client, voucher))
    assert refusal.metadata == {"field": "voucher.code", "value": "Spring-26"}
    assert [each.name for each in (await VOUCHERS.list(client, code="spring-26")).vouchers] == [
        made.name
    ]
    refusal = await refused(
        VOUCHERS.update(client, voucher_pb2.Voucher(name=made.name, code="AUTUMN"))
    )
    assert list(refusal.fields) == ["voucher.code"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"amount": {"currencyCode": "EUR"}}, "amount"),
        ({"amount": {"currencyCode": "EUR", "nanos": 1}}, "amount"),
        ({"amount": {"units": "5"}}, "amount"),
        ({"amount": {"units": "5", "currencyCode": "euro"}}, "amount"),
        ({"amount": {"currencyCode": "EUR", "units": "-5"}}, "amount"),
        ({"amount": EUROS, "maxUses": 0}, "max_uses"),
        ({"amount": EUROS, "code": "x"}, "code"),
        (
            {
                "amount": EUROS,
                "startTime": "2026-01-01T00:00:00Z",
                "endTime": "2026-01-01T00:00:00Z",
            },
            "end_time",
        ),
    ],
)
async def test_a_voucher_that_cannot_be(client: Client, fields: dict[str, Any], fault: str) -> None:
    refusal = await refused(VOUCHERS.create(client, ParseDict(fields, voucher_pb2.Voucher())))
    assert list(refusal.fields) == [f"voucher.{fault}"]


@pytest.mark.parametrize("seconds", [-(2**62), 2**62])
async def test_a_time_that_no_calendar_has(client: Client, seconds: int) -> None:
    voucher = await VOUCHERS.build(client)
    voucher.end_time.seconds = seconds
    refusal = await refused(VOUCHERS.create(client, voucher))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT


async def test_what_is_left_of_a_voucher(api: Api, client: Client) -> None:
    made = await VOUCHERS.make(client)
    assert (made.remaining.units, made.use_count) == (75, 0)
    use = models.Voucher.update(use_count=2).where(models.Voucher.name == made.name)
    await api.lane.write(lambda unit: unit.execute(use))
    assert (await VOUCHERS.get(client, made.name)).remaining.units == 25
    patch = voucher_pb2.Voucher(name=made.name)
    patch.amount.currency_code, patch.amount.units = "EUR", 30
    refusal = await refused(VOUCHERS.update(client, patch))
    assert (refusal.code, refusal.reason, refusal.metadata) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "VOUCHER_USED",
        {"use_count": "2"},
    )
    assert (await refused(VOUCHERS.delete(client, made.name))).reason == "VOUCHER_USED"
    refusal = await refused(
        VOUCHERS.update(client, voucher_pb2.Voucher(name=made.name, max_uses=1))
    )
    assert list(refusal.fields) == ["voucher.max_uses"]
    changed = await VOUCHERS.update(client, voucher_pb2.Voucher(name=made.name, max_uses=2))
    assert (changed.remaining.units, changed.max_uses) == (0, 2)


async def test_who_may_not_move_money_makes_no_voucher(api: Api, client: Client) -> None:
    support = api.client(await api.key_of(Role.SUPPORT))
    voucher = await VOUCHERS.build(client)
    refusal = await refused(VOUCHERS.create(support, voucher))
    assert refusal.metadata["permission"] == "MONEY"
    await support.close()


async def test_a_group_that_a_voucher_is_for_stays(client: Client) -> None:
    made = await VOUCHERS.make(client)
    refusal = await refused(USER_GROUPS.delete(client, made.user_group))
    assert refusal.metadata["referrers"] == made.name
