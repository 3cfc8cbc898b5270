"""Chargers that nobody has registered appear by themselves, and are let in by one form."""

import pytest
from playwright.async_api import expect
from websockets.exceptions import InvalidStatus

from clients.charger import Station
from tests.portal.network import PASSWORD, Network, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def knock(platform: WholePlatform, identity: str) -> None:
    with pytest.raises(InvalidStatus):
        await Station(platform.charger_url, identity, PASSWORD).connect()


async def test_an_unknown_charger_is_let_in_by_one_form(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    identity, hostile = new_id("stranger"), "<img src=x>"
    await operator.open("/unknown-chargers")
    await knock(platform, identity)
    await knock(platform, hostile)
    listed = operator.region("Unknown chargers")
    await expect(listed).to_contain_text(identity)
    await expect(listed).to_contain_text(hostile)
    assert await operator.page.locator("main img").count() == 0
    for width in (390, 1440):
        await operator.page.set_viewport_size({"width": width, "height": 900})
        assert await is_too_wide(operator.page) == 0
        assert await inaccessible(operator.page) == []
    forgetting = await operator.start_action(f"Forget {hostile}")
    await forgetting.press("Forget")
    await expect(listed).not_to_contain_text(hostile)

    dialog = await operator.start_action(f"Register {identity}")
    await expect(dialog.box.locator("[name=display_name]")).to_have_value(identity)
    await dialog.fill(password="short", location=network.location.name)
    await dialog.press("Register")
    await expect(dialog.box.locator(".field-error")).to_be_visible()
    await dialog.fill(password=PASSWORD)
    await dialog.press("Register")
    await expect(operator.title).to_have_text(identity)
    async with Station(platform.charger_url, identity, PASSWORD) as station:
        assert (await station.boot())["status"] == "Accepted"
