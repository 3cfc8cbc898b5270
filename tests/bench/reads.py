"""(b) GetSession and ListSessions(50), 16 callers at once, against the same bytes from nowhere."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

from ampline.v1.session_pb2 import GetSessionRequest, ListSessionsRequest, ListSessionsResponse
from tests.bench import network, sessions
from tests.bench.baselines import baseline
from tests.bench.figures import Figure
from tests.bench.load.calls import Callers
from tests.bench.load.rpc import Rpc, connected
from tests.bench.ours import KEY, Ampline, ampline, database_in

CALLERS = 16
SECONDS = 2.0
STATIONS, VISITS_EACH = 50, 2
GET = "/ampline.v1.SessionService/GetSession"
LIST = "/ampline.v1.SessionService/ListSessions"


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Calls a second, of sessions that were really charged."""
    network.seed(database_in(folder), STATIONS)
    with ExitStack() as servers:
        ours = servers.enter_context(ampline(folder))
        await sessions.visits(await sessions.arrived(ours, STATIONS), VISITS_EACH)
        get, page = await _calls(ours)
        canned = [f"{rpc.method}={rpc.keep(folder)}" for rpc in (get, page)]
        bare = servers.enter_context(baseline("bare_grpc", folder, *canned))
        gets = [
            (await _rate(ours.grpc_port, get), await _rate(bare.port, get)) for _ in range(rounds)
        ]
        pages = [
            (await _rate(ours.grpc_port, page), await _rate(bare.port, page)) for _ in range(rounds)
        ]
    return [
        Figure("reads", f"GetSession, {CALLERS} callers", "/s", gets, 0.5),
        Figure("reads", f"ListSessions(50), {CALLERS} callers", "/s", pages, 0.2),
    ]


async def _calls(ours: Ampline) -> tuple[Rpc, Rpc]:
    """Both calls, with what our server answers to them."""
    async with connected(ours.grpc_port) as call:
        request = ListSessionsRequest(page_size=50)
        page = await call(LIST, request.SerializeToString())
        found = ListSessionsResponse.FromString(page.answer).sessions
        assert len(found) == request.page_size
        get = await call(GET, GetSessionRequest(name=found[0].name).SerializeToString())
    return get, page


async def _rate(port: int, rpc: Rpc) -> float:
    """Answers a second while all callers ask again as soon as they are answered."""
    loop = asyncio.get_running_loop()
    callers = Callers(rpc.method, rpc.request, rpc.answer, KEY)
    await loop.create_connection(lambda: callers, "127.0.0.1", port)
    callers.start(CALLERS)
    before = await _answers_after(callers, SECONDS / 4)
    after = await _answers_after(callers, SECONDS)
    callers.stop()
    return (after - before) / SECONDS


async def _answers_after(callers: Callers, seconds: float) -> int:
    done, _ = await asyncio.wait([callers.failure], timeout=seconds)
    for failure in done:
        failure.result()
    return callers.answers
