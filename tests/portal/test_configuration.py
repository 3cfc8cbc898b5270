"""Settings of chargers in the portal: what they told, what a template wants, and setting it."""

import pytest
from playwright.async_api import expect

from clients.charger import Ocpp201, Station, start_up
from tests.portal.network import PASSWORD, Network
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_template_is_made_applied_and_held_against_a_charger(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="Watched")
    key = charger.name.rpartition("/")[2]
    async with Station(platform.charger_url, key, PASSWORD, dialect=Ocpp201()) as station:
        await start_up(station)
        await operator.open("/configuration-templates/new")
        await operator.fill(display_name="Street chargers")
        for path, text in (
            ("setting.key", "TxUpdatedInterval"),
            ("setting.component", "SampledDataCtrlr"),
            ("value", "30"),
        ):
            await operator.page.locator(f'main [name="settings[0].{path}"]').fill(text)
        await operator.press("Create")
        await expect(operator.title).to_have_text("Street chargers")
        dialog = await operator.start_action("Apply")
        await dialog.fill(charge_point=charger.name)
        await dialog.press("Apply")
        await expect(dialog.answer).to_contain_text("1 of 1 now have all")
        await dialog.close()
        assert station.configuration["MeterValueSampleInterval"] == "30"
        followers = operator.region("Charge points that follow it")
        await operator.page.reload()
        await expect(followers).to_contain_text(key)
        for width in (1440, 390):
            await operator.page.set_viewport_size({"width": width, "height": 900})
            assert await is_too_wide(operator.page) == 0
            assert await inaccessible(operator.page) == []
        await operator.open("/configuration-templates?text=street")
        await expect(operator.page.get_by_text("Street chargers").first).to_be_visible()
        await look_at_its_configuration(operator, key)
        assert station.configuration["MeterValueSampleInterval"] == "45"


async def look_at_its_configuration(operator: Operator, key: str) -> None:
    """Changes a setting of the charger's by hand, so that it differs from its template."""
    page = operator.page
    await operator.open(f"/charge-points/{key}/configuration")
    drift = operator.region("Different from its template")
    await expect(drift).to_contain_text("all that the template wants")
    dialog = await operator.start_action("Change TxUpdatedInterval SampledDataCtrlr")
    await dialog.fill(value="45")
    await dialog.press("Set")
    await expect(dialog.answer).to_contain_text("The charger accepted")
    await dialog.close()
    await page.reload()
    await expect(drift).to_contain_text("TxUpdatedInterval")
    await expect(drift).to_contain_text("45")
    for width in (1440, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await is_too_wide(page) == 0
        assert await inaccessible(page) == []
    await page.set_viewport_size({"width": 1440, "height": 900})
    again = await operator.start_action("Read again")
    await again.press("Read")
    await expect(again.answer).to_contain_text("It tells its settings")
    await again.close()
