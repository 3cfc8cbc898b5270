"""What was typed is not lost, and counts once: signed out meanwhile, or with nobody to answer."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.async_api import Page, Route, expect

from ampline.v1.user_pb2 import GetUserRequest
from tests.portal.network import Network, new_id
from tests.portal.operator import Dialog, Operator
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

AWAY = "The platform cannot be reached right now."
AMOUNT = '[name="amount"]'


def balance(network: Network) -> int:
    asked = GetUserRequest(name=network.user.name)
    return int(network.client.users.GetUser(asked).balance.units)


async def booking(operator: Operator, network: Network, amount: str) -> Dialog:
    """The form for a booking, with an amount."""
    await operator.open(f"/{network.user.name}")
    dialog = await operator.start_action("Add to the balance")
    await dialog.fill(amount=amount)
    return dialog


async def sign_in_beside(operator: Operator, platform: WholePlatform) -> None:
    """Signs in in another tab of the same browser."""
    tab: Page = await operator.page.context.new_page()
    beside = Operator(tab, operator.url)
    await beside.sign_in(platform.username, platform.password)
    await expect(beside.title).to_be_visible()
    await tab.close()


async def test_a_booking_outlives_its_sign_in(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    before = balance(network)
    dialog = await booking(operator, network, "7")
    await operator.page.context.clear_cookies()
    await dialog.press("Book it")
    await expect(dialog.refusal).to_contain_text("You are signed out.")
    await sign_in_beside(operator, platform)
    await dialog.press("Book it")
    await expect(dialog.refusal).to_contain_text("Send it once more.")
    await expect(dialog.box.locator(AMOUNT)).to_have_value("7")
    assert balance(network) == before
    await dialog.press("Book it")
    await expect(dialog.answer).to_contain_text("The balance is now")
    assert balance(network) == before + 7


async def test_what_fills_a_page_outlives_its_sign_in(
    operator: Operator, platform: WholePlatform
) -> None:
    await operator.open("/tariffs/new?start=energy")
    await operator.fill(display_name="Long thought about")
    await operator.press("Add a price")
    await operator.page.locator('[name="elements[1].unit_price"]').fill("0.77")
    await operator.page.context.clear_cookies()
    await operator.press("Create")
    note = operator.page.locator("#resource-form > [role=alert]")
    await expect(note).to_contain_text("You are signed out.")
    await expect(note).to_be_focused()
    await sign_in_beside(operator, platform)
    await operator.press("Create")
    await expect(note).to_contain_text("Send it once more.")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Long thought about")
    await expect(operator.page.locator("main")).to_contain_text("€0.77")


@pytest.mark.parametrize("without", ["connection", "server"])
async def test_what_nobody_answers_stays_and_counts_once(
    operator: Operator, network: Network, without: str
) -> None:
    before = balance(network)

    async def lost(route: Route) -> None:
        await route.fetch()  # it arrives, and its answer does not
        if without == "connection":
            await route.abort()
        else:
            await route.fulfill(status=503, json={"code": 14, "message": "no healthy upstream"})

    dialog = await booking(operator, network, "3")
    await operator.page.route("**/do/add-balance*", lost)
    await dialog.press("Book it")
    await expect(dialog.refusal).to_contain_text(AWAY)
    await expect(dialog.box.locator(AMOUNT)).to_have_value("3")
    await operator.page.unroute("**/do/add-balance*")
    await dialog.press("Book it")
    await expect(dialog.answer).to_contain_text("The balance is now")
    assert balance(network) == before + 3
    operator.complaints.clear()  # of what was taken away here


async def test_a_list_that_cannot_be_filtered_stays(operator: Operator, network: Network) -> None:
    await operator.open("/users")
    pattern = re.compile(r"/users\?")
    await operator.page.route(pattern, lambda route: route.fulfill(status=503, json={"code": 14}))
    await operator.fill(text="Grace")
    await expect(operator.page.get_by_role("alert")).to_contain_text(AWAY)
    await expect(operator.page.get_by_role("table")).to_be_visible()
    await operator.page.unroute(pattern)
    await operator.fill(text="Hopper")
    await expect(operator.page.get_by_role("alert")).to_have_count(0)
    await expect(operator.page.get_by_role("table")).to_contain_text("Grace Hopper")
    operator.complaints.clear()  # of what was taken away here


async def test_a_form_without_an_answer_keeps_its_id(alone: FlaskClient) -> None:
    own_id = new_id("request")
    sent = {"csrf_token": "proof", "request_id": own_id, "display_name": "Night"}
    for address in ("/webhooks/new", "/import/users"):
        file = {"text": "email\na@example.com\n", "do": "create"} if "import" in address else {}
        answer = alone.post(address, data=sent | file)
        assert answer.status_code == 422
        assert "cannot be reached" in answer.text
        assert f'name="request_id" value="{own_id}"' in answer.text
