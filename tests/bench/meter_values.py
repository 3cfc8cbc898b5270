"""(a) MeterValues: 100 chargers that send five sampled values each, again and again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from tests.bench import network
from tests.bench.figures import Figure
from tests.bench.layers import Profile
from tests.bench.load import conversations, messages
from tests.bench.load.station import Station
from tests.bench.ours import ampline, database_in
from tests.bench.processes import free_port, serving

STATIONS = 100
SECONDS = 3.0
WARM_UP = 0.5
WH_PER_SECOND = 3  # 11 kW


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Messages a second: ours against the stock package and a bare server."""
    network.seed(database_in(folder), STATIONS)
    with ExitStack() as servers:
        bare, stock = free_port(), free_port()
        for name, port in (("bare_websocket", bare), ("stock_ocpp", stock)):
            module, log = f"tests.bench.baselines.{name}", folder / f"{name}.log"
            servers.enter_context(serving(module, str(port), ports=(port,), log=log))
        ours = servers.enter_context(ampline(folder)).port
        async with (
            charging(ours) as our_stations,
            connected(bare) as bare_stations,
            connected(stock) as stock_stations,
        ):
            rates = [
                (await rate(our_stations), await rate(bare_stations), await rate(stock_stations))
                for _ in range(rounds)
            ]
    what = "messages stored, against"
    return [
        Figure("meter-values", f"{what} stock ocpp", "/s", [(r[0], r[2]) for r in rates], 3),
        Figure(
            "meter-values", f"{what} bare websockets", "/s", [(r[0], r[1]) for r in rates], 0.25
        ),
    ]


async def layers(folder: Path) -> str:
    """What our server does meanwhile, by share of its time."""
    network.seed(database_in(folder), STATIONS)
    with ampline(folder) as server:
        async with charging(server.port) as stations:
            await rate(stations)
            profile = Profile(server.process.pid, SECONDS, folder)
            await rate(stations)
            return profile.told()


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[list[Station]]:
    """Stations that are connected, and no more."""
    stations = [Station(network.identity(number)) for number in range(STATIONS)]
    for station in stations:
        await station.connect(port, network.PASSWORD)
    yield stations
    for station in stations:
        station.close()


@asynccontextmanager
async def charging(port: int) -> AsyncIterator[list[Station]]:
    """Stations that charge."""
    async with connected(port) as stations:
        for number, station in enumerate(stations):
            await station.call(messages.boot())
            station.meter_wh = _register(time.monotonic())
            await conversations.begin(station, network.token(number))
        yield stations


async def rate(stations: list[Station]) -> float:
    """Messages a second while all send as fast as they are answered."""
    begin = time.monotonic()
    counting, end = begin + WARM_UP, begin + WARM_UP + SECONDS
    counts = await asyncio.gather(*(_send(station, counting, end) for station in stations))
    return sum(counts) / SECONDS


async def _send(station: Station, counting: float, end: float) -> int:
    count = 0
    while (now := time.monotonic()) < end:
        await station.call(messages.meter_values(station.transaction, _register(now)))
        count += counting <= now
    return count


def _register(now: float) -> int:
    return int(now * WH_PER_SECOND)
