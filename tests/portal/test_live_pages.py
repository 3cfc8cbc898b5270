"""Live pages: what happens shows without a reload; a browser that was away misses nothing."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from ampline.v1.charge_point_pb2 import ChargePoint, UpdateChargePointRequest
from tests.portal.network import Network, connected
from tests.portal.operator import Operator
from tests.running import Running, free_ports
from tests.whole_platform import WholePlatform

pytestmark = pytest.mark.asyncio(loop_scope="session")

STOP_SECONDS = 3
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browserless:
    """A signed-in operator without a browser: cookies and plain HTTP."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.port = port
        self.cookie = ""
        page = self.call("GET", "/sign-in")
        form = {
            "csrf_token": TOKEN.search(page)[1],  # type: ignore[index]
            "username": username,
            "password": password,
        }
        self.call("POST", "/sign-in", urlencode(form))

    def call(self, method: str, path: str, body: str = "") -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).split(";")[0]
        text = answer.read().decode()
        connection.close()
        return text

    def stream(self, path: str, last_event_id: str = "") -> "Stream":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Cookie": self.cookie}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        connection.request("GET", path, headers=headers)
        return Stream(connection)


class Stream:
    """Server-sent events as they come: dicts of event, id and data."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.response = connection.getresponse()

    def __iter__(self) -> Iterator[dict[str, str]]:
        message: dict[str, str] = {}
        for line in iter(self.response.readline, b""):
            name, _, text = line.decode().rstrip("\n").partition(":")
            if name:
                message[name] = text.strip()
            elif message:
                yield message
                message = {}

    def next(self, event: str) -> dict[str, str]:
        """The next message of a kind."""
        return next(message for message in self if message.get("event") == event)

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def rename(network: Network, charger: ChargePoint, name: str) -> None:
    changed = ChargePoint(name=charger.name, display_name=name)
    network.client.charge_points.UpdateChargePoint(UpdateChargePointRequest(charge_point=changed))


async def test_a_status_shows_by_itself(
    operator: Operator, network: Network, platform: WholePlatform
) -> None:
    charger = network.new_charger(display_name="Watched")
    async with connected(platform.charger_url, charger) as station:
        await operator.open(f"/charge-points/{charger.name.split('/')[1]}")
        await expect(operator.evse(1)).to_contain_text("Available")
        await operator.page.evaluate("window.sameDocument = true")
        await station.plug_in(1)
        await expect(operator.evse(1)).to_contain_text("Preparing")
        assert await operator.page.evaluate("window.sameDocument")


async def test_the_feed_grows(operator: Operator, network: Network) -> None:
    charger = network.new_charger(display_name="In the feed")
    identity = charger.name.split("/")[1]
    await operator.open(f"/events?charge_point={charger.name}")
    rename(network, charger, "Still in the feed")
    newest = operator.page.locator("[data-feed] li").first
    await expect(newest).to_contain_text("Charge point updated")
    await expect(newest).to_contain_text(identity)


async def test_who_comes_back_misses_nothing(network: Network, platform: WholePlatform) -> None:
    somebody = Browserless(platform.portal_port, platform.username, platform.password)
    charger = network.new_charger(display_name="Zero")
    path = f"/live?{urlencode({'charge_point': charger.name, 'type': 'charge_point.updated'})}"
    stream = somebody.stream(path)
    stream.next("open")
    rename(network, charger, "One")
    seen = stream.next("change")
    stream.close()
    rename(network, charger, "Two")
    rename(network, charger, "Three")
    stream = somebody.stream(path, last_event_id=seen["id"])
    missed = [stream.next("change"), stream.next("change")]
    stream.close()
    assert len({seen["id"], *(one["id"] for one in missed)}) == 3
    assert json.loads(missed[0]["data"])["subject"] == charger.name


async def test_it_stops_in_time_while_streams_run(
    network: Network, platform: WholePlatform, tmp_path: Path
) -> None:
    [port] = free_ports(1)
    settings = {
        "AMPLINE_API_ADDRESS": f"127.0.0.1:{platform.grpc_port}",
        "AMPLINE_PORTAL_PORT": str(port),
        "AMPLINE_DATA": str(tmp_path),
    }
    portal = Running.start(["portal"], settings, tmp_path / "portal.log")
    try:
        portal.until(lambda: is_healthy(port))
        somebody = Browserless(port, platform.username, platform.password)
        streams = [somebody.stream("/live") for _ in range(5)]
        for stream in streams:
            stream.next("open")
        began = time.monotonic()
        assert portal.stop() == 0
        assert time.monotonic() - began < STOP_SECONDS
    finally:
        portal.kill()


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthy")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
