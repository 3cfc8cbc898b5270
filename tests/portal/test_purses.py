"""What one can do for a driver's purse, from the driver's page."""

import pytest
from google.type.money_pb2 import Money
from playwright.async_api import expect

from ampline.v1.subscription_plan_pb2 import CreateSubscriptionPlanRequest, SubscriptionPlan
from ampline.v1.user_pb2 import GetUserRequest
from ampline.v1.voucher_pb2 import CreateVoucherRequest, Voucher
from tests.portal.network import Network, made_user, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible

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
    await expect(dialog.answer).to_contain_text(f"{plan.display_name} is in force")
    await dialog.close()
    panel = operator.region("Subscription")
    await expect(panel).to_contain_text(plan.display_name)
    await expect(panel).to_contain_text("100 kWh left")
    assert await inaccessible(operator.page) == []
    dialog = await operator.start_action("Cancel the subscription")
    await dialog.fill(reason="Moved away")
    await dialog.press("Cancel it")
    await expect(dialog.answer).to_contain_text("It ends on")
    await dialog.close()
    await expect(panel).to_contain_text("until")
