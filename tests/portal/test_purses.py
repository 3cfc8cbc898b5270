"""What one can do for a driver's purse, from the driver's page."""

import re

import pytest
from google.type.money_pb2 import Money
from playwright.async_api import expect

from ampline.v1.session_pb2 import GetSessionRequest, ListSessionsRequest
from ampline.v1.subscription_plan_pb2 import CreateSubscriptionPlanRequest, SubscriptionPlan
from ampline.v1.user_pb2 import GetUserRequest
from ampline.v1.voucher_pb2 import CreateVoucherRequest, Voucher
from tests.portal.network import Network, connected, made_user, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")
FIVE = Money(currency_code="EUR", units=5)


async def test_a_fee_and_a_voucher(operator: Operator, network: Network) -> None:
    user = made_user(network.client)
    before = user_balance(network, user.name)
    code = new_id("voucher").upper()
    voucher = Voucher(code=code, amount=FIVE)
    network.client.vouchers.CreateVoucher(CreateVoucherRequest(voucher=voucher))
    await operator.open(f"/{user.name}")
    dialog = await operator.start_action("Take a fee")
    await dialog.fill(amount="1000000", description="Lost cable")
    await dialog.press("Take it")
    await expect(dialog.refusal).to_contain_text("balance")
    await dialog.fill(amount="2", description="Lost cable")
    await dialog.press("Take it")
    await expect(dialog.answer).to_contain_text("The balance is now")
    await dialog.close()
    dialog = await operator.start_action("Redeem a voucher")
    await dialog.fill(code=code.lower())
    await dialog.press("Redeem")
    await expect(dialog.answer).to_contain_text("It was worth €5.00")
    await dialog.close()
    ledger = operator.region("Ledger, newest first, as a table")
    await expect(ledger.get_by_role("row").nth(1)).to_contain_text("Voucher")
    await expect(ledger.get_by_role("row").nth(2)).to_contain_text("Lost cable")
    assert user_balance(network, user.name) == before + 3


def user_balance(network: Network, name: str) -> int:
    return int(network.client.users.GetUser(GetUserRequest(name=name)).balance.units)


async def test_a_subscription_begins_and_ends(operator: Operator, network: Network) -> None:
    user = made_user(network.client)
    plan = SubscriptionPlan(
        display_name=f"Commuter {new_id('plan')}",
        billing=SubscriptionPlan.PREPAID,
        renewal_cycle=SubscriptionPlan.MONTHLY,
        base_fee=FIVE,
    )
    plan.energy_allowance.kind = SubscriptionPlan.EnergyAllowance.COMBINED
    plan.energy_allowance.energy_wh = 100_000
    made = network.client.subscription_plans.CreateSubscriptionPlan(
        CreateSubscriptionPlanRequest(subscription_plan=plan)
    )
    await operator.open(f"/{user.name}")
    dialog = await operator.start_action("Subscribe")
    await dialog.fill(plan=made.name)
    await dialog.press("Subscribe")
    await expect(dialog.answer).to_contain_text(f"{plan.display_name}: in force")
    await dialog.close()
    panel = operator.region("Subscription")
    await expect(panel).to_contain_text(plan.display_name)
    await expect(panel).to_contain_text("100 kWh left")
    assert await inaccessible(operator.page) == []
    dialog = await operator.start_action("Cancel the subscription")
    await dialog.fill(reason="Moved away")
    await dialog.press("Cancel it")
    await expect(dialog.answer).to_have_text(re.compile(r"^Done. It ends on \d+ \w+ \d+.$"))
    await dialog.close()
    await expect(panel).to_contain_text("until")


async def test_an_unpaid_session_is_given_its_user(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    user = made_user(network.client)
    charger = network.new_charger(display_name="Open to anyone", auto_start=True)
    async with connected(platform.charger_url, charger) as station:
        await operator.open(f"/charge-points/{charger.name.split('/')[1]}")
        await expect(operator.evse(1)).to_contain_text("Available")
        begun = await station.start(1, "NOBODY")
        await begun.stop("Local", energy_wh=100)
    found = ListSessionsRequest(charge_point=charger.name)
    (session,) = network.client.sessions.ListSessions(found).sessions
    await operator.open(f"/{session.name}")
    dialog = await operator.start_action("Whose is it?")
    await dialog.fill(user=user.name)
    await dialog.press("Give it to the user")
    await expect(dialog.answer).to_contain_text("The session is: paid")
    await dialog.close()
    kept = network.client.sessions.GetSession(GetSessionRequest(name=session.name))
    assert kept.user == user.name
