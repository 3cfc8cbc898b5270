"""Whether a page is sound: for every reader, and no wider than its window."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.portal.operator import Operator

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


async def is_too_wide(page: Page) -> int:
    """By how many pixels one would have to scroll sideways."""
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


async def inaccessible(page: Page) -> list[str]:
    """What breaks WCAG 2.2 AA."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found["violations"]]


async def must_be_sound(operator: Operator) -> None:
    """Says what is wrong with the page that is open, at a desk or on a phone, if anything is."""
    for width in (390, 1440):
        await operator.page.set_viewport_size({"width": width, "height": 900})
        assert await is_too_wide(operator.page) == 0
        assert await inaccessible(operator.page) == []
    assert operator.complaints == []
