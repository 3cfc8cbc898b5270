"""Two nodes' transactions about the same rows, the second begun before the first is committed."""

import asyncio
from collections.abc import Callable
from threading import Event
from typing import Any

import psycopg
from peewee import Database

from server.store.lane import WriteLane
from server.store.unit import Unit

DEADLINE = 10.0
Job = Callable[[Unit], Any]
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def overlapping(database: Database, url: str, first: Job, second: Job) -> tuple[Any, Any]:
    """What both return. The first is committed once the second waits for it. On PostgreSQL alone:
    SQLite has one writer at a time."""
    lanes = WriteLane(database), WriteLane(database)
    written, waited_for = Event(), Event()

    def held(unit: Unit) -> Any:
        found = first(unit)
        written.set()
        assert waited_for.wait(DEADLINE)
        return found

    try:
        async with asyncio.timeout(DEADLINE):
            one = lanes[0].write(held)
            await asyncio.to_thread(written.wait, DEADLINE)
            other = lanes[1].write(second)
            await asyncio.to_thread(_until_one_waits, url)
            waited_for.set()
            return await one, await other
    finally:
        waited_for.set()
        for lane in lanes:
            lane.close()


def _until_one_waits(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as watching:
        watching.execute(f"SET statement_timeout = '{DEADLINE} s'")
        while watching.execute(_WAITING).fetchone() == (0,):
            watching.execute("SELECT pg_sleep(0.001)")
