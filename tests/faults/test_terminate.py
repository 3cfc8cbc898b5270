"""SIGTERM or Ctrl-C under load: it ends within 5 s, and nothing that was acknowledged is lost."""

import asyncio
import random
import signal
import time
from pathlib import Path

import pytest

from server.store.database import open_database
from tests.faults.acknowledged import Acknowledged
from tests.faults.audit import audit
from tests.faults.load import load_on
from tests.faults.node import Node, started

SECONDS = 5.0


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_in_time_and_loses_nothing(
    tmp_path: Path, database_url: str, asked: signal.Signals
) -> None:
    chance, known = random.Random(asked.name), Acknowledged()
    async with asyncio.timeout(100), started(Node(tmp_path, database_url)) as node:
        async with load_on(node, known):
            for _ in range(2):
                await known.more(chance.randint(50, 300))
                began = time.monotonic()
                assert await node.stop(asked) == 0
                assert time.monotonic() - began < SECONDS
                await node.start()
            await known.more(100)
        assert await node.stop() == 0
    audit(open_database(database_url), known)


async def test_an_idle_node_ends_at_once(tmp_path: Path, database_url: str) -> None:
    async with asyncio.timeout(100), started(Node(tmp_path, database_url)) as node:
        began = time.monotonic()
        assert await node.stop() == 0
        assert time.monotonic() - began < SECONDS
