"""(f) What a page of ListSessions costs among a million sessions, and among a thousand."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from ampline.v1.session_pb2 import ListSessionsRequest, ListSessionsResponse, Session
from tests.bench import network, sessions
from tests.bench.figures import Figure
from tests.bench.load.rpc import Call, connected
from tests.bench.multiplied import charge_point, multiply_sessions
from tests.bench.ours import ampline, database_in

FEW, MANY = 1_000, 1_000_000
PAGE, LONG_STEP = 50, 1_000
SAMPLES = 40
LIST = "/ampline.v1.SessionService/ListSessions"
WANTED = {
    "at all": ListSessionsRequest(page_size=PAGE),
    "at a charge point": ListSessionsRequest(page_size=PAGE, charge_point=charge_point(3)),
    "in a state": ListSessionsRequest(page_size=PAGE, state=Session.FINISHED),
    "not paid, of which there are none": ListSessionsRequest(
        page_size=PAGE, payment_state=Session.PAYMENT_FAILED
    ),
}


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Milliseconds of a page of 50, by one caller: the first, and others up to the middle."""
    template = await _one_session(folder)
    many, few = (_multiplied(template, count) for count in (MANY, FEW))
    with ampline(many) as ours, ampline(few) as smaller:
        async with connected(ours.grpc_port) as of_many, connected(smaller.grpc_port) as of_few:
            return [
                figure
                for name, wanted in WANTED.items()
                for figure in await _compared(of_many, of_few, name, wanted, rounds)
            ]


async def _compared(
    of_many: Call, of_few: Call, name: str, wanted: ListSessionsRequest, rounds: int
) -> list[Figure]:
    step = PAGE if wanted.charge_point else LONG_STEP
    further = await _further(of_many, wanted, step), await _further(of_few, wanted, PAGE)
    figures = []
    for place, (ours, theirs) in {"first": ([wanted], [wanted]), "further": further}.items():
        if ours and theirs:
            times = [
                (await _cost(of_many, ours), await _cost(of_few, theirs)) for _ in range(rounds)
            ]
            what = f"page of sessions {name}, {place}: of 1,000,000 against 1,000"
            figures.append(Figure("pages", what, "ms", times, 1.5, "at most"))
    return figures


async def _one_session(folder: Path) -> Path:
    """A folder with the database of a server where somebody charged once."""
    network.seed(database_in(folder), chargers=1)
    with ampline(folder) as server:
        await sessions.visits(await sessions.arrived(server, 1), 1)
    return folder


def _multiplied(template: Path, count: int) -> Path:
    folder = template / f"of-{count}"
    folder.mkdir()
    shutil.copyfile(database_in(template), database_in(folder))
    multiply_sessions(database_in(folder), count)
    return folder


async def _further(call: Call, wanted: ListSessionsRequest, step: int) -> list[ListSessionsRequest]:
    """Requests of later pages; tokens are those of pages of `step`, up to the middle."""
    found = []
    request = ListSessionsRequest()
    request.CopyFrom(wanted)
    request.page_size = step
    for _ in range(MANY // LONG_STEP // 2):
        answer = ListSessionsResponse.FromString(
            (await call(LIST, request.SerializeToString())).answer
        )
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
        later = ListSessionsRequest()
        later.CopyFrom(wanted)
        later.page_token = answer.next_page_token
        found.append(later)
    return found


async def _cost(call: Call, requests: Sequence[ListSessionsRequest]) -> float:
    """The median of so many calls, spread over the requests."""
    took = []
    for sample in range(SAMPLES):
        request = requests[sample * len(requests) // SAMPLES]
        took.append((await call(LIST, request.SerializeToString())).seconds)
    return median(took) * 1000
