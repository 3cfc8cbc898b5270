"""(f) What a page of a list costs among a million rows, and among a thousand.

AMPLINE_BENCH_ROWS makes the million fewer, to try it.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import network, sessions
from tests.bench.figures import Figure
from tests.bench.load.rpc import Call, connected
from tests.bench.long_lists import LISTS, LongList
from tests.bench.multiplied import EACH, multiply
from tests.bench.ours import ampline, database_in

FEW = 1_000
MANY = int(os.environ.get("AMPLINE_BENCH_ROWS") or 1_000_000)
PAGE, LONG_STEP = 50, 1_000
SAMPLES = 40


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Milliseconds of a page of 50, by one caller: the first, and others up to the middle."""
    template = await _one_session(folder)
    many, few = (_multiplied(template, count) for count in (MANY, FEW))
    with ampline(many) as ours, ampline(few) as smaller:
        async with connected(ours.grpc_port) as of_many, connected(smaller.grpc_port) as of_few:
            return [
                figure
                for listed in LISTS
                for name, pair in _wanted(listed, many, few).items()
                for figure in await _compared(of_many, of_few, listed, name, pair, rounds)
            ]


def _wanted(listed: LongList, many: Path, few: Path) -> dict[str, tuple[Any, Any]]:
    """What is asked of both, by what it is called."""
    of_many, of_few = (listed.wanted(database_in(folder)) for folder in (many, few))
    return {name: (of_many[name], of_few[name]) for name in of_many}


async def _compared(
    of_many: Call, of_few: Call, listed: LongList, name: str, pair: tuple[Any, Any], rounds: int
) -> list[Figure]:
    ours, theirs = pair
    later = await _further(of_few, listed, theirs, PAGE)
    further = (_spread(await _further(of_many, listed, ours, LONG_STEP), len(later)), later)
    figures = []
    for place, (asked, of_those) in {"first": ([ours], [theirs]), "further": further}.items():
        if asked and of_those:
            both = ((of_many, asked), (of_few, of_those))
            times = [await _costs(listed, both) for _ in range(rounds)]
            what = f"page of {listed.table}s {name}, {place}: of {MANY:,} against {FEW:,}"
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
    for listed in LISTS:
        multiply(database_in(folder), listed.table, count, listed.own)
    return folder


async def _further(call: Call, listed: LongList, wanted: Any, step: int) -> list[Any]:
    """Requests of later pages, with a whole page behind each as far as may be.

    Tokens are those of pages of `step`, up to the middle of all rows; of pages of 50, where what
    is asked for has no more rows than a group.
    """
    found = await _tokens(call, listed, wanted, step)
    return found or (await _tokens(call, listed, wanted, PAGE))[: EACH // PAGE - 1]


def _spread(requests: list[Any], count: int) -> list[Any]:
    """So many of them, from the first to the last: both tables are asked for as many different
    pages, so that what is remembered of rows helps the one no more than the other."""
    if len(requests) <= count:
        return requests
    return [requests[number * len(requests) // count] for number in range(count)]


async def _tokens(call: Call, listed: LongList, wanted: Any, step: int) -> list[Any]:
    found = []
    request = _copy(wanted)
    request.page_size = step
    for _ in range(MANY // LONG_STEP // 2):
        answer: Any = listed.response.FromString(
            (await call(listed.method, request.SerializeToString())).answer
        )
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
        later = _copy(wanted)
        later.page_token = answer.next_page_token
        found.append(later)
    return found


def _copy(request: Any) -> Any:
    copied = type(request)()
    copied.CopyFrom(request)
    return copied


async def _costs(
    listed: LongList, both: tuple[tuple[Call, Sequence[Any]], tuple[Call, Sequence[Any]]]
) -> tuple[float, float]:
    """The medians of so many calls of each in turn, spread over its requests: what else the machine
    does slows both."""
    took: tuple[list[float], list[float]] = ([], [])
    for sample in range(SAMPLES):
        for (call, requests), times in zip(both, took, strict=True):
            request = requests[sample * len(requests) // SAMPLES]
            times.append((await call(listed.method, request.SerializeToString())).seconds)
    return median(took[0]) * 1000, median(took[1]) * 1000
