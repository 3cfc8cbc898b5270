"""Power fails: what was written and not synced is lost, what was acknowledged is not (SQLite).

kill -9 leaves the page cache as it is, so it cannot tell a synced commit from one
that is merely written. Here the server runs on a file layer that keeps what was
synced apart (`lossy_disk`), and goes on from that after each cut.
"""

import asyncio
import fcntl
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ampline.v1.user_pb2 import AddBalanceRequest, GetUserRequest
from server.store.database import open_database
from tests.faults.acknowledged import Acknowledged
from tests.faults.audit import audit
from tests.faults.load import load_on
from tests.faults.network import euros, made, make_network
from tests.faults.node import Node, started
from tests.ocpp.raw_charger import BOOT, RawCharger, dial

pytestmark = pytest.mark.skipif(
    os.environ.get("AMPLINE_TEST_DATABASE") == "postgresql", reason="the layer is SQLite's"
)


class NodeOnLossyDisk(Node):
    """A server whose kill is a power cut: its next life finds what had been synced."""

    module = "tests.faults.lossy_server"

    def __init__(self, folder: Path) -> None:
        self._lives = 0
        self.kept = folder / "kept0"
        self.kept.mkdir()
        super().__init__(folder, "")

    async def start(self) -> None:
        """Starts it on what the last cut left."""
        self._lives += 1
        self.database_url = f"sqlite:///{self.kept / 'ampline.db'}"
        self.kept = self.folder / f"kept{self._lives}"
        self.kept.mkdir()
        (self.kept / "gate").touch()
        await super().start()

    def environment(self) -> dict[str, str]:
        """With the folder that keeps what is synced."""
        return {**super().environment(), "KEPT_FOLDER": str(self.kept)}

    @contextmanager
    def syncs_held(self) -> Iterator[None]:
        """Makes every sync wait."""
        with (self.kept / "gate").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    async def sync_waits(self) -> None:
        """Returns once a sync is held up."""
        waiting = (self.kept / "waiting").exists
        await asyncio.to_thread(self.running.until, waiting)


@pytest.mark.parametrize(
    ("times", "seconds"),
    [(3, 100), pytest.param(20, 900, marks=[pytest.mark.soak, pytest.mark.timeout(1_000)])],
)
async def test_power_cuts_under_load(tmp_path: Path, times: int, seconds: float) -> None:
    chance, known = random.Random(f"power {times}"), Acknowledged()
    async with asyncio.timeout(seconds), started(NodeOnLossyDisk(tmp_path)) as node:
        async with load_on(node, known):
            for _ in range(times):
                await known.more(chance.randint(20, 250))
                node.kill()
                await node.start()
            await known.more(200)
        assert await node.stop() == 0
    audit(open_database(node.database_url), known)


START = {"connectorId": 1, "idTag": "TAG0", "meterStart": 5, "timestamp": "2026-11-01T10:00:00Z"}


async def test_no_answer_leaves_before_its_sync(tmp_path: Path) -> None:
    async with asyncio.timeout(60), started(NodeOnLossyDisk(tmp_path)) as node:
        await make_network(node, stations=1, drivers=1)
        async with RawCharger(await dial(node.charger_url("CP0"))) as charger:
            await charger.ask("BootNotification", BOOT)
            await charger.ask("Heartbeat")
            with node.syncs_held():
                await charger.send([2, "start", "StartTransaction", START])
                await node.sync_waits()
                adding = asyncio.create_task(add_a_cent(node))
                await _everything_else_goes_on(node, charger)
                assert not charger.connection.recv_messages.frames.queue
                assert not adding.done()
            assert (await charger.receive())[:2] == [3, "start"]
            assert (await adding).user.balance == euros(100_001)


async def add_a_cent(node: Node) -> Any:
    """A write by RPC."""
    return await made(node.api.users.AddBalance, _A_CENT)


_A_CENT = AddBalanceRequest(name="users/u0", amount=euros(1))


async def _everything_else_goes_on(node: Node, charger: RawCharger) -> None:
    """The server reads, and sends what it may send."""
    for _ in range(5):
        await charger.still_there()
        user = await made(node.api.users.GetUser, GetUserRequest(name="users/u0"))
        assert user.balance == euros(100_000)


async def test_what_is_cut_off_in_its_sync_was_not_acknowledged_and_is_told_again(
    tmp_path: Path,
) -> None:
    async with asyncio.timeout(60), started(NodeOnLossyDisk(tmp_path)) as node:
        await make_network(node, stations=1, drivers=1)
        charger = RawCharger(await dial(node.charger_url("CP0")))
        await charger.ask("BootNotification", BOOT)
        with node.syncs_held():
            await charger.send([2, "start", "StartTransaction", START])
            await node.sync_waits()
            node.kill()
        assert not charger.connection.recv_messages.frames.queue
        await node.start()
        async with RawCharger(await dial(node.charger_url("CP0"))) as again:
            first = await again.ask("StartTransaction", START)
            assert first["idTagInfo"] == {"status": "Accepted"}
            assert (await again.ask("StartTransaction", START)) == first
