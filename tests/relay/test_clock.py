"""Every job is done in its time, by one node, in pieces."""

import asyncio

import pytest
from peewee import Database

from ampline.v1.connectivity_pb2 import LONG_TERM_UNAVAILABLE, TEMPORARILY_UNAVAILABLE
from server.relay.clock import SECOND, Clock, Job
from server.relay.jobs import Keeping, platform_jobs
from server.store.clock import now_us
from server.store.models import ChargePoint, ClockJob, Event, Reservation
from server.store.unit import Unit
from server.work.rules import Rules
from tests.relay.conftest import Node, NodeMaker


class HandTurned:
    """A clock's hands."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


class Work:
    """A job's work that counts how often it was done; the first `pieces` times there is more."""

    def __init__(self, pieces: int = 0) -> None:
        self.done = 0
        self.pieces = pieces

    def __call__(self, unit: Unit) -> bool:
        unit.execute(ClockJob.update(due_time=ClockJob.due_time))
        self.done += 1
        self.pieces -= 1
        return self.pieces >= 0


async def test_a_job_is_done_every_period(node: Node) -> None:
    hands, often, seldom = HandTurned(), Work(), Work()
    clock = Clock(node.lane, [Job("often", 5, often), Job("seldom", 60, seldom)], hands)
    assert await clock.tick() == ["often", "seldom"]
    hands.turn(4.9)
    assert await clock.tick() == []
    hands.turn(0.1)
    assert await clock.tick() == ["often"]
    hands.turn(55)
    assert await clock.tick() == ["often", "seldom"]
    assert (often.done, seldom.done) == (3, 2)


async def test_one_node_does_it(make_node: NodeMaker) -> None:
    hands, work = HandTurned(), Work()
    clocks = [Clock(make_node().lane, [Job("job", 10, work)], hands) for _ in range(4)]
    for round_ in range(1, 6):
        done = await asyncio.gather(*(clock.tick() for clock in clocks))
        assert sorted(done) == [[], [], [], ["job"]]
        assert work.done == round_
        hands.turn(10)


async def test_work_in_pieces_goes_on_at_once_and_then_rests(node: Node) -> None:
    hands, work = HandTurned(), Work(pieces=7)
    clock = Clock(node.lane, [Job("job", 10, work)], hands)
    assert await clock.tick() == ["job"]
    assert work.done == 8
    assert ClockJob.get_by_id("job").due_time == hands.now + 10 * SECOND


async def test_a_node_that_fails_puts_nothing_off(
    make_node: NodeMaker, caplog: pytest.LogCaptureFixture
) -> None:
    hands, work = HandTurned(), Work()

    def fail(unit: Unit) -> bool:
        work(unit)
        raise RuntimeError("no")

    broken = Clock(make_node().lane, [Job("job", 10, fail)], hands)
    sound = Clock(make_node().lane, [Job("job", 10, work)], hands)
    assert await broken.tick() == []
    assert "the clock's job job failed" in caplog.text
    assert await broken.tick() == [], "it rests until its time comes again"
    assert await sound.tick() == ["job"]


async def test_the_clock_runs_by_itself(node: Node) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(unit: Unit) -> bool:
        loop.call_soon_threadsafe(done.set)
        return False

    clock = Clock(node.lane, [Job("job", 1, work)])
    clock.start()
    async with asyncio.timeout(5):
        await done.wait()
    await clock.close()


async def test_the_platforms_jobs_run_on_an_empty_network(node: Node, database: Database) -> None:
    jobs = platform_jobs(Rules(), Keeping(), running_price=15)
    assert await Clock(node.lane, jobs).tick() == [job.name for job in jobs]
    assert Event.select().count() == 0


async def test_the_clock_goes_on_after_a_failure(
    node: Node, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(unit: Unit) -> bool:
        loop.call_soon_threadsafe(done.set)
        return False

    database.execute_sql("ALTER TABLE clock_job RENAME TO elsewhere")
    clock = Clock(node.lane, [Job("job", 1, work)])
    clock.start()
    async with asyncio.timeout(10):
        while "stood still" not in caplog.text:  # noqa: ASYNC110 - a log line sets no event
            await asyncio.sleep(0.01)
        database.execute_sql("ALTER TABLE elsewhere RENAME TO clock_job")
        await done.wait()
    await clock.close()


async def test_its_hands_are_what_the_work_goes_by(node: Node, database: Database) -> None:
    """Days go by as a test wants them to: no row is made older than it is."""
    hands = HandTurned()
    hands.now = now_us()
    keeping = Keeping(events=7 * 86_400)
    clock = Clock(node.lane, platform_jobs(Rules(), keeping, running_price=15), hands)
    node.tell(3)
    begun = {"create_time": hands.now, "update_time": hands.now}
    Reservation.insert(
        name="reservations/r1",
        charge_point="chargePoints/CP1",
        connector=0,
        state=1,
        expire_time=hands.now + 3_600 * SECOND,
        **begun,
    ).execute()
    ChargePoint.insert(
        name="chargePoints/CP1",
        location="locations/L1",
        network_status=TEMPORARILY_UNAVAILABLE,
        last_seen_time=hands.now,
        **begun,
    ).execute()

    def found() -> tuple[int, int, int]:
        point = ChargePoint.get_by_id("chargePoints/CP1")
        told = Event.select().where(Event.type == "charge_point.log_status").count()
        return Reservation.get_by_id("reservations/r1").state, point.network_status, told

    before = (1, TEMPORARILY_UNAVAILABLE, 3)
    await clock.tick()
    assert found() == before
    hands.turn(3_601)
    await clock.tick()
    assert found() == (2, *before[1:])
    hands.turn(86_400)
    await clock.tick()
    assert found() == (2, LONG_TERM_UNAVAILABLE, 3)
    hands.turn(7 * 86_400)
    await clock.tick()
    assert found() == (2, LONG_TERM_UNAVAILABLE, 0)
