"""Webhooks in the portal: made, tried out, watched, sent again, given a new secret."""

import asyncio
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import pytest_asyncio
from playwright.async_api import expect

from ampline.v1.location_pb2 import CreateLocationRequest
from tests.portal.network import Network, new_location
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Receiver(ThreadingHTTPServer):
    """Answers as it is told to."""

    status = 204
    came = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    """Takes a delivery."""

    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.came += 1
        self.send_response(self.server.status)
        self.end_headers()
        if self.server.status != 204:
            self.wfile.write(b"not today")

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program of the operator's."""
    server = Receiver(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest_asyncio.fixture(loop_scope="session")
async def made(operator: Operator, receiver: Receiver) -> Operator:
    """Somebody at the page of a webhook that they made by hand."""
    await operator.open("/webhooks/new")
    await operator.fill(url="http://example.com/", display_name="Mine", types="location.*")
    await operator.press("Create")
    await expect(operator.page.locator("#url-error")).to_contain_text("must be https")
    await operator.fill(url=receiver.url)
    await operator.press("Create")
    await expect(operator.title).to_have_text("Mine")
    await expect(operator.region("Deliveries")).to_contain_text("Nothing sent yet")
    return operator


async def test_it_is_tried_out_and_given_a_new_secret(made: Operator, receiver: Receiver) -> None:
    for status, told in ((204, "It took it: 204 after"), (503, "It did not take it: 503")):
        receiver.status = status
        trial = await made.start_action("Try it out")
        await trial.press("Send")
        await expect(trial.answer).to_contain_text(told)
        await trial.close()
    secret = await made.start_action("New secret")
    await secret.press("Show it")
    await expect(secret.answer).to_contain_text("whsec_")
    await secret.close()
    await made.page.reload()
    assert "whsec_" not in await made.page.content()
    assert made.complaints == []


async def test_deliveries_are_watched_and_sent_again(
    made: Operator, network: Network, receiver: Receiver
) -> None:
    receiver.status = 503
    request = CreateLocationRequest(location=new_location(network.location.tariff_group))
    network.client.locations.CreateLocation(request)
    await _until(made, "not today")
    await made.page.reload()  # the endpoint had been read before its delivery was
    row = made.region("Deliveries").get_by_role("row").nth(1)
    await expect(row).to_contain_text("location.created")
    await expect(row).to_contain_text("To be sent")
    await expect(made.page.get_by_text("Nothing got through since")).to_be_visible()
    receiver.status = 204
    button = row.get_by_role("link", name=re.compile("^Send event"))
    again = await made.start_action(await button.get_attribute("aria-label") or "")
    await again.press("Send")
    await expect(again.answer).to_contain_text("It is sent again")
    await again.close()
    await _until(made, "204")
    await expect(row).to_contain_text("Delivered")
    for width in (1440, 390):
        await made.page.set_viewport_size({"width": width, "height": 900})
        assert await is_too_wide(made.page) == 0
        assert await inaccessible(made.page) == []
    since = await made.start_action("Send again")
    await since.fill(start_time="2020-01-01T00:00")
    await since.press("Send")
    await expect(since.answer).to_contain_text("events since then")
    assert made.complaints == []


async def _until(operator: Operator, text: str) -> None:
    """Looks again, as somebody who waits does, until it is there."""
    async with asyncio.timeout(20):
        while text not in await operator.region("Deliveries").inner_text():
            await operator.page.reload()
