"""(d) 2,000 chargers connect, boot and report their status at once; not one is turned away."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.bench import network
from tests.bench.baselines import baseline
from tests.bench.crowds import CHARGERS, crowd
from tests.bench.figures import Figure
from tests.bench.ours import ampline, database_in
from tests.bench.processes import Server


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Seconds until all are served, each time from a fresh start of the server."""
    network.seed(database_in(folder), CHARGERS)
    times = [
        (
            await _storm(lambda: ampline(folder)),
            await _storm(lambda: baseline("bare_websocket", folder, "--quick")),
        )
        for _ in range(rounds)
    ]
    what = f"{CHARGERS:,} chargers connect, boot, report"
    return [Figure("storm", what, "s", times, 8, "at most", absolute=True)]


async def _storm(serving: Callable[[], AbstractContextManager[Server]]) -> float:
    with serving() as server:
        begin = time.monotonic()
        async with crowd(server.port):
            return time.monotonic() - begin
