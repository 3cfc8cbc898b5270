"""Files in the portal: a charger's diagnostics, and firmware from the desk to the charger."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.portal.network import Network, connected
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_diagnostics_are_fetched_and_read(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="Has much to tell")
    key = charger.name.partition("/")[2]
    async with connected(platform.charger_url, charger) as station:
        await operator.open(f"/charge-points/{key}")
        dialog = await operator.start_action("Fetch diagnostics")
        await dialog.press("Fetch")
        await expect(dialog.answer).to_contain_text("You will find it among the logs.")
        await dialog.close()
        await station.received("GetDiagnostics")
        logs = operator.region("Logs")
        while await logs.get_by_text("Uploaded").count() == 0:  # the list does not live
            await operator.open(f"/logs?charge_point={charger.name}")
    async with operator.page.expect_download() as downloading:
        await logs.get_by_role("link", name=f"{key}-diagnostics.txt").click()
    file = await (await downloading.value).path()
    assert f"identity: {key}" in file.read_text()
    assert await inaccessible(operator.page) == []


async def test_firmware_goes_from_the_desk_to_the_charger(
    operator: Operator, network: Network, platform: WholePlatform, tmp_path: Path
) -> None:
    file = tmp_path / "v9.bin"
    file.write_bytes(b"version: 9.9.9\n" + bytes(2_000_000))
    await operator.open("/firmware/new")
    await operator.fill(firmware_version="9.9.9", display_name="Desk to charger")
    await operator.press("Create")
    await expect(operator.title).to_have_text("Firmware 9.9.9")
    await operator.press("Bring the file")
    await operator.page.get_by_label("File").set_input_files(file)
    await operator.press("Upload")
    await expect(operator.title).to_have_text("Firmware 9.9.9")
    await expect(operator.page.get_by_text("v9.bin")).to_be_visible()
    assert await inaccessible(operator.page) == []

    charger = network.new_charger(display_name="Runs an old version")
    async with connected(platform.charger_url, charger) as station:
        await operator.page.get_by_role("link", name="New campaign").click()
        await operator.fill(selection__model=station.hardware.model, display_name="One by one")
        await operator.fill(selection__location=network.location.name)
        await operator.press("Create")
        await expect(operator.title).to_have_text("One by one")
        dialog = await operator.start_action("Start")
        await dialog.press("Start")
        await expect(dialog.answer).to_contain_text("Started.")
        await dialog.close()
        await station.until(lambda: station.hardware.firmware_version == "9.9.9", 30)
        await expect(operator.figure("Installed")).to_have_text("1")
        assert await inaccessible(operator.page) == []
