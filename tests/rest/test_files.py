"""Files over the public port: a charger uploads its logs, an operator looks at them."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from clients.charger import Station
from clients.charger.dialect import Dialect
from clients.charger.ocpp16 import Ocpp16
from clients.charger.ocpp201 import Ocpp201
from tests.rest.conftest import new_id
from tests.rest.rest import Json, Rest
from tests.whole_platform import WholePlatform

DEADLINE = 30


@pytest.fixture(params=[Ocpp16, Ocpp201])
async def station(
    request: pytest.FixtureRequest, platform: WholePlatform, rest: Rest, location: Json
) -> AsyncIterator[Station]:
    """A charger of each version that has booted."""
    identity = new_id()
    body = {"location": location["name"], "securityProfile": "NO_SECURITY"}
    created = rest.post("/v1/chargePoints", body, charge_point_id=identity)
    assert created.status == 200, created
    dialect: Dialect = request.param()
    async with Station(platform.charger_url, identity, dialect=dialect) as station:
        await station.boot()
        yield station


async def followed(rest: Rest, path: str, value: str, field: str = "state") -> Json:
    """The resource, once its field has that value."""
    async with asyncio.timeout(DEADLINE):
        while (found := rest.get(path).json).get(field) != value:  # noqa: ASYNC110 - HTTP sets no event
            await asyncio.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("action", "body"), [("getDiagnostics", {}), ("getLog", {"kind": "SECURITY"})]
)
async def test_a_charger_uploads_what_it_is_asked_for(
    platform: WholePlatform, rest: Rest, station: Station, action: str, body: Json
) -> None:
    path = f"/v1/chargePoints/{station.identity}:{action}"
    asked = await asyncio.to_thread(rest.post, path, body)
    assert asked.status == 200, asked
    name = asked.json["chargePointLog"]
    log = await followed(rest, f"/v1/{name}", "UPLOADED")
    assert log["fileName"] == asked.json["fileName"]
    assert log["kind"] == body.get("kind", "DIAGNOSTICS")
    offered = rest.get(f"/v1/{name}:download").json
    url = urlsplit(offered["uri"])
    assert url.netloc == platform.address
    file = Rest(platform.address).get(url.path)
    assert file.status == 200
    assert f"identity: {station.identity}" in file.body.decode()
    assert (int(log["sizeBytes"]), log["sha256"]) == (
        len(file.body),
        hashlib.sha256(file.body).hexdigest(),
    )
    calls = rest.get(f"/v1/chargePoints/{station.identity}/messages", direction="TO_CHARGER").json
    assert "/files/***" in str(calls), "who reads the log of messages cannot upload"


async def test_firmware_is_brought_given_and_installed(
    platform: WholePlatform, rest: Rest, station: Station
) -> None:
    content = b"version: 7.7.7\n" + os.urandom(3_000_000)
    made = rest.post("/v1/firmwareImages", {"firmwareVersion": "7.7.7"}).json
    issued = rest.post(f"/v1/{made['name']}:upload", {}).json
    address = urlsplit(issued["uri"])
    brought = Rest(platform.address).call("PUT", f"{address.path}v7.bin", content)
    assert brought.status == 200, brought
    image = rest.get(f"/v1/{made['name']}").json
    assert (image["state"], image["fileName"]) == ("READY", "v7.bin")
    assert image["sha256"] == hashlib.sha256(content).hexdigest()
    path = f"/v1/chargePoints/{station.identity}:updateFirmware"
    asked = await asyncio.to_thread(rest.post, path, {"firmwareImage": made["name"]})
    assert asked.status == 200, asked
    await followed(rest, f"/v1/{asked.json['firmwareUpdate']}", "INSTALLED")
    assert station.firmware is not None
    assert (station.firmware.size, station.firmware.sha256) == (len(content), image["sha256"])
    charge_point = f"/v1/chargePoints/{station.identity}"
    await followed(rest, charge_point, "7.7.7", "firmwareVersion")


def test_a_url_that_nobody_knows(platform: WholePlatform) -> None:
    refused = Rest(platform.address).call("PUT", "/files/nobody-knows-this/x", b"x" * 3_000_000)
    assert (refused.status, refused.body) == (404, b"no such file\n")
