"""A circuit in the portal: made, given a charge point, watched, boosted."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from ampline.v1.circuit_balancing_pb2 import ReportMeterReadingRequest
from ampline.v1.circuit_pb2 import (
    AttachChargePointRequest,
    Circuit,
    CreateCircuitRequest,
    GetCircuitRequest,
)
from tests.portal.network import Network
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_circuit_is_made_and_gets_a_member(operator: Operator, network: Network) -> None:
    page = operator.page
    charger = network.new_charger(display_name="In the garage")
    await operator.open("/circuits")
    await page.get_by_role("link", name="Add a circuit").first.click()
    await page.get_by_label("Name").fill("Garage")
    await page.get_by_label("Limit").fill("40")
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", name="Garage", level=1)).to_be_visible()
    await page.get_by_role("link", name="Add a charge point").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Charge point").fill(charger.name)
    await dialog.get_by_role("button", name="Add").click()
    await expect(dialog.get_by_text("is a member now")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name="In the garage")).to_be_visible()


async def test_what_flows_is_seen(operator: Operator, network: Network, screenshots: Path) -> None:
    client = network.client
    circuit = Circuit(display_name="Yard", max_current_a=32, offline_reserved_current_a=10)
    made = client.circuits.CreateCircuit(CreateCircuitRequest(circuit=circuit))
    charger = network.new_charger()
    client.circuits.AttachChargePoint(
        AttachChargePointRequest(name=made.name, charge_point=charger.name)
    )
    await operator.open(f"/{made.name}")
    flow = operator.page.get_by_role("region", name="On each phase, this moment")
    await expect(flow.get_by_text("L1: 10 A other loads")).to_be_visible()
    reading = ReportMeterReadingRequest(name=made.name, l1_a=4.5)
    client.circuit_balancing.ReportMeterReading(reading)
    await operator.page.reload()
    await expect(flow.get_by_text("L1: 4.5 A other loads")).to_be_visible()
    await expect(operator.page.get_by_text("Nobody charges in it right now")).to_be_visible()
    await operator.page.screenshot(path=screenshots / "circuit.png", full_page=True)
    assert await is_too_wide(operator.page) == 0
    assert await inaccessible(operator.page) == []
    assert operator.complaints == []


async def test_lower_limits_and_priorities_are_said(operator: Operator, network: Network) -> None:
    page, client = operator.page, network.client
    circuit = Circuit(display_name="Depot", max_current_a=63, location=network.location.name)
    made = client.circuits.CreateCircuit(CreateCircuitRequest(circuit=circuit))
    await operator.open(f"/{made.name}/edit")
    await page.get_by_role("button", name="Add a limit").click()
    limit = page.get_by_role("group", name="Limit 1")
    await limit.get_by_role("textbox", name="Limit").fill("32")
    await limit.get_by_label("Mon").check()
    await page.get_by_role("button", name="Add a priority").click()
    priority = page.get_by_role("group", name="Priority 1")
    await priority.get_by_label("and below this one").fill("20")
    await priority.get_by_label("Weight").fill("2.5")
    await page.get_by_role("button", name="Save changes").click()
    await expect(operator.title).to_have_text("Depot")
    kept = client.circuits.GetCircuit(GetCircuitRequest(name=made.name))
    (lower,) = kept.schedule
    assert (lower.max_current_a, lower.start_time.hours, [*lower.days]) == (32, 17, [1])
    (first,) = kept.priorities
    assert (first.soc_band.max_percent, first.weight) == (20, 2.5)
