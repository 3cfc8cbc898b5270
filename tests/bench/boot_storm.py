"""10,000 chargers boot at once: how long it takes, how their heartbeats come, what they cost idle.

Not one is turned away, or gives up: that would end the benchmark.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from tests.bench import network
from tests.bench.baselines import baseline
from tests.bench.crowds import PATIENCE, crowd
from tests.bench.figures import Figure
from tests.bench.load.station import Station
from tests.bench.memory import KIB, SETTLED_AFTER
from tests.bench.ours import ampline, database_in
from tests.bench.processes import Server

CHARGERS = 10_000
MOST_ROUNDS = 2
MOST_HEARTBEATS = 500
"""In a second: a fraction of what one core answers."""


class Stood(NamedTuple):
    """How a crowd was stood."""

    seconds: float
    heartbeats: float
    """The most first ones that are due within a second."""
    kib: float


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Each time from a fresh start of the server."""
    network.seed(database_in(folder), CHARGERS)
    stood = [
        (
            await _stand(lambda: ampline(folder)),
            await _stand(lambda: baseline("bare_websocket", folder, "--quick")),
        )
        for _ in range(min(rounds, MOST_ROUNDS))
    ]
    return [
        _figure("chargers connect, boot, report", "s", "seconds", PATIENCE, stood),
        _figure("first heartbeats, at their busiest", "/s", "heartbeats", MOST_HEARTBEATS, stood),
        _figure("idle ones, a charger", "KiB", "kib", 40, stood),
    ]


def _figure(
    what: str, unit: str, field: str, target: float, stood: Sequence[tuple[Stood, Stood]]
) -> Figure:
    rounds = [(getattr(ours, field), getattr(theirs, field)) for ours, theirs in stood]
    what = f"{CHARGERS:,} {what}"
    return Figure("boot-storm", what, unit, rounds, target, "at most", absolute=True)


async def _stand(serving: Callable[[], AbstractContextManager[Server]]) -> Stood:
    with serving() as server:
        before = server.process.memory_info().rss
        begin = time.monotonic()
        async with crowd(server.port, CHARGERS) as stations:
            seconds = time.monotonic() - begin
            await asyncio.sleep(SETTLED_AFTER)
            kib = (server.process.memory_info().rss - before) / CHARGERS / KIB
            return Stood(seconds, _busiest_second(stations), kib)


def _busiest_second(stations: Sequence[Station]) -> int:
    return max(Counter(int(station.heartbeat_at) for station in stations).values())
