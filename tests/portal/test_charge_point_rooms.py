"""All that one sees of a charger, and all that one can make it do, is in the portal."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from google.api.annotations_pb2 import http
from playwright.async_api import expect

from ampline.v1.audit_entry_pb2 import ListAuditEntriesRequest
from ampline.v1.charge_point_maintenance_pb2 import ClearCacheRequest
from clients.charger import CallError, Ocpp201, Station, start_up
from portal.commands import COMMANDS
from portal.methods import method
from portal.openapi.protos import PACKAGE, protos
from tests.portal.network import PASSWORD, Network, connected
from tests.portal.operator import Dialog, Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

browsing = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<img src=x onerror=a()>"


def test_every_command_of_the_api_is_a_form() -> None:
    """Whatever the API can make a charger do."""
    offered = {(command.service.name, command.method) for command in COMMANDS.values()}
    for service, declared in protos().services.items():
        name = service.removeprefix(f"{PACKAGE}.")
        for described in declared.method:
            options: Any = method(name, described.name).GetOptions()
            path = options.Extensions[http].post
            if path.startswith("/v1/{charge_point=chargePoints/*}:"):
                assert (name, described.name) in offered, path


def test_every_form_says_all_that_its_command_takes() -> None:
    """Each of a request's fields is a control, or below one."""
    elsewhere = {
        "charge_point",
        "request_id",
        "settings",
        "monitors",
        "payment_token",
        "payment_page",
    }
    untold = {"report", "keys", "message_id", "key", "value"}
    for verb, command in COMMANDS.items():
        controls = {field.path.split(".")[0] for field in command.fields}
        controls |= {table.path.split(".")[0] for table in command.rows}
        asked = method(command.service.name, command.method).input_type
        assert {field.name for field in asked.fields} <= controls | elsewhere | untold, verb


def test_a_command_needs_what_its_method_needs() -> None:
    needed = {verb: COMMANDS[verb].permission for verb in ("reset", "start", "reserve", "call")}
    assert needed == {
        "reset": "RESET",
        "start": "CONTROL",
        "reserve": "RESERVE",
        "call": "ADMINISTER",
    }


async def walk(operator: Operator, key: str, folder: Path, *rooms: str) -> None:
    """Opens pages about a charger: each is sound, at a desk and on a phone, and photographed."""
    for room in rooms:
        await operator.open(f"/charge-points/{key}{room}")
        await expect(operator.title).to_be_visible()
        for width in (1440, 390):
            await operator.page.set_viewport_size({"width": width, "height": 900})
            assert await is_too_wide(operator.page) == 0, room
            picture = f"charger{re.sub('[^a-z]+', '-', room)}-{width}.png"
            await operator.page.screenshot(path=folder / picture, full_page=True)
        assert await inaccessible(operator.page) == [], room
        await operator.page.set_viewport_size({"width": 1440, "height": 900})


async def told(dialog: Dialog, button: str, words: str) -> None:
    """Sends the form; the charger's answer has the words."""
    await dialog.press(button)
    await expect(dialog.answer).to_contain_text(words)
    await dialog.close()


async def limits_are_set(operator: Operator, key: str) -> None:
    await operator.open(f"/charge-points/{key}/limits")
    dialog = await operator.start_action("Set a profile")
    await dialog.press("Add a row")
    await dialog.fill(**{"schedule.periods[1].start": "30", "schedule.periods[1].limit": "x"})
    await dialog.press("Set it")
    await expect(dialog.box.locator(".field-error")).to_have_text("A number, please.")
    await dialog.fill(**{"schedule.periods[1].limit": "8"})
    await told(dialog, "Set it", "Its own word: Accepted")
    await expect(operator.region("Charging profiles")).to_contain_text("8 A after 30 min")
    await told(await operator.start_action("What holds"), "Ask", "16 A at once")
    await told(await operator.start_action("Remove profile 1"), "Remove", "Accepted")


async def commands_are_sent(operator: Operator, key: str, station: Station) -> None:
    await operator.open(f"/charge-points/{key}/do")
    assert (
        await operator.page.get_by_role("link", name="Show a message on its display").count() == 0
    )
    dialog = await operator.start_action("Send any message")
    await dialog.fill(action="GetLocalListVersion", payload_json="{}")
    await told(dialog, "Send", '"listVersion"')
    station.answer_with("ClearCache", CallError("InternalError", "<b>worn out</b>"))
    dialog = await operator.start_action("Empty its authorization cache")
    await dialog.press("Empty it")
    await expect(dialog.refusal).to_contain_text("<b>worn out</b>")
    await dialog.close()
    dialog = await operator.start_action("Read settings")
    await dialog.fill(key="HeartbeatInterval")
    await told(dialog, "Read", "HeartbeatInterval = ")


@browsing
async def test_looking_at_a_charger_is_no_refused_call(
    operator: Operator, network: Network
) -> None:
    key = network.new_charger().name.partition("/")[2]
    await operator.open(f"/charge-points/{key}/upkeep")
    await expect(operator.page.get_by_text("It was never sent one")).to_be_visible()
    asked = ListAuditEntriesRequest(resource=f"localLists/{key}")
    assert not network.client.audit.ListAuditEntries(asked).audit_entries


