"""(c) A start from afar: RPC, charger, RPC; against the parts that it cannot do without."""

import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

import orjson

from ampline.v1.charge_point_action_pb2 import StartSessionRequest
from tests.bench import network, sessions
from tests.bench.baselines import baseline
from tests.bench.figures import Figure
from tests.bench.load import messages
from tests.bench.load.rpc import Call, connected
from tests.bench.load.station import Station
from tests.bench.ours import ampline, database_in

EACH = 50
START = "/ampline.v1.ChargePointActionService/StartSession"


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Milliseconds, each the median of one round; a charger is started once."""
    chargers = (rounds + 1) * EACH
    network.seed(database_in(folder), chargers)
    numbers = iter(range(chargers))
    with ExitStack() as servers:
        ours = servers.enter_context(ampline(folder))
        bare = servers.enter_context(baseline("bare_websocket", folder, "--quick"))
        await _willing_stations(ours.port, chargers)
        (echo,) = await sessions.arrived(bare, 1)
        async with connected(ours.grpc_port) as call:
            answer = (await call(START, _request(next(numbers)))).keep(folder)
            canned = servers.enter_context(baseline("bare_grpc", folder, f"{START}={answer}"))
            async with connected(canned.port) as bare_call:
                times = [
                    (
                        await _starts(call, numbers),
                        await _echoes(echo)
                        + await _starts(bare_call, itertools.repeat(0))
                        + 2 * _commits(folder),
                    )
                    for _ in range(rounds)
                ]
    what = "RPC, charger, RPC, p50, against echo + RPC + 2 commits"
    return [Figure("remote-start", what, "ms", times, 3, "at most")]


async def _willing_stations(port: int, count: int) -> list[Station]:
    stations = [Station(network.identity(number), _accept) for number in range(count)]
    for station in stations:
        await station.connect(port, network.PASSWORD)
        await station.call(messages.boot())
    return stations


def _accept(call: bytes) -> bytes:
    return orjson.dumps([3, orjson.loads(call)[1], {"status": "Accepted"}])


def _request(number: int) -> bytes:
    return StartSessionRequest(
        charge_point=f"chargePoints/{network.identity(number)}",
        evse=1,
        id_tag=f"idTags/{network.token(number)}",
        user=f"users/{number:05d}",
    ).SerializeToString()


async def _starts(call: Call, numbers: Iterator[int]) -> float:
    took = [(await call(START, _request(next(numbers)))).seconds for _ in range(EACH)]
    return median(took) * 1000


async def _echoes(station: Station) -> float:
    took = []
    for _ in range(EACH):
        begin = time.perf_counter()
        await station.call(messages.status(1, "Available"))
        took.append(time.perf_counter() - begin)
    return median(took) * 1000


def _commits(folder: Path) -> float:
    """One row, committed and synced as ours are."""
    with closing(sqlite3.connect(folder / "commits.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("PRAGMA synchronous = full")
        database.execute("CREATE TABLE IF NOT EXISTS line (text TEXT)")
        took = []
        for _ in range(EACH):
            begin = time.perf_counter()
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO line VALUES (?)", ("x" * 500,))
            database.execute("COMMIT")
            took.append(time.perf_counter() - begin)
    return median(took) * 1000
