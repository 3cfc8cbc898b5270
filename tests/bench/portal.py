"""What a page of the portal weighs, and how soon something is seen, in a large network.

AMPLINE_BENCH_ROWS makes its million sessions fewer, to try it.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.bench import network, sessions
from tests.bench.figures import Figure
from tests.bench.long_lists import SESSIONS
from tests.bench.multiplied import multiply
from tests.bench.ours import ampline, database_in
from tests.whole_platform import WholePlatform, start_platform

CHARGERS = 10_000
ROWS = int(os.environ.get("AMPLINE_BENCH_ROWS") or 1_000_000)
MOST_KIB, MOST_MS = 200, 1_000
FRONT = "/sign-in"
"""The page that asks for nothing: what the others are compared with."""
PAGES = {
    "dashboard": "/",
    "dashboard, 30 days": "/?days=30",
    "charge points": "/charge-points",
    "a charge point": f"/charge-points/{network.identity(0)}",
    "sessions": "/sessions",
    "users": "/users",
    "ID tags": "/id-tags",
    "map": "/map",
    "events": "/events",
    "transactions": "/transactions",
}
PAINTED = """() => new Promise((told) => new PerformanceObserver((list) => {
  const found = list.getEntries().find((entry) => entry.name === "first-contentful-paint");
  if (found) told(found.startTime);
}).observe({ type: "paint", buffered: true }))"""


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """KiB transferred with nothing cached, and milliseconds until the first paint."""
    await _large_network(folder)
    platform = start_platform(folder, f"sqlite:///{database_in(folder)}")
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            return await _figures(browser, platform, rounds)
    finally:
        platform.running.stop()


async def _large_network(folder: Path) -> None:
    network.seed(database_in(folder), chargers=CHARGERS)
    with ampline(folder) as server:
        await sessions.visits(await sessions.arrived(server, 1), 1)
    multiply(database_in(folder), SESSIONS.table, ROWS, SESSIONS.own)


async def _figures(browser: Browser, platform: WholePlatform, rounds: int) -> list[Figure]:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    front = [await _opened(page, platform.url + FRONT) for _ in range(rounds)]
    await page.get_by_label("User name").fill(platform.username)
    await page.get_by_label("Password").fill(platform.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{platform.url}/")
    figures = []
    for name, path in PAGES.items():
        found = [await _opened(page, platform.url + path) for _ in range(rounds)]
        weights, paints = (
            [*zip(ours, theirs, strict=True)] for ours, theirs in _both(found, front)
        )
        figures += [
            Figure("portal", f"{name}, nothing cached", "KiB", weights, MOST_KIB, "at most", True),
            Figure("portal", f"{name}, first paint", "ms", paints, MOST_MS, "at most", True),
        ]
    return figures


def _both(
    found: Sequence[tuple[float, float]], front: Sequence[tuple[float, float]]
) -> list[tuple[list[float], list[float]]]:
    """The weights of both, and the paints of both."""
    return [([each[of] for each in found], [each[of] for each in front]) for of in (0, 1)]


async def _opened(page: Page, address: str) -> tuple[float, float]:
    """Opens a page with nothing cached: KiB, and milliseconds until the first paint."""
    session: Any = await page.context.new_cdp_session(page)
    weights: list[float] = []
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.goto(address, wait_until="load")
    painted = await page.evaluate(PAINTED)
    await page.wait_for_function("document.fonts.status === 'loaded'")
    await session.detach()
    return sum(weights) / 1024, float(painted)
