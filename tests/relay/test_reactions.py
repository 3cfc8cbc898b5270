"""What events call for is done once for each of them, whatever fails and whoever tries."""

import asyncio

import pytest
from peewee import Database

from server.relay.reactions import Reaction, Reactions
from server.store.models import ClockJob, Event
from server.store.models import Reaction as Cursor
from server.store.unit import Unit
from server.work import event_log
from tests.relay.conftest import Node, NodeMaker

PIECE = 3


def count(unit: Unit, after: int) -> tuple[int, bool]:
    """Counts events, three at a time, in a row of the transaction."""
    rows = event_log.all_after(unit.database, after, PIECE)
    more = ClockJob.due_time + len(rows)
    unit.execute(ClockJob.update(due_time=more).where(ClockJob.name == "counted"))
    return rows[-1].position if rows else after, len(rows) == PIECE


@pytest.fixture
def counted(database: Database) -> None:
    ClockJob.insert(name="counted", due_time=0).execute()


def so_many() -> int:
    return int(ClockJob.get_by_id("counted").due_time)


def place() -> int:
    return int(Cursor.get_by_id("count").position)


@pytest.mark.usefixtures("counted")
async def test_each_event_counts_once(node: Node) -> None:
    reactions = Reactions(node.lane, [Reaction("count", count)])
    node.tell(7)
    await reactions.catch_up()
    assert (so_many(), place()) == (7, 7)
    await reactions.catch_up()
    node.tell(2)
    again = Reactions(node.lane, [Reaction("count", count)])
    await again.catch_up()
    assert (so_many(), place()) == (9, 9), "another life of the server goes on where it was"


@pytest.mark.usefixtures("counted")
async def test_of_many_nodes_one_does_it(make_node: NodeMaker) -> None:
    nodes = [make_node() for _ in range(4)]
    each = [Reactions(node.lane, [Reaction("count", count)]) for node in nodes]
    for _ in range(10):
        nodes[0].tell(5)
        await asyncio.gather(*(reactions.catch_up() for reactions in each))
    assert (so_many(), place()) == (50, 50)


@pytest.mark.usefixtures("counted")
async def test_a_piece_that_fails_has_no_effect(node: Node) -> None:
    fails = [True]

    def count_or_fail(unit: Unit, after: int) -> tuple[int, bool]:
        done = count(unit, after)
        if after == PIECE and fails:  # also when the lane tries it alone
            raise RuntimeError("in the middle of a piece")
        return done

    reactions = Reactions(node.lane, [Reaction("count", count_or_fail)])
    node.tell(8)
    with pytest.raises(RuntimeError):
        await reactions.catch_up()
    assert (so_many(), place()) == (3, 3), "the piece before it stays"
    fails.clear()
    await reactions.catch_up()
    assert (so_many(), place()) == (8, 8)


@pytest.mark.usefixtures("counted")
async def test_it_runs_by_itself_and_only_where_it_is_needed(
    node: Node, database: Database
) -> None:
    done = asyncio.Event()

    def look() -> None:
        if so_many() >= 3:
            done.set()

    needed = Reaction("count", count, done=look)
    spared = Reaction("spared", count, is_needed=lambda _: False)
    reactions = Reactions(node.lane, [spared, needed], poll=0.05)
    reactions.start()
    node.tell(3)
    async with asyncio.timeout(10):
        await done.wait()
    await reactions.close()
    assert Cursor.get_by_id("spared").position == 0
    assert so_many() == Event.select().count() == 3
