"""Chargers that come at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.bench import network
from tests.bench.load import conversations
from tests.bench.load.station import Station

CHARGERS = 2_000
PATIENCE = 30.0
"""Seconds after which a charger gives up."""


@asynccontextmanager
async def crowd(port: int, count: int = CHARGERS) -> AsyncIterator[list[Station]]:
    """All are there, have booted and reported their status, each within its patience."""
    stations = [Station(network.identity(number)) for number in range(count)]
    async with asyncio.TaskGroup() as coming:
        for station in stations:
            arrival = conversations.arrive(station, port, network.PASSWORD)
            coming.create_task(asyncio.wait_for(arrival, PATIENCE))
    yield stations
    for station in stations:
        station.close()
