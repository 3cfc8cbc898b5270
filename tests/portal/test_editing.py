"""Resources are made and changed in forms; faults stand beside their field, nothing is lost."""

import pytest
from playwright.async_api import expect

from ampline.v1.tariff_pb2 import GetTariffRequest, Tariff, UpdateTariffRequest
from ampline.v1.user_pb2 import GetUserRequest
from tests.portal.network import Network, new_id
from tests.portal.operator import Operator

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_network_is_made_by_hand(operator: Operator, network: Network) -> None:
    await operator.open("/locations/new")
    await operator.fill(
        display_name="By hand",
        address__address_lines="Quay 7",
        address__region_code="NL",
        position__latitude="52.1",
        position__longitude="5.1",
        time_zone="Europe/Amsterdam",
    )
    await operator.press("Create")
    await expect(operator.title).to_have_text("By hand")
    await operator.page.get_by_role("link", name="Register a charge point here").click()
    identity = new_id("charger")
    await operator.fill(charge_point_id=identity, display_name="Also by hand")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Also by hand")
    address = operator.page.get_by_text(f"/ocpp/{identity}")
    await expect(address).to_be_visible()


async def test_faults_stand_beside_their_fields(operator: Operator) -> None:
    await operator.open("/users/new")
    await operator.fill(email="no address", given_name="Kept", currency="euro")
    await operator.press("Create")
    await expect(operator.page.get_by_role("alert")).to_contain_text("2 fields need another look")
    await expect(operator.page.locator("#email-error")).to_be_visible()
    await expect(operator.page.locator("#currency-error")).to_be_visible()
    await expect(operator.page.locator("#email")).to_have_value("no address")
    await expect(operator.page.locator("#given_name")).to_have_value("Kept")
    await operator.fill(email=f"{new_id('driver')}@example.com", currency="EUR")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Kept")


async def test_a_location_that_is_not_there_is_named(operator: Operator) -> None:
    await operator.open("/charge-points/new")
    await operator.fill(location="locations/nowhere", display_name="Kept")
    await operator.press("Create")
    await expect(operator.page.locator("#location-error")).to_be_visible()
    await expect(operator.page.locator("#display_name")).to_have_value("Kept")


async def test_a_tariff_is_built_and_priced_at_once(operator: Operator, network: Network) -> None:
    await operator.open("/tariffs/new?start=energy")
    await operator.fill(display_name="Built here", sample__energy="10")
    await operator.page.locator('[name="elements[0].unit_price"]').fill("0.30")
    await operator.page.locator('[name="tax_percent"]').fill("0")
    await expect(operator.page.locator("#preview")).to_contain_text("€3.00")
    await operator.press("Add a price")
    second = operator.page.get_by_role("group", name="Price 2")
    await second.get_by_label("What is charged for").select_option("Connection fee")
    await second.get_by_label("Price", exact=True).fill("1")
    await expect(operator.page.locator("#preview")).to_contain_text("€4.00")
    await expect(operator.page.locator("#preview")).to_contain_text("A night at home")
    week = operator.region("The week")
    await expect(week.get_by_role("table", name="Connection fee")).to_be_visible()
    await expect(week.get_by_role("row", name="Tue").first).to_contain_text("00:00–24:00: 1")
    await operator.press("Move price 2 up")
    first = operator.page.locator('[name="elements[0].dimension"]')
    await expect(first).to_have_value("SESSION")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Built here")
    name = "tariffs/" + operator.page.url.rpartition("/")[2]
    kept = network.client.tariffs.GetTariff(GetTariffRequest(name=name))
    assert [one.dimension for one in kept.elements] == [Tariff.SESSION, Tariff.ENERGY]
    assert kept.elements[0].unit_price.units == 1


async def test_a_sample_that_cannot_be_priced_is_told(operator: Operator) -> None:
    await operator.open("/tariffs/new?start=energy")
    await operator.fill(sample__start="", sample__energy="1e30")
    told = operator.page.locator("#preview")
    await expect(told).to_contain_text("Begins, by the local clock: is required")
    await expect(told).to_contain_text("Energy: The number is too large.")


async def test_what_the_form_does_not_show_is_kept(operator: Operator, network: Network) -> None:
    tariff = network.client.tariffs.GetTariff(GetTariffRequest(name=network.tariff.name))
    tariff.labels["season"] = "winter"
    network.client.tariffs.UpdateTariff(UpdateTariffRequest(tariff=tariff))
    await operator.open(f"/{tariff.name}/edit")
    await operator.fill(display_name="Forty euros, still")
    await operator.press("Save changes")
    await expect(operator.title).to_have_text("Forty euros, still")
    kept = network.client.tariffs.GetTariff(GetTariffRequest(name=tariff.name))
    assert dict(kept.labels) == {"season": "winter"}
    assert kept.elements == tariff.elements


async def test_nobody_undoes_anothers_change(operator: Operator, network: Network) -> None:
    await operator.open(f"/{network.tariff.name}/edit")
    theirs = network.client.tariffs.GetTariff(GetTariffRequest(name=network.tariff.name))
    theirs.external_id = new_id("theirs")
    network.client.tariffs.UpdateTariff(UpdateTariffRequest(tariff=theirs))
    await operator.fill(display_name="Mine")
    await operator.press("Save changes")
    await expect(operator.page.get_by_role("alert")).to_contain_text("Somebody else changed this")
    await expect(operator.page.locator("#display_name")).to_have_value("Mine")


async def test_money_is_booked_once(operator: Operator, network: Network) -> None:
    before = network.client.users.GetUser(GetUserRequest(name=network.user.name)).balance.units
    await operator.open(f"/{network.user.name}")
    dialog = await operator.start_action("Add to the balance")
    await dialog.fill(amount="ten")
    await dialog.press("Book it")
    await expect(dialog.box.locator(".field-error")).to_have_text("A number, please.")
    await dialog.fill(amount="10", reason="By hand")
    await dialog.press("Book it")
    await expect(dialog.answer).to_contain_text("The balance is now")
    await dialog.close()
    ledger = operator.region("Ledger, newest first, as a table")
    await expect(ledger.get_by_role("row").nth(1)).to_contain_text("By hand")
    after = network.client.users.GetUser(GetUserRequest(name=network.user.name)).balance.units
    assert after == before + 10
