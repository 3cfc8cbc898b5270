"""Page objects: what an operator does in the portal, in an operator's words."""

import re
from dataclasses import dataclass, field

from playwright.async_api import ConsoleMessage, Locator, Page, expect

# Chromium writes a line for each answer that is no success; a form with faults is one.
EXPECTED = re.compile(r"Failed to load resource: .* 4\d\d|net::ERR_(ABORTED|NETWORK_CHANGED)")
PATIENCE_MILLISECONDS = 20_000

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@dataclass
class Operator:
    """Somebody with the portal in a browser."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    """What the browser finds wrong: scripts that fail, what the content policy forbids."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"alert: {dialog.message}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            self.complaints.append(message.text)

    async def open(self, path: str) -> None:
        """Opens a page, and waits until it is live if it is one that lives."""
        await self.page.goto(self.url + path)
        mark = self.page.locator("[data-live-mark]")
        if await mark.count():
            await expect(mark).to_have_attribute("data-state", "live")

    async def sign_in(self, username: str, password: str) -> None:
        await self.page.goto(f"{self.url}/sign-in")
        await self.page.get_by_label("User name").fill(username)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def speak(self, language: str) -> None:
        """Chooses a language."""
        await self.page.locator(f'[name="language"][value="{language}"]').first.evaluate(
            "button => button.click()"
        )
        await expect(self.page.locator("html")).to_have_attribute("lang", language)

    @property
    def title(self) -> Locator:
        return self.page.locator("main h1")

    def field(self, label: str) -> Locator:
        """A field of the page's form, or of the dialog if one is open."""
        return self._scope().get_by_label(label, exact=True)

    def fault_of(self, label: str) -> Locator:
        """The text of what is wrong with a field, beside it."""
        field_ = self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(needed\))?$"))
        return self.page.locator(".field", has=field_).locator(".field-error")

    async def fill(self, **texts: str) -> None:
        """Fills fields by their API path, `__` for a dot: `position__latitude`."""
        for name, text in texts.items():
            await self.page.locator(f'main [name="{name.replace("__", ".")}"]').fill(text)

    async def press(self, button: str) -> None:
        await self._scope().get_by_role("button", name=button, exact=True).click()

    async def start_action(self, link: str) -> "Dialog":
        """Opens an action's dialog."""
        await self.page.get_by_role("link", name=link, exact=True).first.click()
        dialog = self.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        return Dialog(dialog)

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)

    def evse(self, number: int) -> Locator:
        """An EVSE's card on the page of its charger."""
        return self.page.get_by_role("article", name=re.compile(rf"^EVSE {number}\b"))

    def figure(self, label: str) -> Locator:
        """The value of a figure."""
        return self.page.locator(".figure", has_text=label).locator(".figure-value")

    def _scope(self) -> Locator:
        return self.page.locator("main")


@dataclass(frozen=True)
class Dialog:
    """An action's form, and then what came of it."""

    box: Locator

    async def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            await self.box.locator(f'[name="{name}"]').fill(text)

    async def choose(self, **values: str) -> None:
        for name, value in values.items():
            await self.box.locator(f'[name="{name}"]').select_option(value)

    async def press(self, button: str) -> None:
        await self.box.get_by_role("button", name=button, exact=True).click()

    @property
    def answer(self) -> Locator:
        """What came of it."""
        return self.box.get_by_role("status")

    @property
    def refusal(self) -> Locator:
        return self.box.get_by_role("alert")

    async def close(self) -> None:
        await self.box.get_by_role("link", name=re.compile("Done|Cancel")).click()
        await expect(self.box).to_be_hidden()
