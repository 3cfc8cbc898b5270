"""kill -9 under load, again and again: what was acknowledged is there, and nothing is double."""

import asyncio
import random
from pathlib import Path

import pytest

from server.store.database import open_database
from tests.faults.acknowledged import Acknowledged
from tests.faults.audit import audit
from tests.faults.network import make_network
from tests.faults.node import Node, node_on
from tests.faults.station import Station
from tests.faults.treasurer import Treasurer

STATIONS, TREASURERS = 6, 3
DRIVERS = STATIONS


async def kill_again_and_again(
    node: Node, known: Acknowledged, times: int, chance: random.Random
) -> None:
    """Lets the load run for a while between the kills, and at the end."""
    for _ in range(times):
        await known.more(chance.randint(20, 250))
        node.kill()
        await node.start()
    await known.more(200)
    known.enough.set()


@pytest.mark.parametrize(
    ("times", "seconds"),
    [(4, 100), pytest.param(20, 900, marks=[pytest.mark.soak, pytest.mark.timeout(1_000)])],
)
async def test_kill_under_load(
    tmp_path: Path, database_url: str, times: int, seconds: float
) -> None:
    chance, known = random.Random(f"kill {times}"), Acknowledged()
    async with asyncio.timeout(seconds), node_on(tmp_path, database_url) as node:
        await make_network(node, STATIONS, DRIVERS)
        async with asyncio.TaskGroup() as load:
            for number in range(STATIONS):
                station = Station(node, known, number, random.Random(f"station {number}"))
                load.create_task(station.work())
            for number in range(TREASURERS):
                own = random.Random(f"treasurer {number}")
                treasurer = Treasurer(node, known, f"t{number}", DRIVERS, own)
                load.create_task(treasurer.work())
            load.create_task(kill_again_and_again(node, known, times, chance))
        assert await node.stop() == 0
    assert known.charges
    assert known.movements
    assert known.refused
    audit(open_database(database_url), known)
