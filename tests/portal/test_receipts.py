"""Receipts: written on the page of a session or a user, read, printed, and taken along."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from ampline.v1.session_pb2 import ListSessionsRequest
from tests.portal.network import Network, connected, made_user
from tests.portal.operator import Operator
from tests.portal.soundness import must_be_sound
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_session_has_its_receipt(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    page, client, user = operator.page, network.client, made_user(network.client)
    charger = network.new_charger(display_name="Receipts at the quay", auto_start=True)
    async with connected(platform.charger_url, charger) as station:
        begun = await station.start(1, "NOBODY")
        await begun.stop("Local", energy_wh=150)
    found = ListSessionsRequest(charge_point=charger.name)
    (session,) = client.sessions.ListSessions(found).sessions
    await operator.open(f"/{session.name}")
    await expect(operator.region("Receipts")).to_contain_text("No receipts yet")
    dialog = await operator.start_action("Write the receipt")
    await dialog.choose(language_code="de")
    await dialog.press("Write it")
    await expect(operator.title).to_contain_text(f"Receipt {datetime.now(UTC).year}-")
    await expect(operator.region("Who sold")).to_contain_text("Ampline")
    await expect(operator.region("Bought")).to_contain_text("0.15 kWh")
    await must_be_sound(operator)
    number = (await operator.title.inner_text()).removeprefix("Receipt ")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="As PDF").click()
    kept = await download.value
    assert kept.suggested_filename == f"{number}.pdf"
    assert (await kept.path()).read_bytes().startswith(b"%PDF-")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("link", name="As PDF")).to_be_hidden()
    await expect(operator.region("Total")).to_be_visible()
    await page.emulate_media(media="screen")
    await operator.open(f"/{session.name}")
    await expect(operator.region("Receipts").get_by_role("link", name=number)).to_be_visible()
    await operator.open(f"/{user.name}")
    dialog = await operator.start_action("Write one of a month")
    last = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    await dialog.fill(month=f"{last:%Y-%m}")
    await dialog.press("Write it")
    await expect(dialog.refusal).to_contain_text("Nothing is to be paid")
