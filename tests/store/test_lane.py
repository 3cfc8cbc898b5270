"""Group commit: what waits is one transaction, in the order in which it came."""

import asyncio
import threading
from functools import partial

import pytest
from peewee import Database

from server.store.lane import MOST_JOBS, LaneClosedError, WriteLane
from server.store.unit import Unit
from tests.store.conftest import DEADLINE, Lane, LaneMaker
from tests.store.marks import (
    UnwillingError,
    counted,
    find,
    kept,
    mark,
    mark_and_tell,
    write_and_refuse,
)


async def test_what_waits_is_committed_in_one_transaction(lane: Lane, database: Database) -> None:
    units: list[Unit] = []
    numbers = await lane.batch(*(counted(mark(f"m{number}"), units) for number in range(50)))
    assert len(units) == 50
    assert len(set(units)) == 1
    assert numbers == list(range(numbers[0], numbers[0] + 50))
    assert kept(database) == [f"m{number}" for number in range(50)]


async def test_a_job_sees_what_those_before_it_wrote(lane: Lane) -> None:
    number, found = await lane.batch(mark("first"), find("first"))
    assert number == found


async def test_nobody_hears_a_result_before_it_is_committed(
    make_lane: LaneMaker, database: Database
) -> None:
    """What is heard is there for every other connection at that moment."""
    lane = make_lane()
    for number in range(20):
        await lane.write(mark(f"m{number}"))
        assert len(kept(database)) == number + 1


async def test_a_batch_has_its_bound(lane: Lane, database: Database) -> None:
    units: list[Unit] = []
    await lane.batch(*(counted(mark(f"m{number}"), units) for number in range(MOST_JOBS + 7)))
    assert sorted(units.count(unit) for unit in set(units)) == [7, MOST_JOBS]
    assert kept(database) == [f"m{number}" for number in range(MOST_JOBS + 7)]


async def test_all_jobs_of_a_transaction_have_one_time(lane: Lane) -> None:
    times = await lane.batch(*[lambda unit: unit.now] * 5)
    assert len(set(times)) == 1


async def test_writers_on_threads_and_on_loops_share_the_lane(
    lane: Lane, database: Database
) -> None:
    async with asyncio.timeout(DEADLINE):
        await asyncio.gather(
            *(asyncio.to_thread(lane.write_now, mark(f"thread{number}")) for number in range(20)),
            *(lane.write(mark(f"loop{number}")) for number in range(20)),
        )
    on_threads = {f"thread{number}" for number in range(20)}
    names = kept(database)
    assert set(names) - on_threads == {f"loop{number}" for number in range(20)}
    assert len(names) == 40
    assert [name for name in names if name not in on_threads] == [f"loop{n}" for n in range(20)]


async def test_closing_commits_what_waits(make_lane: LaneMaker, database: Database) -> None:
    lane = make_lane()
    async with lane.held():
        waiting = [lane.write(mark(f"m{number}")) for number in range(30)]
        closing = asyncio.create_task(asyncio.to_thread(lane.close))
    async with asyncio.timeout(DEADLINE):
        await closing
        await asyncio.gather(*waiting)
    assert kept(database) == [f"m{number}" for number in range(30)]


async def test_a_closed_lane_takes_nothing(make_lane: LaneMaker, database: Database) -> None:
    lane = make_lane()
    lane.close()
    with pytest.raises(LaneClosedError):
        await lane.write(mark("late"))
    with pytest.raises(LaneClosedError):
        lane.write_now(mark("late"))
    assert kept(database) == []


async def test_who_writes_while_it_closes_is_refused_or_kept_but_never_forgotten(
    make_lane: LaneMaker, database: Database
) -> None:
    lane = make_lane()
    outcomes: dict[str, bool] = {}

    def write_until_closed(writer: int) -> None:
        for number in range(1_000_000):
            name = f"w{writer}n{number}"
            try:
                lane.write_now(mark(name))
            except LaneClosedError:
                return
            outcomes[name] = True

    writers = [threading.Thread(target=write_until_closed, args=(each,)) for each in range(4)]
    for writer in writers:
        writer.start()
    while len(outcomes) < 40:
        await lane.write(lambda _: None)
    lane.close()
    for writer in writers:
        writer.join(DEADLINE)
        assert not writer.is_alive()
    assert set(kept(database)) == set(outcomes)


async def test_an_asker_who_left_stops_nobody(lane: Lane, database: Database) -> None:
    async with lane.held():
        left = lane.write(mark("left"))
        left.cancel()
        stays = lane.write(mark("stays"))
    await stays
    assert kept(database) == ["left", "stays"]


async def test_who_submits_hears_of_the_commit_and_of_the_failure(
    lane: Lane, database: Database
) -> None:
    heard: list[tuple[list[str], object, BaseException | None]] = []

    def hear(result: object, error: BaseException | None) -> None:
        heard.append((kept(database), result, error))

    for job in (mark("a"), write_and_refuse):
        lane.submit(job, hear, asyncio.get_running_loop())
    await lane.write(lambda _: None)
    (seen, number, nothing), (_, no_result, error) = heard
    assert "a" in seen
    assert isinstance(number, int)
    assert nothing is None
    assert no_result is None
    assert isinstance(error, UnwillingError)


async def test_a_hearer_that_fails_stops_nobody(lane: Lane, database: Database) -> None:
    def fail(*_: object) -> None:
        raise OSError("nobody there")

    async with lane.held():
        lane.submit(mark("a"), fail, asyncio.get_running_loop())
        behind = lane.write(mark("b"))
    await behind
    assert kept(database) == ["a", "b"]


async def test_the_bell_rings_after_the_commit_and_its_failure_harms_nothing(
    database: Database,
) -> None:
    seen: list[list[str]] = []

    def ring(_: int) -> None:
        seen.append(kept(database))
        raise OSError("nobody there")

    lane = WriteLane(database, ring)
    try:
        await lane.write(mark_and_tell("once"))
    finally:
        lane.close()
    assert seen == [["once"]]
    assert kept(database) == ["once"]


async def test_a_note_goes_along_with_the_next_write(lane: Lane, database: Database) -> None:
    units: list[Unit] = []
    noted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    lane.note(counted(mark("note"), units), lambda _, error: noted.set_result(None))
    await lane.write(counted(mark("write"), units))
    assert kept(database) == ["note", "write"]
    assert len(set(units)) == 1
    assert noted.done()


def _set(event: asyncio.Event, _: object, error: BaseException | None) -> None:
    assert error is None
    event.set()


async def test_a_note_alone_is_written_all_the_same(lane: Lane, database: Database) -> None:
    for name in ("one", "another"):
        noted = asyncio.Event()
        lane.note(mark(name), partial(_set, noted))
        async with asyncio.timeout(DEADLINE):
            await noted.wait()
    assert kept(database) == ["one", "another"]


async def test_a_note_is_written_before_the_lane_ends(
    make_lane: LaneMaker, database: Database
) -> None:
    lane = make_lane()
    lane.note(mark("note"), lambda _, error: None)
    await asyncio.to_thread(lane.close)
    assert kept(database) == ["note"]
