"""Reads have threads and connections of their own."""

import asyncio
import threading

from peewee import Database

from server.store.database import is_postgresql
from server.store.models import Counter
from server.store.reads import Reader, ReadPool
from server.store.statements import Statement, param
from tests.store.conftest import DEADLINE, Lane
from tests.store.marks import kept, mark

_COUNT = Statement(Counter.select(Counter.value).where(Counter.name == param("name")))


def look_up(database: Database) -> tuple[int, ...] | None:
    return Reader(database).one(_COUNT, name="a")


async def test_a_read_sees_what_was_acknowledged(lane: Lane, database: Database) -> None:
    reads = ReadPool(database)
    number = await lane.write(mark("a"))
    assert await reads.read(look_up) == (number,)
    reads.close()


async def test_a_read_goes_on_while_a_transaction_is_open(lane: Lane, database: Database) -> None:
    reads = ReadPool(database)
    await lane.write(mark("a"))
    async with lane.held(), asyncio.timeout(DEADLINE):
        assert await reads.read(look_up)
    reads.close()


async def test_as_many_reads_run_at_once_as_there_are_threads(database: Database) -> None:
    together = threading.Barrier(3)

    def meet(_: Database) -> str:
        together.wait(DEADLINE)
        return threading.current_thread().name

    reads = ReadPool(database, threads=3)
    assert len(set(await asyncio.gather(*[reads.read(meet) for _ in range(3)]))) == 3
    reads.close()


async def test_looking_up_at_once_is_for_sqlite_and_sees_what_was_acknowledged(
    lane: Lane, database: Database
) -> None:
    reads = ReadPool(database)
    reader = reads.at_once()
    assert (reader is None) == is_postgresql(database)
    for name in ("a", "b"):
        number = await lane.write(mark(name))
        if reader := reads.at_once():
            assert reader.one(_COUNT, name=name) == (number,)
            assert reader.all(_COUNT, name=name) == [(number,)]
    assert kept(database) == ["a", "b"]
    reads.close()
