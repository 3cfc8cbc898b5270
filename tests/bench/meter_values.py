"""(a) MeterValues: 100 chargers that send five sampled values each, again and again."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.bench import network
from tests.bench.figures import Figure
from tests.bench.layers import Used
from tests.bench.load import conversations, messages
from tests.bench.load.station import Station
from tests.bench.ours import ampline, database_in
from tests.bench.processes import free_port, serving

STATIONS = 100
SECONDS = 3.0
WARM_UP = 0.5
WH_PER_SECOND = 3  # 11 kW


@dataclass(frozen=True, slots=True)
class Telling:
    """How a version tells of values."""

    name: str
    subprotocol: str
    begin: Callable[[Station, int], Awaitable[None]]
    """Boots and begins to charge; the number is the driver's."""
    sample: Callable[[Station, int], bytes]
    """The message with values, of that register."""


BASELINES = {
    "stock": ("stock_ocpp",),
    "bare": ("bare_websocket",),
    "quick": ("bare_websocket", "--quick"),
}


async def _begin(station: Station, number: int) -> None:
    await station.call(messages.boot())
    await conversations.begin(station, network.token(number))


MEASURED = Telling(
    "meter-values",
    "ocpp1.6",
    _begin,
    lambda station, meter_wh: messages.meter_values(station.transaction, meter_wh),
)


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Messages a second: ours against the stock package and a bare server."""
    return await compare(MEASURED, folder, rounds)


async def compare(telling: Telling, folder: Path, rounds: int) -> list[Figure]:
    """The same of any telling."""
    network.seed(database_in(folder), STATIONS)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(ampline(folder))
        crowd = await stack.enter_async_context(charging(server.port, telling))
        crowds = {"ours": (server.process, crowd)}
        for name, (module, *options) in BASELINES.items():
            port = free_port()
            arguments = (f"tests.bench.baselines.{module}", str(port), *options)
            log = folder / f"{name}.log"
            process = stack.enter_context(serving(*arguments, ports=(port,), log=log))
            crowds[name] = (process, await stack.enter_async_context(connected(port, telling)))
        said = [
            {name: await _say(*each, telling) for name, each in crowds.items()}
            for _ in range(rounds)
        ]
    return [
        _stored(telling, "stock ocpp", said, "stock", 3),
        _stored(telling, "bare websockets", said, "bare", 0.25),
        _stored(telling, "bare websockets, uvloop and orjson", said, "quick", None),
        _used(telling, "bare websockets", said, "bare"),
    ]


class _Said(NamedTuple):
    """What a crowd said in a round, and what it took."""

    rate: float
    us: float
    """Of the processor, a message: on a busy machine the surer measure."""


async def _say(process: psutil.Process, stations: list[Station], telling: Telling) -> _Said:
    before = process.cpu_times()
    per_second = await rate(stations, telling)
    used = process.cpu_times()
    seconds = used.user - before.user + used.system - before.system
    return _Said(per_second, seconds / (per_second * (SECONDS + WARM_UP)) * 1e6)


Rounds = Sequence[Mapping[str, _Said]]


def _stored(
    telling: Telling, what: str, said: Rounds, baseline: str, target: float | None
) -> Figure:
    rounds = [(each["ours"].rate, each[baseline].rate) for each in said]
    return Figure(telling.name, f"messages stored, against {what}", "/s", rounds, target)


def _used(telling: Telling, what: str, said: Rounds, baseline: str) -> Figure:
    rounds = [(each["ours"].us, each[baseline].us) for each in said]
    return Figure(telling.name, f"processor a message, against {what}", "µs", rounds)


async def layers(folder: Path) -> str:
    """What one message uses of our server's core."""
    network.seed(database_in(folder), STATIONS)
    with ampline(folder) as server:
        async with charging(server.port) as stations:
            await rate(stations)
            before = Used.by(server.process)
            per_second = await rate(stations)
            return Used.by(server.process).told(before, per_second * (SECONDS + WARM_UP))


@asynccontextmanager
async def connected(port: int, telling: Telling = MEASURED) -> AsyncIterator[list[Station]]:
    """Stations that are connected, and no more."""
    stations = [Station(network.identity(number)) for number in range(STATIONS)]
    for station in stations:
        await station.connect(port, network.PASSWORD, telling.subprotocol)
    yield stations
    for station in stations:
        station.close()


@asynccontextmanager
async def charging(port: int, telling: Telling = MEASURED) -> AsyncIterator[list[Station]]:
    """Stations that charge."""
    async with connected(port, telling) as stations:
        for number, station in enumerate(stations):
            station.meter_wh = _register(time.monotonic())
            await telling.begin(station, number)
        yield stations


async def rate(stations: list[Station], telling: Telling = MEASURED) -> float:
    """Messages a second while all send as fast as they are answered."""
    begin = time.monotonic()
    counting, end = begin + WARM_UP, begin + WARM_UP + SECONDS
    sending = (_send(station, telling, counting, end) for station in stations)
    return sum(await asyncio.gather(*sending)) / SECONDS


async def _send(station: Station, telling: Telling, counting: float, end: float) -> int:
    count = 0
    while (now := time.monotonic()) < end:
        await station.call(telling.sample(station, _register(now)))
        count += counting <= now
    return count


def _register(now: float) -> int:
    return int(now * WH_PER_SECOND)