@browsing
async def test_a_charger_of_1_6_is_run_from_its_pages(
    operator: Operator, network: Network, platform: WholePlatform, screenshots: Path
) -> None:
    charger = network.new_charger(display_name="Run from its pages")
    key = charger.name.rpartition("/")[2]
    async with connected(platform.charger_url, charger) as station:
        await limits_are_set(operator, key)
        await commands_are_sent(operator, key, station)

        await operator.open(f"/charge-points/{key}/upkeep")
        await told(await operator.start_action("Send it"), "Send", "Accepted")
        await expect(operator.region("Local list")).to_contain_text("Up to date")
        dialog = await operator.start_action("Fetch a log")
        await dialog.press("Fetch")
        await expect(dialog.box.get_by_role("status").or_(dialog.refusal)).to_be_visible()
        await dialog.close()

        await operator.open(f"/charge-points/{key}/certificates?use=CENTRAL_SYSTEM_ROOT")
        await expect(operator.region("What it trusts")).to_contain_text("It trusts none")
        await operator.open(f"/charge-points/{key}/status-log?kind=NETWORK")
        await expect(operator.region("Status log")).to_contain_text("Online")
        await walk(
            operator,
            key,
            screenshots,
            "",
            "/do",
            "/limits",
            "/upkeep",
            "/certificates",
            "/status-log",
        )


@browsing
async def test_messages_are_followed_as_they_are_said(
    operator: Operator, network: Network, platform: WholePlatform, screenshots: Path
) -> None:
    charger = network.new_charger(display_name="Much is said")
    key = charger.name.rpartition("/")[2]
    page = operator.page
    async with connected(platform.charger_url, charger) as station:
        await operator.open(f"/charge-points/{key}/messages")
        rows = page.locator("[data-tail] > details")
        boot = rows.filter(has_text="BootNotification")
        await expect(boot).to_contain_text("→ Accepted")
        await station.call("DataTransfer", {"vendorId": HOSTILE, "data": HOSTILE})
        sent = rows.filter(has_text="DataTransfer")
        await expect(sent).to_contain_text(f"vendorId: {HOSTILE}")
        await sent.locator("summary").click()
        await expect(sent.locator("pre").first).to_contain_text(HOSTILE)
        assert await page.locator("main img").count() == 0
        await operator.press("Pause")
        await station.heartbeat()
        await expect(page.get_by_role("button", name="Paused: 1 more")).to_be_visible()
        heartbeat = page.locator(".message-action", has_text=re.compile("^Heartbeat$"))
        assert await heartbeat.count() == 0
        await page.get_by_role("button", name="Paused: 1 more").click()
        await expect(rows.first).to_contain_text("Heartbeat")
        clear = ClearCacheRequest(charge_point=charger.name)
        await asyncio.to_thread(network.client.charge_point_maintenance.ClearCache, clear)
        await expect(rows.first).to_contain_text("to the charger")
        await expect(rows.first).to_contain_text("→ Accepted")
        await expect(sent).to_have_attribute("open", "")
        await walk(operator, key, screenshots, "/messages", "/messages?direction=TO_CHARGER")
        assert await rows.count() == await rows.filter(has_text="to the charger").count() > 0


@browsing
async def test_a_charger_of_2_0_1_has_monitors_and_a_display(
    operator: Operator, network: Network, platform: WholePlatform, screenshots: Path
) -> None:
    charger = network.new_charger(display_name="Has a display")
    key = charger.name.rpartition("/")[2]
    async with Station(platform.charger_url, key, PASSWORD, dialect=Ocpp201()) as station:
        await start_up(station)
        await operator.open(f"/charge-points/{key}/devices")
        dialog = await operator.start_action("Show a message")
        await dialog.press("Show it")
        await expect(dialog.box.locator(".field-error")).to_be_visible()
        await dialog.fill(**{"display_message.content": HOSTILE})
        await told(dialog, "Show it", "Accepted")
        await expect(operator.region("Display")).to_contain_text(HOSTILE)
        assert await operator.page.locator("main img").count() == 0
        dialog = await operator.start_action("Watch a variable")
        await dialog.fill(
            **{
                "setting.key": "TxUpdatedInterval",
                "setting.component": "SampledDataCtrlr",
                "value": "250",
            }
        )
        await told(dialog, "Watch it", "Accepted")
        await expect(operator.region("Monitors")).to_contain_text("TxUpdatedInterval")
        await walk(operator, key, screenshots, "/devices", "/do")
        asked = {
            "requestedEnergyTransfer": "AC_three_phase",
            "acChargingParameters": {
                "energyAmount": 15_000,
                "evMinCurrent": 6,
                "evMaxCurrent": 16,
                "evMaxVoltage": 230,
            },
        }
        await operator.open(f"/charge-points/{key}")
        await station.call("NotifyEVChargingNeeds", {"evseId": 1, "chargingNeeds": asked})
        words = "The car asks for: 15.00 kWh more, at most 16 A on 3 phases."
        await expect(operator.evse(1)).to_contain_text(words)
        await operator.open(f"/charge-points/{key}/do/transaction")
        await operator.press("Ask")
        answer = operator.page.get_by_role("status").filter(has_text="has told everything")
        await expect(answer).to_be_visible()
