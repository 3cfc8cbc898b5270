"""(e) What a charger costs in memory that is connected and says nothing."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.bench import network
from tests.bench.baselines import baseline
from tests.bench.crowds import CHARGERS, crowd
from tests.bench.figures import Figure
from tests.bench.ours import ampline, database_in
from tests.bench.processes import Server

SETTLED_AFTER = 3.0
KIB = 1024


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """KiB of resident memory a charger that has connected, booted and reported its status."""
    network.seed(database_in(folder), CHARGERS)
    sizes = [
        (
            await _growth(lambda: ampline(folder)),
            await _growth(lambda: baseline("bare_websocket", folder, "--quick")),
        )
        for _ in range(rounds)
    ]
    what = f"a charger of {CHARGERS:,} idle ones"
    return [Figure("memory", what, "KiB", sizes, 40, "at most", absolute=True)]


async def _growth(serving: Callable[[], AbstractContextManager[Server]]) -> float:
    with serving() as server:
        before = server.process.memory_info().rss
        async with crowd(server.port):
            await asyncio.sleep(SETTLED_AFTER)
            return (server.process.memory_info().rss - before) / CHARGERS / KIB
