"""kill -9 under load, again and again: what was acknowledged is there, and nothing is double."""

import asyncio
import random
from pathlib import Path

import pytest

from server.store.database import open_database
from tests.faults.acknowledged import Acknowledged
from tests.faults.audit import audit
from tests.faults.load import load_on
from tests.faults.node import Node, started


@pytest.mark.parametrize(
    ("times", "seconds"),
    [(4, 100), pytest.param(20, 900, marks=[pytest.mark.soak, pytest.mark.timeout(1_000)])],
)
async def test_kill_under_load(
    tmp_path: Path, database_url: str, times: int, seconds: float
) -> None:
    chance, known = random.Random(f"kill {times}"), Acknowledged()
    async with asyncio.timeout(seconds), started(Node(tmp_path, database_url)) as node:
        async with load_on(node, known):
            for _ in range(times):
                await known.more(chance.randint(20, 250))
                node.kill()
                await node.start()
            await known.more(200)
        assert await node.stop() == 0
    audit(open_database(database_url), known)
