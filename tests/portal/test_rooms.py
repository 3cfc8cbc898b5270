"""Every room opens, in both themes, at a desk and on a phone: sound, accessible, not too wide."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.portal.network import Network
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

Theme = Literal["light", "dark"]
LOOKS: tuple[tuple[int, Theme], ...] = (
    (1440, "light"),
    (1440, "dark"),
    (390, "light"),
    (390, "dark"),
)
# Each layout and each theme once: what breaks in one layout alone, or for one theme's contrast.
EXAMINED: tuple[tuple[int, Theme], ...] = ((1440, "light"), (390, "dark"))

PARTS = 6
"""Tests that the rooms are spread over: a busy machine takes its time for all of them."""

MADE_BY_FORM = (
    "charge-points",
    "id-tags",
    "tariff-groups",
    "subscription-plans",
    "vouchers",
    "partners",
    "electricity-rates",
    "vendor-error-codes",
    "user-groups",
    "circuits",
    "webhooks",
    "firmware-campaigns",
    "operators",
    "api-keys",
)
LISTS = (
    "charge-points",
    "sessions",
    "users",
    "id-tags",
    "tariffs",
    "tariff-groups",
    "locations",
    "reservations",
    "transactions",
    "receipts",
    "subscription-plans",
    "subscriptions",
    "vouchers",
    "partners",
    "electricity-rates",
    "vendor-error-codes",
    "user-groups",
    "circuits",
    "events",
    "webhooks",
    "logs",
    "firmware",
    "unknown-chargers",
    "operators",
    "api-keys",
    "audit",
    "account",
    "settings",
)


def rooms(network: Network) -> dict[str, str]:
    """Addresses by name: every kind of page."""
    tariff, location, user = network.tariff.name, network.location.name, network.user.name
    return {
        **{name: f"/{name}" for name in LISTS},
        **{f"{name}-new": f"/{name}/new" for name in MADE_BY_FORM},
        "dashboard": "/",
        "map": "/map",
        "search": "/search?q=quay",
        "import": "/import/charge-points",
        "user": f"/{user}",
        "user-edit": f"/{user}/edit",
        "tariff-starts": "/tariffs/new",
        "tariff-new": "/tariffs/new?start=day-and-night",
        "tariff": f"/{tariff}",
        "tariff-group": f"/{network.location.tariff_group}",
        "who-pays-what": "/tariff-groups/who-pays-what",
        "location": f"/{location}",
        "location-edit": f"/{location}/edit",
        "firmware-new": "/firmware/new",
        "strangers": "/audit/strangers",
    }


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_room_opens(
    chromium: Browser, platform: WholePlatform, network: Network, screenshots: Path, part: int
) -> None:
    """Each is opened once, and then looked at in every way."""
    context = await chromium.new_context(reduced_motion="reduce")
    operator = Operator(await context.new_page(), platform.url)
    await operator.sign_in(platform.username, platform.password)
    charger = network.new_charger(display_name="Left of the gate")
    addresses = {**rooms(network), "charge-point": f"/charge-points/{charger.name.split('/')[1]}"}
    for name, address in [*addresses.items()][part::PARTS]:
        await operator.open(address)
        await expect(operator.title).to_be_visible()
        for width, theme in LOOKS:
            await operator.page.set_viewport_size({"width": width, "height": 900})
            await operator.page.emulate_media(color_scheme=theme)
            await operator.page.screenshot(path=screenshots / f"{name}-{width}-{theme}.png")
            assert await is_too_wide(operator.page) == 0, name
            if (width, theme) in EXAMINED:
                assert await inaccessible(operator.page) == [], name
        assert operator.complaints == [], name
    await context.close()


async def test_the_theme_is_kept(operator: Operator) -> None:
    await operator.open("/users")
    await operator.page.get_by_role("button", name="Dark").click()
    await operator.open("/tariffs")
    assert await operator.page.evaluate("document.documentElement.dataset.theme") == "dark"
    colour = await operator.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(12, 19, 17)"


async def test_filters_stand_in_the_address(operator: Operator, network: Network) -> None:
    charger = network.new_charger(display_name="Needle in a haystack")
    await operator.open("/charge-points")
    await operator.page.get_by_role("searchbox", name="Search").fill("needle in")
    await expect(operator.page.get_by_role("row")).to_have_count(2)
    await expect(operator.page).to_have_url(f"{operator.url}/charge-points?text=needle%20in")
    await operator.page.reload()
    await expect(operator.page.get_by_role("link", name="Needle in a haystack")).to_be_visible()
    assert charger.name


async def test_one_gets_about_by_keyboard(operator: Operator, network: Network) -> None:
    charger = network.new_charger()
    await operator.open(f"/charge-points/{charger.name.split('/')[1]}")
    await operator.page.keyboard.press("Tab")
    await expect(operator.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await operator.page.keyboard.press("Enter")
    await expect(operator.page.locator("#main")).to_be_focused()
    restart = operator.page.get_by_role("link", name="Restart", exact=True)
    await restart.focus()
    await operator.page.keyboard.press("Enter")
    await expect(operator.page.get_by_role("dialog")).to_be_visible()
    await operator.page.keyboard.press("Escape")
    await expect(operator.page.get_by_role("dialog")).to_be_hidden()
    await expect(restart).to_be_focused()
