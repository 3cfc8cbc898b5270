"""Positions are gapless and in the order of the commits, whoever writes and however slowly."""

import asyncio
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import Database

from server.store.database import is_postgresql
from server.store.models import Event, EventHead
from tests.store.conftest import Lane
from tests.store.marks import mark, mark_and_tell

WRITER = "tests.store.outbox_writer"
ROOT = Path(__file__).parents[2]
LINGER = """
CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(random() * 0.003); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION linger();
"""
"""Makes every commit with events take a while, after the positions were drawn."""


class Writers:
    """Processes that write to one database at once."""

    def __init__(self, url: str, processes: int, transactions: int) -> None:
        self._running = [
            subprocess.Popen(
                [sys.executable, "-m", WRITER, url, f"p{number}", str(transactions), "7"],
                stdout=subprocess.PIPE,
                cwd=ROOT,
                text=True,
            )
            for number in range(processes)
        ]

    def work(self) -> bool:
        """Whether one still writes."""
        return any(each.poll() is None for each in self._running)

    def told(self) -> int:
        """How many events were acknowledged to all of them."""
        outputs = [each.communicate()[0] for each in self._running]
        assert [each.returncode for each in self._running] == [0] * len(self._running)
        return sum(map(int, outputs))


def positions_after(database: Database, position: int) -> Iterator[tuple[int, str]]:
    """What a reader by cursor sees."""
    query = Event.select(Event.position, Event.body).where(Event.position > position)
    for row in query.order_by(Event.position).limit(100):
        yield row.position, bytes(row.body).decode()


def follow(database: Database, writers: Writers) -> list[str]:
    """Reads by cursor while the writers write; no event may ever turn up behind the cursor."""
    seen: list[str] = []
    with database.connection_context():
        while True:
            still = writers.work()
            fresh = list(positions_after(database, len(seen)))
            assert [place for place, _ in fresh] == [
                len(seen) + number + 1 for number in range(len(fresh))
            ]
            seen.extend(body for _, body in fresh)
            if not still and not fresh:
                return seen


@pytest.mark.parametrize(
    ("processes", "transactions"),
    [(3, 60), pytest.param(4, 800, marks=[pytest.mark.soak, pytest.mark.timeout(900)])],
)
def test_a_reader_never_sees_a_gap_while_many_write(
    database: Database, database_url: str, processes: int, transactions: int
) -> None:
    if is_postgresql(database):
        with database.connection_context():
            database.execute_sql(LINGER)
    writers = Writers(database_url, processes, transactions)
    seen = follow(database, writers)
    assert len(seen) == writers.told()
    _assert_each_told_once_and_in_order(seen)


def _assert_each_told_once_and_in_order(bodies: list[str]) -> None:
    """Whole transactions in a row, and those of one writer in its order."""
    latest: dict[str, int] = defaultdict(lambda: -1)
    rest = iter(bodies)
    for body in rest:
        writer, transaction, place, count = body.split()
        assert place == "0"
        assert int(transaction) > latest[writer]
        latest[writer] = int(transaction)
        for number in range(1, int(count)):
            assert next(rest) == f"{writer} {transaction} {number} {count}"


async def test_events_of_a_batch_are_numbered_in_its_order(lane: Lane, database: Database) -> None:
    await lane.batch(mark_and_tell("a"), mark("silent"), mark_and_tell("b"), mark_and_tell("c"))
    with database.connection_context():
        assert list(positions_after(database, 0)) == [(1, "a"), (2, "b"), (3, "c")]
        assert EventHead.get().position == 3
    assert lane.told == [3]


async def test_the_bell_is_silent_when_nothing_was_told(lane: Lane) -> None:
    await lane.batch(mark("a"), mark("b"))
    assert lane.told == []


async def test_readers_do_not_wait_for_the_writer(lane: Lane, database: Database) -> None:
    """The head is locked from the numbering to the commit; readers see the last commit."""
    await lane.write(mark_and_tell("a"))
    async with lane.held():
        waiting = lane.write(mark_and_tell("b"))
        seen = await asyncio.to_thread(_seen, database)
        assert seen == [(1, "a")]
    await waiting
    assert await asyncio.to_thread(_seen, database) == [(1, "a"), (2, "b")]


def _seen(database: Database) -> list[tuple[int, str]]:
    with database.connection_context():
        return list(positions_after(database, 0))
