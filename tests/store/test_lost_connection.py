"""PostgreSQL goes away and comes back: nothing is done twice, and the node goes on by itself."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from peewee import Database

from server.store.database import DatabaseLostError, open_database
from server.store.reads import ReadPool
from server.store.unit import Unit
from tests.store.conftest import DEADLINE, Lane
from tests.store.cutting_proxy import CuttingProxy
from tests.store.marks import Job, counted, kept, mark

pytestmark = pytest.mark.skipif(
    os.environ.get("AMPLINE_TEST_DATABASE") != "postgresql", reason="SQLite is no server"
)
_BACKEND = "SELECT pg_backend_pid()"
_HANG_UP = "SELECT pg_terminate_backend(pg_backend_pid())"


def hang_up_once(behind: Job) -> Job:
    """At its first run the job loses the connection; at the next it works."""
    hung_up: list[bool] = []

    def job(unit: Unit) -> object:
        if not hung_up:
            hung_up.append(True)
            unit.database.execute_sql(_HANG_UP)
        return behind(unit)

    return job


def hang_up(database_url: str, backend: int) -> None:
    """Ends a connection from outside, as a restart of the database does."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", (backend,))


async def test_a_connection_lost_between_writes_is_replaced(
    lane: Lane, database: Database, database_url: str
) -> None:
    backend = await lane.write(lambda unit: unit.database.execute_sql(_BACKEND).fetchone()[0])
    await asyncio.to_thread(hang_up, database_url, backend)
    await lane.batch(mark("a"), mark("b"))
    assert kept(database) == ["a", "b"]


async def test_a_connection_lost_in_a_transaction_is_replaced_and_each_job_done_once(
    lane: Lane, database: Database
) -> None:
    outcomes = await lane.batch(mark("before"), hang_up_once(mark("there")), mark("behind"))
    assert all(isinstance(outcome, int) for outcome in outcomes)
    assert kept(database) == ["before", "there", "behind"]


async def test_a_job_that_always_loses_the_connection_fails_alone(
    lane: Lane, database: Database
) -> None:
    def job(unit: Unit) -> None:
        unit.database.execute_sql(_HANG_UP)

    before, lost, behind = await lane.batch(mark("before"), job, mark("behind"))
    assert isinstance(lost, Exception)
    assert (before, behind) == (1_000, 1_001)
    assert kept(database) == ["before", "behind"]


@pytest.fixture
def proxy(database_url: str) -> Iterator[CuttingProxy]:
    """Between the database and who goes by the proxy's URL."""
    with tempfile.TemporaryDirectory() as folder:  # short: socket names have a limit
        proxy = CuttingProxy(Path(folder), database_url)
        yield proxy
        proxy.close()


async def test_a_commit_whose_answer_is_lost_is_reported_and_never_done_again(
    proxy: CuttingProxy,
) -> None:
    database = open_database(proxy.url)
    lane = Lane(database)
    units: list[Unit] = []
    try:
        await lane.write(mark("first"))
        outcomes = await lane.batch(
            lambda _: proxy.armed.set(), counted(mark("a"), units), counted(mark("b"), units)
        )
        await lane.write(mark("last"))
    finally:
        lane.close()
    assert [type(outcome) for outcome in outcomes] == [DatabaseLostError] * 3
    assert len(units) == 2
    assert kept(database) == ["first", "a", "b", "last"]  # it had happened


async def test_without_a_database_writes_and_reads_fail_soon_and_go_on_when_it_is_back(
    proxy: CuttingProxy, database_url: str
) -> None:
    database = open_database(proxy.url)
    lane, reads = Lane(database), ReadPool(database, threads=1)
    try:
        async with asyncio.timeout(DEADLINE):
            await _lose(proxy, lane, reads, database_url)
            for name in ("a", "b"):
                with pytest.raises(DatabaseLostError):
                    await lane.write(mark(name))
            with pytest.raises(DatabaseLostError):
                await reads.read(_backend)
            proxy.open()
            await lane.write(mark("c"))
            assert await reads.read(_backend)
    finally:
        lane.close()
        reads.close()
    assert kept(database) == ["c"]


async def test_a_read_that_lost_its_connection_runs_on_a_new_one(
    database: Database, database_url: str
) -> None:
    reads = ReadPool(database, threads=1)
    backend = await reads.read(_backend)
    await asyncio.to_thread(hang_up, database_url, backend)
    assert await reads.read(_backend) != backend
    reads.close()


async def test_reads_leave_no_transaction_open(database: Database, database_url: str) -> None:
    """An idle transaction would keep vacuum from its work."""
    reads = ReadPool(database, threads=1)
    backend = await reads.read(_backend)
    with psycopg.connect(database_url) as connection:
        query = "SELECT state FROM pg_stat_activity WHERE pid = %s"
        assert connection.execute(query, (backend,)).fetchone() == ("idle",)
    reads.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_spellings_of_the_scheme_open_it(database_url: str, scheme: str) -> None:
    rest = database_url.partition("://")[2]
    database = open_database(f"{scheme}://{rest}")
    assert kept(database) == []


def _backend(database: Database) -> int:
    return int(database.execute_sql(_BACKEND).fetchone()[0])


async def _lose(proxy: CuttingProxy, lane: Lane, reads: ReadPool, url: str) -> None:
    """Ends both connections; nobody answers any more."""
    writing = await lane.write(lambda unit: _backend(unit.database))
    reading = await reads.read(_backend)
    proxy.close()
    for backend in (writing, reading):
        await asyncio.to_thread(hang_up, url, backend)
