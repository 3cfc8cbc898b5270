"""A car charges to a bill, started, watched and stopped from the portal."""

import asyncio

import pytest
from playwright.async_api import expect

from clients.charger import CallError, operations
from tests.portal.network import Network, connected
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


def page_of(charger_name: str) -> str:
    return f"/charge-points/{charger_name.split('/')[1]}"


async def test_from_the_start_to_the_bill(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="Charging to a bill")
    await operator.open(page_of(charger.name))
    await expect(operator.page.get_by_text("It has not connected yet.")).to_be_visible()
    async with connected(platform.charger_url, charger) as station:
        await expect(operator.evse(1)).to_contain_text("Available")

        dialog = await operator.start_action("Start a session on EVSE 1")
        await dialog.fill(user=network.user.name)
        await dialog.press("Add a row")
        await dialog.fill(**{"charging_profile.schedule.periods[0].limit": "10.5"})
        await dialog.press("Start")
        await expect(dialog.answer).to_contain_text("Its own word: Accepted")
        await dialog.close()
        await expect(operator.evse(1)).to_contain_text("Charging")
        await station.until(lambda: bool(station.limits.profiles))
        assert operations.limit_of(station, station.connectors[1]) == 10.5

        await operator.evse(1).get_by_role("link", name="Session of Grace Hopper").click()
        await expect(operator.page.locator("[data-live-mark]")).to_have_text("Live")
        session = station.connectors[1].session
        assert session is not None
        await session.meter(energy_wh=40, power_w=11_000)
        await expect(operator.figure("Energy")).to_contain_text("0.04")
        await session.meter(energy_wh=100, power_w=11_000)
        await expect(operator.figure("Energy")).to_contain_text("0.10")

        dialog = await operator.start_action("Stop the session")
        await dialog.press("Stop")
        await expect(dialog.answer).to_contain_text("Accepted")
        await dialog.close()
        await expect(operator.page.get_by_text("Billed", exact=True)).to_be_visible()
        await expect(operator.figure("Price")).to_have_text("€4.00")
        await expect(operator.region("Bill")).to_contain_text("0.1 kWh × €40.00")
        await expect(operator.page.locator(".chart canvas")).to_be_visible()
        await its_figures_are_told(operator)
        assert await inaccessible(operator.page) == []

    await operator.open(f"/{network.user.name}")
    await expect(operator.region("Ledger, newest first, as a table")).to_contain_text("Session")


async def its_figures_are_told(operator: Operator) -> None:
    """By the chart, by a table of the same, and as the charger sent them."""
    page = operator.page
    await page.get_by_label("Current, A").check()
    await page.get_by_label("Energy, kWh").uncheck()
    await expect(page.locator(".chart canvas")).to_be_visible()
    await expect(operator.region("Charging periods")).to_contain_text("Charging")
    await page.get_by_text("The same as a table").click()
    measured = page.get_by_role("region", name="What was measured, as a table")
    await expect(measured).to_contain_text("11.0")
    assert await inaccessible(page) == []
    here = page.url
    await page.get_by_role("link", name="All meter values").click()
    raw = operator.region("Meter values")
    await expect(raw).to_contain_text("Power.Active.Import: 11000")
    assert await is_too_wide(page) == 0
    assert await inaccessible(page) == []
    await page.goto(here)
    await expect(page.locator(".chart canvas")).to_be_visible()


async def test_refusals_are_said_in_plain_words(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="It says no")
    await operator.open(page_of(charger.name))
    dialog = await operator.start_action("Restart")
    await dialog.press("Restart")
    await expect(dialog.refusal).to_contain_text("The charger is not connected")
    await dialog.close()
    async with connected(platform.charger_url, charger) as station:
        await expect(operator.evse(1)).to_contain_text("Available")
        station.answer_with("UnlockConnector", {"status": "UnlockFailed"})
        dialog = await operator.start_action("Unlock EVSE 1")
        await dialog.press("Unlock")
        await expect(dialog.refusal).to_have_text("The charger said no: UnlockFailed.")
        await dialog.close()
        station.answer_with("ChangeAvailability", CallError("InternalError"))
        dialog = await operator.start_action("Availability of EVSE 1")
        await dialog.press("Change")
        await expect(dialog.refusal).to_contain_text("InternalError")
        await dialog.close()
        dialog = await operator.start_action("Start a session on EVSE 1")
        await dialog.fill(user="users/nobody-of-that-name")
        await dialog.press("Start")
        await expect(dialog.box.locator(".field-error")).to_be_visible()
        await expect(dialog.box.locator("[name=user]")).to_have_value("users/nobody-of-that-name")


async def test_each_action_reaches_the_charger(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="Does as it is told")
    async with connected(platform.charger_url, charger) as station:
        await operator.open(page_of(charger.name))
        dialog = await operator.start_action("Unlock EVSE 1")
        _, command = await asyncio.gather(
            dialog.press("Unlock"), station.received("UnlockConnector")
        )
        assert command.payload == {"connectorId": 1}
        await expect(dialog.answer).to_contain_text("unlocked")
        await dialog.close()
        dialog = await operator.start_action("Ask for a message")
        await dialog.choose(message="HEARTBEAT")
        _, command = await asyncio.gather(dialog.press("Ask"), station.received("TriggerMessage"))
        assert command.payload["requestedMessage"] == "Heartbeat"
        await expect(dialog.answer).to_contain_text("Accepted")
        await dialog.close()
        await operator.open(f"{page_of(charger.name)}/configuration")
        await expect(operator.page.get_by_text("HeartbeatInterval")).to_be_visible()


async def test_what_a_charger_says_of_itself_is_text(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="Hostile")
    hostile = "<img src=x onerror=a()>"[:20]
    async with connected(platform.charger_url, charger) as station:
        await station.call(
            "BootNotification",
            {"chargePointVendor": hostile, "chargePointModel": "<b>bold</b>"},
        )
        await operator.open(page_of(charger.name))
        await expect(operator.region("About this charger")).to_contain_text(hostile)
        await expect(operator.region("About this charger")).to_contain_text("<b>bold</b>")
        await operator.open(f"{page_of(charger.name)}/messages")
        await operator.page.get_by_text("BootNotification").first.click()
        call = operator.page.locator("pre").filter(has_text="<b>bold</b>")
        await expect(call.first).to_be_visible()
        await operator.open("/charge-points?text=hostile")
        await expect(operator.page.get_by_text("<b>bold</b>")).to_be_visible()
        assert await operator.page.locator("main img").count() == 0
