"""Rooms in other languages: nothing stays English, and no long word breaks a page."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Message
from playwright.async_api import Browser, expect

from ampline import Client
from portal.language import catalogue
from tests.portal.network import Network, made_network
from tests.portal.operator import Operator
from tests.portal.soundness import is_too_wide
from tests.portal.test_rooms import rooms
from tests.whole_platform import WholePlatform, start_platform
from tools.catalogues import gathered

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAY_MOST = ("dashboard", "tariff-new", "user-edit", "charge-points")


@pytest.fixture(scope="module")
def platform(
    tmp_path_factory: pytest.TempPathFactory, fresh_database_url: Callable[[], str]
) -> Iterator[WholePlatform]:
    """One of its own: what other tests call things may be what the portal calls something, too."""
    started = start_platform(tmp_path_factory.mktemp("translated"), fresh_database_url())
    yield started
    assert started.running.stop() == 0


@pytest.fixture(scope="module")
def network(platform: WholePlatform) -> Iterator[Network]:
    """A location with its tariff, and a driver with a card."""
    with Client(platform.address, platform.key) as client:
        yield made_network(client)


class Texts(HTMLParser):
    """What a reader, or a screen reader, is told."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: set[str] = set()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.told.add(re.sub(r"\s+", " ", data).strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {"aria-label", "placeholder", "title"}
        self.told.update(value for name, value in attrs if name in told and value)


def untranslated(page: str, language: str, english: list[Message]) -> list[str]:
    """What a page says in English although it has another word in the language."""
    told = catalogue(language)
    words = {str(text.id): told.gettext(str(text.id)) for text in english if not text.context}
    meant = {told.pgettext(text.context, str(text.id)) for text in english if text.context}
    other = {text for text in Texts(page).told if words.get(text, text) != text}
    return sorted(other - {*words.values(), *meant})


async def test_rooms_speak_the_operators_language(
    chromium: Browser, platform: WholePlatform, network: Network, screenshots: Path
) -> None:
    english = [text for text in gathered() if text.id and isinstance(text.id, str)]
    context = await chromium.new_context(viewport={"width": 390, "height": 900})
    operator = Operator(await context.new_page(), platform.url)
    await operator.sign_in(platform.username, platform.password)
    addresses = rooms(network)
    for language in ("de", "nl", "fr"):
        await operator.speak(language)
        for name in SAY_MOST:
            await operator.page.goto(operator.url + addresses[name])
            await expect(operator.title).to_be_visible()
            await operator.page.screenshot(path=screenshots / f"{name}-{language}.png")
            assert await is_too_wide(operator.page) == 0, (name, language)
    left = {}
    for name, address in addresses.items():
        answer = await context.request.get(operator.url + address)
        left[name] = untranslated(await answer.text(), "fr", english)
    assert {name: texts for name, texts in left.items() if texts} == {}
    await the_own_clock_counts(operator, network)
    assert operator.complaints == []
    await context.close()


async def the_own_clock_counts(operator: Operator, network: Network) -> None:
    """A zone that is chosen in the settings."""
    await operator.speak("en")
    await operator.open("/settings")
    await expect(operator.region("About")).to_contain_text("Answers")
    await operator.fill(zone="Nowhere/Else")
    await operator.press("Save changes")
    await expect(operator.fault_of("Your time zone")).to_contain_text("A time zone, please")
    await operator.fill(zone="Asia/Dubai")
    await operator.page.get_by_label("Times are told").select_option("mine")
    await operator.press("Save changes")
    await expect(operator.page.get_by_role("status").first).to_have_text("Saved.")
    await operator.open(f"/{network.user.name}")
    await expect(operator.page.get_by_text("Times are of Asia/Dubai.")).to_be_visible()
    await expect(operator.region("Ledger").locator("time").first).to_contain_text("UTC+04")
