"""(j) A log that 1,000 follow: one reader for all, against a reader of the table each.

An event is committed when all have the one before it. What counts is the processor's time, so that
a busy machine judges neither.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from peewee import Database

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from server.relay.tail import Tail
from server.resources import events
from server.store.database import open_database
from server.store.lane import WriteLane
from server.store.models import Event
from server.store.reads import ReadPool
from server.store.unit import Unit
from server.work import event_log
from server.work.ports import EventFilter
from tests.bench.figures import Figure
from tests.bench.ours import database_in

FOLLOWERS = 1_000
EVENTS, EVENTS_OF_READERS = 60, 10


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Events a second that all 1,000 have."""
    database = open_database(f"sqlite:///{database_in(folder)}")
    reads = ReadPool(database)
    tail = Tail(database, reads)
    lane = WriteLane(database, tail.ring)
    naive, compiled = [], []
    for _ in range(rounds):
        ours = await _rate(lane, _ours(tail), EVENTS)
        naive.append((ours, await _rate(lane, _reading(reads, _by_query), EVENTS_OF_READERS)))
        compiled.append((ours, await _rate(lane, _reading(reads, _compiled), EVENTS_OF_READERS)))
    await tail.close()
    lane.close()
    reads.close()
    what = f"events to {FOLLOWERS:,} subscribers on a core, against {FOLLOWERS:,} readers"
    return [
        Figure("fan-out", what, "/s", naive, 20),
        Figure("fan-out", f"{what} by compiled statements", "/s", compiled),
    ]


Follow = Callable[[int, Callable[[int], None]], Awaitable[None]]
"""Follows the log behind a position, and says of each event where it stands."""


async def _rate(lane: WriteLane, follow: Follow, count: int) -> float:
    begin = await lane.write(lambda unit: event_log.newest(unit.database))
    came, all_have_it = 0, asyncio.Event()

    def note(_: int) -> None:
        nonlocal came
        came += 1
        if came % FOLLOWERS == 0:
            all_have_it.set()

    followers = [asyncio.ensure_future(follow(begin, note)) for _ in range(FOLLOWERS)]
    await asyncio.sleep(1)  # they are there
    started = time.process_time()
    for _ in range(count):
        all_have_it.clear()
        await lane.write(_tell)
        await all_have_it.wait()
    seconds = time.process_time() - started
    for each in followers:
        each.cancel()
    await asyncio.gather(*followers, return_exceptions=True)
    return count / seconds


def _tell(unit: Unit) -> None:
    payload = ChargePointTransferStatus(status="Uploading")
    unit.tell(events.event("charge_point.log_status", "chargePoints/CP1", payload, unit.now))


def _ours(tail: Tail) -> Follow:
    async def follow(begin: int, note: Callable[[int], None]) -> None:
        async for step in tail.follow(EventFilter(), begin):
            if step.event is not None:
                note(step.position)

    return follow


Read = Callable[[Database, int], Sequence[events.Row]]
"""The events behind a position."""


def _reading(reads: ReadPool, read: Read) -> Follow:
    """Asks the table again and again."""

    async def follow(begin: int, note: Callable[[int], None]) -> None:
        position = begin
        while True:
            for row in await reads.read(partial(read, position=position)):  # type: ignore[call-arg]
                position = row.position
                events.to_event(row)
                note(position)
            await asyncio.sleep(0.01)

    return follow


def _by_query(database: Database, position: int) -> Sequence[events.Row]:
    """As peewee's documentation would have it."""
    query = Event.select().where(Event.position > position).order_by(Event.position).limit(500)
    return list(query.bind(database))


def _compiled(database: Database, position: int) -> Sequence[events.Row]:
    """With the platform's own means."""
    return event_log.all_after(database, position, 500)
