"""(i) From the commit of an event to a subscriber, at 500 events a second, over gRPC.

An event bears the time at which its transaction began, so the figures have the commit in them. The
baseline is how long the charger whose message it was waits for its answer.
"""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

import grpc

from ampline.v1.event_pb2 import StreamEventsRequest, StreamEventsResponse
from tests.bench import network
from tests.bench.figures import Figure
from tests.bench.load import messages
from tests.bench.load.station import Station
from tests.bench.meter_values import charging
from tests.bench.ours import KEY, ampline, database_in

STATIONS = 100
PER_SECOND = 500
SECONDS = 4.0
STREAM = "/ampline.v1.EventService/StreamEvents"
Percentiles = tuple[float, float]


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """The median and the 99th percentile, in milliseconds."""
    network.seed(database_in(folder), STATIONS)
    with ampline(folder) as server:
        async with charging(server.port) as stations:
            await _round(server.grpc_port, stations)  # warm
            found = [await _round(server.grpc_port, stations) for _ in range(rounds)]
    what = f"from the commit to a subscriber, {PER_SECOND} events/s"
    p50 = [(ours[0], answer[0]) for ours, answer in found]
    p99 = [(ours[1], answer[1]) for ours, answer in found]
    return [
        Figure("events", f"{what}, p50", "ms", p50, 10, "at most", absolute=True),
        Figure("events", f"{what}, p99", "ms", p99, 50, "at most", absolute=True),
    ]


async def _round(port: int, stations: list[Station]) -> tuple[Percentiles, Percentiles]:
    """Of the events, and of the answers."""
    arrivals: list[float] = []
    following = asyncio.create_task(_follow(port, arrivals))
    answers = await _send(stations)
    async with asyncio.timeout(30):
        while len(arrivals) < len(answers):  # noqa: ASYNC110 - what comes sets no event
            await asyncio.sleep(0.05)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    return _percentiles(arrivals), _percentiles(answers)


async def _follow(port: int, arrivals: list[float]) -> None:
    metadata = (("authorization", f"Bearer {KEY}"),)
    request = StreamEventsRequest(types=["session.meter_values"]).SerializeToString()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        follow: Any = channel.unary_stream(STREAM)
        async for message in follow(request, metadata=metadata):
            now = time.time_ns()
            response = StreamEventsResponse.FromString(message)
            if response.HasField("event"):
                arrivals.append((now - response.event.record_time.ToNanoseconds()) / 1e6)


async def _send(stations: list[Station]) -> list[float]:
    """Messages at their pace, each station in its turn; how long their answers took."""
    answers: list[float] = []
    loop = asyncio.get_running_loop()
    begin = loop.time() + 0.2  # the subscriber is there by then

    async def speak(station: Station, number: int) -> None:
        for turn in range(int(PER_SECOND * SECONDS) // STATIONS):
            due = begin + (turn * STATIONS + number) / PER_SECOND
            await asyncio.sleep(max(0.0, due - loop.time()))
            sent = time.perf_counter()
            meter_wh = int(time.monotonic() * 3)
            await station.call(messages.meter_values(station.transaction, meter_wh))
            answers.append((time.perf_counter() - sent) * 1000)

    await asyncio.gather(*(speak(station, number) for number, station in enumerate(stations)))
    return answers


def _percentiles(values: list[float]) -> Percentiles:
    cut = quantiles(values, n=100)
    return cut[49], cut[98]
