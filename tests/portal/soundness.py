"""Whether a page is sound: for every reader, and no wider than its window."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

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
