"""A Chromium, an operator who is signed in, and a small network of the tests' own."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from flask.testing import FlaskClient
from playwright.async_api import Browser, async_playwright

from ampline import Client
from portal.app import create_app
from portal.settings import Settings
from tests.portal.network import Network, made_network
from tests.portal.operator import Operator
from tests.whole_platform import WholePlatform

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own Chromium."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "The browser tests need Chromium: make chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def client(platform: WholePlatform) -> Iterator[Client]:
    """The API as an administrator's program may use it."""
    with Client(platform.address, platform.key) as opened:
        yield opened


@pytest.fixture(scope="session")
def network(client: Client) -> Network:
    """A location with its tariff, and a driver with a card."""
    return made_network(client)


@pytest_asyncio.fixture(loop_scope="session")
async def operator(chromium: Browser, platform: WholePlatform) -> AsyncIterator[Operator]:
    """Somebody who is signed in, at a desk; whatever the browser complains of fails the test."""
    context = await chromium.new_context(viewport={"width": 1440, "height": 900})
    signed_in = Operator(await context.new_page(), platform.url)
    await signed_in.sign_in(platform.username, platform.password)
    yield signed_in
    await context.close()
    assert signed_in.complaints == []


@pytest.fixture
def alone() -> FlaskClient:
    """An operator's browser, without the scripts, at a portal whose platform is not there."""
    browser = create_app(Settings(secret="for tests", api_address="127.0.0.1:9")).test_client()
    with browser.session_transaction() as kept:
        kept.update(token="a token", csrf="proof", caller={"name": "A", "permissions": []})
    return browser


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures go, to be looked at; not kept by git."""
    folder = Path(os.environ.get("AMPLINE_SCREENSHOTS") or SCREENSHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
