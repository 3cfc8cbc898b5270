"""kill -9 of PostgreSQL under load: the server lives on, and nothing acknowledged is lost."""

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from server.store.database import open_database
from tests.faults.acknowledged import Acknowledged
from tests.faults.audit import audit
from tests.faults.load import load_on
from tests.faults.node import Node, started
from tests.faults.postgres import Postgres

pytestmark = pytest.mark.skipif(
    os.environ.get("AMPLINE_TEST_DATABASE") != "postgresql", reason="SQLite is no server"
)


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that may be killed."""
    with TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "data")
        yield postgres
        postgres.kill()


@pytest.mark.parametrize(
    ("times", "seconds"),
    [(2, 100), pytest.param(12, 900, marks=[pytest.mark.soak, pytest.mark.timeout(1_000)])],
)
async def test_the_database_is_killed_under_load(
    tmp_path: Path, postgres: Postgres, times: int, seconds: float
) -> None:
    chance, known = random.Random(f"database {times}"), Acknowledged()
    async with asyncio.timeout(seconds), started(Node(tmp_path, postgres.url)) as node:
        async with load_on(node, known, patient=True):
            for _ in range(times):
                await known.more(chance.randint(20, 250))
                await asyncio.to_thread(postgres.kill)
                node.up.clear()
                await asyncio.to_thread(postgres.start)
                node.up.set()
            await known.more(200)
        assert await node.stop() == 0
    audit(open_database(postgres.url), known)
