"""Plans, vouchers, partners, electricity rates and payments: made by hand, seen, acted on."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from playwright.async_api import expect

from ampline.v1.electricity_rate_pb2 import GetElectricityRateRequest
from ampline.v1.partner_pb2 import CreatePartnerRequest, GetPartnerRequest, Partner
from ampline.v1.session_pb2 import ListSessionsRequest
from ampline.v1.subscription_plan_pb2 import (
    CreateSubscriptionPlanRequest,
    GetSubscriptionPlanRequest,
    SubscriptionPlan,
)
from ampline.v1.transaction_pb2 import GetTransactionRequest, Transaction
from ampline.v1.user_action_pb2 import (
    ActivateSubscriptionRequest,
    ApplyCustomFeeRequest,
    RedeemVoucherRequest,
)
from ampline.v1.user_group_pb2 import CreateUserGroupRequest, UserGroup
from ampline.v1.user_pb2 import CreateUserRequest, User
from ampline.v1.voucher_pb2 import ListVouchersRequest
from tests.portal.network import Network, connected, euros, made_user, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import must_be_sound
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_plan_is_made_subscribed_to_and_replaced(
    operator: Operator, network: Network
) -> None:
    page, client = operator.page, network.client
    group = client.user_groups.CreateUserGroup(
        CreateUserGroupRequest(user_group=UserGroup(display_name=new_id("Residents")))
    )
    await operator.open("/subscription-plans")
    await page.get_by_role("link", name="New plan").first.click()
    await operator.fill(display_name="Home", base_fee="nothing")
    await page.get_by_label("Energy included").select_option("COMBINED")
    await operator.field("AC or DC").fill("50")
    await operator.field("Only for members of").fill(group.name)
    await expect(page.get_by_label("Only for members of, 2")).to_be_visible()
    await operator.press("Create")
    await expect(operator.fault_of("Fee of each period")).to_have_text("A number, please.")
    await expect(operator.field("Only for members of")).to_have_value(group.name)
    await operator.fill(base_fee="9.90")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Home")
    await expect(page.get_by_text(group.display_name)).to_be_visible()
    key = page.url.rpartition("/")[2]
    plan = client.subscription_plans.GetSubscriptionPlan(
        GetSubscriptionPlanRequest(name=f"subscriptionPlans/{key}")
    )
    assert plan.energy_allowance.energy_wh == 50_000
    assert [*plan.visible_to_user_groups] == [group.name]
    assert (plan.base_fee.currency_code, plan.base_fee.units) == ("EUR", 9)
    await must_be_sound(operator)
    await operator.open("/subscription-plans/new")
    await operator.fill(display_name="Home, dearer", base_fee="12")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Home, dearer")
    dearer = f"subscriptionPlans/{page.url.rpartition('/')[2]}"
    await operator.open(f"/subscription-plans/{key}")
    dialog = await operator.start_action("Replace it")
    await dialog.fill(replacement_plan=dearer)
    await dialog.press("Replace it")
    await expect(dialog.answer).to_contain_text("0 subscriptions renew into Home, dearer")
    await dialog.close()
    kept = client.subscription_plans.GetSubscriptionPlan(GetSubscriptionPlanRequest(name=plan.name))
    assert (kept.state, kept.replacement_plan) == (SubscriptionPlan.DISABLED, dearer)


async def test_a_batch_of_vouchers_is_made_and_one_redeemed(
    operator: Operator, network: Network
) -> None:
    page, client = operator.page, network.client
    batch = new_id("summer")
    await operator.open("/vouchers/new")
    await operator.fill(how_many="3", amount="0", external_id=batch, description="Summer")
    await operator.press("Create")
    await expect(operator.fault_of("What each use is worth")).to_contain_text("above zero")
    await expect(operator.field("How many vouchers")).to_have_value("3")
    await operator.fill(amount="7.50")
    await operator.press("Create")
    await expect(operator.region("Vouchers").get_by_role("row")).to_have_count(4)
    await expect(page).to_have_url(f"{operator.url}/vouchers?external_id={batch}")
    made = client.vouchers.ListVouchers(ListVouchersRequest(external_id=batch)).vouchers
    assert len({voucher.code for voucher in made}) == 3
    await operator.open(f"/{made[0].name}")
    await expect(operator.region("Who used it")).to_contain_text("Nobody yet")
    user = made_user(client)
    client.user_actions.RedeemVoucher(RedeemVoucherRequest(name=user.name, code=made[0].code))
    await expect(operator.region("Who used it")).to_contain_text("Grace Hopper")
    await expect(operator.figure("Still worth")).to_have_text("€0.00")
    await must_be_sound(operator)


async def test_a_partner_has_a_contract_and_contacts(operator: Operator, network: Network) -> None:
    page = operator.page
    await operator.open("/partners/new")
    await operator.fill(
        display_name="Works of Utrecht",
        contract__currency="EUR",
        contract__ac_revenue_share_percent="120",
        contract__fee_per_kwh="0.015",
    )
    await page.get_by_label("See the sessions on them").check()
    await operator.press("Add a contact")
    contact = page.get_by_role("group", name="Contact 1")
    await contact.get_by_label("Name").fill("Ms Adams")
    await operator.press("Create")
    await expect(operator.fault_of("Its share at AC")).to_be_visible()
    await expect(contact.get_by_label("Name")).to_have_value("Ms Adams")
    await operator.fill(contract__ac_revenue_share_percent="60")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Works of Utrecht")
    await expect(operator.region("Contract")).to_contain_text("60 %")
    await expect(operator.region("Contract")).to_contain_text("€0.015")
    await expect(operator.region("Whom to talk to")).to_contain_text("Ms Adams")
    await must_be_sound(operator)
    name = f"partners/{page.url.rpartition('/')[2]}"
    kept = network.client.partners.GetPartner(GetPartnerRequest(name=name))
    assert [*kept.access] == [Partner.SESSIONS]
    assert kept.contract.ac_revenue_share_percent == Decimal(value="60")


async def test_a_rate_shows_its_week(operator: Operator, network: Network) -> None:
    page = operator.page
    await operator.open("/electricity-rates/new")
    await operator.fill(display_name="Nights are cheap", default_price="0.28")
    await operator.press("Add a period")
    period = page.get_by_role("group", name="Period 1")
    await period.get_by_label("Price of a kWh").fill("0.11")
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
        await period.get_by_label(day).check()
    await operator.press("Create")
    await expect(operator.title).to_have_text("Nights are cheap")
    await expect(operator.figure("Lowest this week")).to_contain_text("€0.11")
    table = operator.region("Day by day")
    await expect(table.get_by_role("row")).to_have_count(7)
    await expect(table.get_by_role("row").first).to_contain_text("22:00–24:00: €0.11")
    await expect(table.get_by_text(re.compile("now$"))).to_have_count(1)
    await must_be_sound(operator)
    await page.get_by_role("link", name="Edit").click()
    await operator.fill(default_price="-0.02")
    await operator.press("Save changes")
    await expect(operator.figure("Lowest this week")).to_contain_text("−€0.02")
    await expect(operator.region("Versions").get_by_role("listitem")).to_have_count(2)
    name = f"electricityRates/{page.url.rpartition('/')[2]}"
    kept = network.client.electricity_rates.GetElectricityRate(GetElectricityRateRequest(name=name))
    assert (kept.price_periods[0].end_time.hours, len(kept.price_periods[0].weekdays)) == (24, 7)


async def test_payments_go_their_way_and_back(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    client, user = network.client, made_user(network.client)
    charger = network.new_charger(display_name="Paid at the quay", auto_start=True)
    async with connected(platform.charger_url, charger) as station:
        begun = await station.start(1, "NOBODY")
        await begun.stop("Local", energy_wh=100)
    found = ListSessionsRequest(charge_point=charger.name)
    (session,) = client.sessions.ListSessions(found).sessions
    await operator.open("/transactions")
    dialog = await operator.start_action("Tell of a payment")
    await dialog.fill(**{"transaction.purchased_resource": session.name})
    await dialog.fill(**{"transaction.total": "1", "transaction.tax": "much"})
    await dialog.choose(**{"transaction.state": "AUTHORIZED"})
    await dialog.press("Keep it")
    await expect(dialog.box.locator(".field-error")).to_have_text("A number, please.")
    await dialog.fill(**{"transaction.tax": "0"})
    await dialog.press("Keep it")
    await expect(operator.title).to_have_text("€1.00")
    name = f"transactions/{operator.page.url.rpartition('/')[2]}"
    await expect(operator.region("How it went")).to_contain_text("Reserved at the bank")
    dialog = await operator.start_action("How did it go on?")
    await dialog.choose(**{"transaction.state": "FINALIZED"})
    await dialog.press("Keep it")
    await expect(dialog.answer).to_contain_text("It is now: paid")
    await dialog.close()
    await expect(operator.region("How it went")).to_contain_text("From here: paid back")
    await must_be_sound(operator)
    paid = client.transactions.GetTransaction(GetTransactionRequest(name=name))
    assert paid.state == Transaction.FINALIZED
    await operator.open(f"/{session.name}")
    await expect(operator.region("Payments").get_by_role("link", name="€1.00")).to_be_visible()
    fee = ApplyCustomFeeRequest(name=user.name, amount=euros(2), description="Cable")
    taken = client.user_actions.ApplyCustomFee(fee).transaction
    await operator.open(f"/{taken.name}")
    dialog = await operator.start_action("Pay it back")
    await dialog.fill(amount="3", reason="It was ours")
    await dialog.press("Pay it back")
    await expect(dialog.refusal).to_contain_text("More than that was not paid")
    await dialog.fill(amount="")
    await dialog.press("Pay it back")
    await expect(dialog.answer).to_contain_text("It is now: paid back")
    await dialog.close()
    await operator.open(f"/{user.name}")
    await expect(operator.region("Ledger")).to_contain_text("It was ours")
    await expect(operator.figure("Balance")).to_have_text("€50.00")


async def test_a_month_is_settled_and_a_bill_fetched(operator: Operator, network: Network) -> None:
    page, client = operator.page, network.client
    month = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    partner = Partner(display_name="Quay Estates", kind=Partner.SITE_HOST)
    partner.contract.currency = "EUR"
    partner.contract.fee_per_month.CopyFrom(euros(50))
    partner.contract.start_date.CopyFrom(Date(year=month.year, month=month.month, day=1))
    partner.corporate_billing.enabled = True
    made = client.partners.CreatePartner(CreatePartnerRequest(partner=partner))
    driver = User(
        email=f"{new_id('driver')}@example.com",
        currency="EUR",
        partner=made.name,
        payment_preference=User.CORPORATE,
    )
    user = client.users.CreateUser(CreateUserRequest(user=driver))
    plan = SubscriptionPlan(display_name="Fleet", base_fee=euros(7))
    plan.billing, plan.renewal_cycle = SubscriptionPlan.PREPAID, SubscriptionPlan.MONTHLY
    kept = client.subscription_plans.CreateSubscriptionPlan(
        CreateSubscriptionPlanRequest(subscription_plan=plan)
    )
    client.user_actions.ActivateSubscription(
        ActivateSubscriptionRequest(name=user.name, plan=kept.name)
    )
    await operator.open(f"/{made.name}")
    dialog = await operator.start_action("Settle a month")
    await dialog.fill(month="2090-01")
    await dialog.press("Settle it")
    await expect(dialog.refusal).to_contain_text("2090-01 is not over yet")
    await dialog.fill(month=f"{month:%Y-%m}")
    await dialog.press("Settle it")
    await expect(dialog.answer).to_contain_text("−€50.00")
    await dialog.close()
    await operator.region("Settlements").get_by_role("link").click()
    await expect(operator.figure("Its share")).to_have_text("−€50.00")
    await expect(operator.region("Lines")).to_contain_text("Fee for the month")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="As CSV", exact=True).click()
    assert (await download.value).suggested_filename.endswith(f"{month:%Y-%m}-EUR.csv")
    await must_be_sound(operator)
    await operator.open(f"/{made.name}")
    await operator.region("Bills for its drivers").get_by_role("link").click()
    await expect(operator.figure("To be paid")).to_have_text("€7.00")
    await must_be_sound(operator)
