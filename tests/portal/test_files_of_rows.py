"""Lists as CSV files, resources out of them, and one box that finds everything."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from ampline import NotFound
from ampline.v1.audit_entry_pb2 import ListAuditEntriesRequest
from ampline.v1.vendor_error_code_pb2 import GetVendorErrorCodeRequest
from tests.portal.network import Network, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def bring(operator: Operator, folder: Path, text: str) -> None:
    """Chooses a file, and looks at it."""
    file = folder / "codes.csv"
    file.write_text(text)
    await operator.page.get_by_label("CSV file").set_input_files(file)
    await operator.press("Look at it")


async def test_error_codes_are_brought_in_a_file_and_taken_out_again(
    operator: Operator, network: Network, tmp_path: Path
) -> None:
    page, client, vendor = operator.page, network.client, new_id("Vendor")
    await operator.open("/vendor-error-codes")
    await page.get_by_role("link", name="Bring a file").first.click()
    good = f"{vendor}-1,{vendor},E1,CRITICAL"
    await bring(operator, tmp_path, f"id,vendor_id,error_code,severity\n{good}\n,,E2,AWFUL\n")
    faults = page.get_by_role("alert")
    await expect(faults.get_by_role("row").nth(1)).to_contain_text("AWFUL")
    await expect(faults.get_by_role("row").nth(1).get_by_role("cell").first).to_have_text("3")
    assert await inaccessible(page) == []

    await bring(operator, tmp_path, f"id,vendor_id,error_code,severity\n{good}\n,,E2,\n")
    await expect(page.get_by_text("2 rows, not created yet")).to_be_visible()
    await operator.press("Create all 2")
    await expect(faults.get_by_role("row").nth(1)).to_contain_text("vendor_id")
    with pytest.raises(NotFound):
        client.vendor_error_codes.GetVendorErrorCode(
            GetVendorErrorCodeRequest(name=f"vendorErrorCodes/{vendor}-1")
        )

    other = f"{vendor}-2,{vendor},E2,"
    await bring(operator, tmp_path, f"id,vendor_id,error_code,severity\n{good}\n{other}\n")
    for width in (390, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await is_too_wide(page) == 0
    assert await inaccessible(page) == []
    await operator.press("Create all 2")
    await expect(operator.title).to_have_text("Vendor error codes")

    await operator.open(f"/vendor-error-codes?vendor_id={vendor}")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="All as CSV").click()
    text = (await (await coming.value).path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["name"].rpartition("/")[2] for row in rows} == {f"{vendor}-1", f"{vendor}-2"}
    assert {row["severity"] for row in rows} == {"CRITICAL", ""}


async def test_one_box_finds_everything(operator: Operator, network: Network) -> None:
    page = operator.page
    await operator.open("/webhooks")
    await page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Search")
    await box.get_by_label("Look for").fill("quay of")
    await expect(box.get_by_role("link").first).to_be_visible()
    assert await inaccessible(page) == []
    await box.get_by_label("Look for").fill("vouch")
    await expect(box.get_by_role("link", name=re.compile("Vouchers"))).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(operator.title).to_have_text("Vouchers")
    await operator.open("/search?q=nobody-is-called-so")
    await expect(page.get_by_role("status")).to_contain_text("Nothing is called so")
    for kind in ("sessions", "transactions"):
        asked = ListAuditEntriesRequest(resource=f"{kind}/nobody-is-called-so")
        assert not network.client.audit.ListAuditEntries(asked).audit_entries


async def test_the_map_shows_where_chargers_are(operator: Operator, network: Network) -> None:
    page = operator.page
    await operator.open("/map")
    beside = page.get_by_role("region", name="Locations on the map")
    link = beside.get_by_role("link", name=re.compile(network.location.display_name)).first
    await expect(link).to_be_visible()
    await expect(page.locator("path.map-land").first).to_be_attached()
    assert await page.locator("path.map-dot").count() == await beside.locator("li").count()
    await link.click()
    await expect(operator.title).to_have_text(network.location.display_name)
