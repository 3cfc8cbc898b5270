"""(h) CreateIdTag, 50 callers at once, against one bare INSERT a call, each committed alone."""

import asyncio
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

from ampline.v1.id_tag_pb2 import CreateIdTagRequest, IdTag
from tests.bench import network
from tests.bench.baselines import baseline
from tests.bench.figures import Figure
from tests.bench.load.rpc import Call, connected
from tests.bench.ours import ampline, database_in

CALLERS = 50
SECONDS = 4.0
USERS = 100
CREATE = "/ampline.v1.IdTagService/CreateIdTag"


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Tags a second, of users that exist; with a request_id, as clients send it, and without."""
    network.seed(database_in(folder), USERS)
    bare_database = str(folder / "bare.db")
    with ampline(folder) as ours, baseline("bare_insert", folder, CREATE, bare_database) as bare:
        async with connected(ours.grpc_port) as our_call, connected(bare.port) as bare_call:
            numbers = count()
            rates = {
                repeatable: [
                    (
                        await _rate(our_call, _requests(numbers, repeatable=repeatable)),
                        await _rate(bare_call, _requests(numbers, repeatable=repeatable)),
                    )
                    for _ in range(rounds)
                ]
                for repeatable in (True, False)
            }
    what = f"CreateIdTag, {CALLERS} callers"
    return [
        Figure("creating", what, "/s", rates[True], 0.4),
        Figure("creating", f"{what}, without a request_id", "/s", rates[False]),
    ]


def _requests(numbers: Iterator[int], *, repeatable: bool) -> Iterator[bytes]:
    """Tags that nobody has, each of one of the users."""
    for number in numbers:
        tag = IdTag(token=f"BENCH{number:08d}", user=f"users/{number % USERS:05d}")
        request = CreateIdTagRequest(id_tag=tag)
        if repeatable:
            request.request_id = str(uuid4())
        yield request.SerializeToString()


async def _rate(call: Call, requests: Iterator[bytes]) -> float:
    """Answers a second while each caller calls again as soon as it is answered."""
    begin = time.monotonic()
    made = await asyncio.gather(*(_until(begin + SECONDS, call, requests) for _ in range(CALLERS)))
    return sum(made) / (time.monotonic() - begin)


async def _until(end: float, call: Call, requests: Iterator[bytes]) -> int:
    made = 0
    while time.monotonic() < end:
        await call(CREATE, next(requests))
        made += 1
    return made
