"""(g) Whole sessions at 50 chargers: authorized, started, metered, stopped, priced, billed."""

import asyncio
import time
from pathlib import Path

from tests.bench import network
from tests.bench.baselines import baseline
from tests.bench.figures import Figure
from tests.bench.load import conversations
from tests.bench.load.station import Station
from tests.bench.ours import ampline, database_in
from tests.bench.processes import Server

STATIONS = 50
SECONDS = 4.0


class NotBilledError(RuntimeError):
    """A session that was answered for is not paid for."""


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Sessions a second; the baseline says yes to the same messages."""
    network.seed(database_in(folder), STATIONS)
    with ampline(folder) as ours, baseline("bare_websocket", folder, "--quick") as bare:
        our_stations, bare_stations = await arrived(ours), await arrived(bare)
        counts = [
            (await _visit_for(our_stations, SECONDS), await _visit_for(bare_stations, SECONDS))
            for _ in range(rounds)
        ]
    _require_bills(folder, sum(ours for ours, _ in counts))
    rates = [(ours / SECONDS, bare / SECONDS) for ours, bare in counts]
    what = f"whole sessions at {STATIONS} chargers"
    return [Figure("sessions", what, "/s", rates, 300, absolute=True)]


async def arrived(server: Server, count: int = STATIONS) -> list[Station]:
    """Stations that are connected and have booted."""
    stations = [Station(network.identity(number)) for number in range(count)]
    for station in stations:
        await conversations.arrive(station, server.port, network.PASSWORD)
    return stations


async def visits(stations: list[Station], each: int) -> None:
    """So many sessions at each."""
    await asyncio.gather(*(_visits(*numbered, each) for numbered in enumerate(stations)))


async def _visits(number: int, station: Station, count: int) -> None:
    for _ in range(count):
        await conversations.visit(station, network.token(number))


async def _visit_for(stations: list[Station], seconds: float) -> int:
    """How many sessions all of them end in that time."""
    end = time.monotonic() + seconds
    return sum(await asyncio.gather(*(_visit_until(*each, end) for each in enumerate(stations))))


async def _visit_until(number: int, station: Station, end: float) -> int:
    count = 0
    while time.monotonic() < end:
        await conversations.visit(station, network.token(number))
        count += 1
    return count


def _require_bills(folder: Path, count: int) -> None:
    """Every session that was measured is FINISHED, priced, and paid from its user's balance."""
    paid = network.count_paid(database_in(folder))
    if paid != count:
        raise NotBilledError(f"{count} sessions ended, {paid} are paid")
