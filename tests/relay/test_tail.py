"""Those who follow the event log get every event once, in order, and only theirs."""

import pytest
from peewee import Database

from server.domain.errors import Outcome, RefusedError
from server.relay.subscriber import SHUTTING_DOWN, SLOW_SUBSCRIBER
from server.relay.tail import Pace
from server.resources import cursor
from server.store.clock import now_us
from server.work import event_log, event_pages
from server.work.ports import EventFilter, Followed
from server.work.retention import forget_events
from tests.relay.conftest import PACE, Node, NodeMaker
from tests.relay.following import Following


async def test_from_now_on_comes_only_what_is_new(node: Node) -> None:
    node.tell(3)
    async with Following(node.tail) as following:
        assert (await following.heartbeat()).position == 3
        node.tell(2)
        assert await following.positions(2) == [4, 5]


async def test_an_event_has_its_name_its_cursor_and_what_was_told(node: Node) -> None:
    async with Following(node.tail) as following:
        await following.heartbeat()
        node.tell(location="locations/1", charge_point="chargePoints/CP1")
        event = (await following.event()).event
    assert event is not None
    assert event.name == "events/1"
    assert cursor.decode(event.cursor) == 1
    assert (event.type, event.subject) == ("charge_point.log_status", "chargePoints/CP1")
    assert (event.location, event.charge_point) == ("locations/1", "chargePoints/CP1")
    assert event.charge_point_transfer_status.status == "0"
    assert event.record_time == event.time


async def test_the_past_comes_first_and_the_present_without_a_gap(node: Node) -> None:
    node.tell(1_700)  # several reads, more than memory and buffer hold
    async with Following(node.tail, after=100) as following:
        assert await following.positions(800) == list(range(101, 901))
        node.tell(500)
        assert await following.positions(1_300) == list(range(901, 2_201))


async def test_who_comes_later_gets_the_same(node: Node) -> None:
    node.tell(600)
    async with Following(node.tail) as first, Following(node.tail, after=0) as second:
        await first.heartbeat()
        node.tell(300)
        assert await first.positions(300) == list(range(601, 901))
        assert await second.positions(900) == list(range(1, 901))
        async with Following(node.tail, after=850) as third:
            node.tell(10)
            assert await third.positions(60) == list(range(851, 911))


async def test_since_a_time(node: Node) -> None:
    node.tell(3)
    time = now_us()
    node.tell(2)
    async with Following(node.tail, since=time) as following:
        assert await following.positions(2) == [4, 5]
    async with Following(node.tail, since=now_us() + 1_000_000) as following:
        assert (await following.heartbeat()).position == 5


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EventFilter(types=frozenset({"session.*"})), [1, 2]),
        (EventFilter(types=frozenset({"*.updated", "session.started"})), [1, 3]),
        (EventFilter(types=frozenset({"session_started", "[st]*"})), []),
        (EventFilter(subjects=frozenset({"sessions/1", "tariffs/1"})), [1, 2, 3]),
        (EventFilter(charge_points=frozenset({"chargePoints/CP1"})), [1, 2]),
        (EventFilter(locations=frozenset({"locations/1"})), [2]),
        (EventFilter(partner="partners/1"), [2, 3]),
        (EventFilter(types=frozenset({"session.*"}), partner="partners/1"), [2]),
    ],
)
async def test_only_what_is_wanted_from_the_past_and_the_present(
    node: Node, wanted: EventFilter, expected: list[int]
) -> None:
    def tell_all() -> None:
        at = {"charge_point": "chargePoints/CP1", "subject": "sessions/1"}
        node.tell(kind="session.started", **at)
        node.tell(kind="session.stopped", location="locations/1", partner="partners/1", **at)
        node.tell(kind="tariff.updated", subject="tariffs/1", partner="partners/1")
        node.tell(kind="evse.deleted", subject="x", partner="partners/2")

    tell_all()
    node.tell(200)  # so that memory does not reach back
    async with Following(node.tail, wanted, after=0) as following:
        assert await following.positions(len(expected)) == expected
        assert (await following.heartbeat()).position == 204
        tell_all()
        assert await following.positions(len(expected)) == [204 + place for place in expected]


async def test_a_heartbeat_tells_how_far_the_log_was_read_for_nothing(node: Node) -> None:
    async with Following(node.tail, EventFilter(types=frozenset({"nothing"}))) as following:
        assert (await following.heartbeat()).position == 0
        node.tell(7)
        while (await following.heartbeat()).position < 7:
            pass
        assert (await following.heartbeat()).position == 7


async def test_who_finds_nothing_in_a_long_past_hears_how_far_it_was_read(
    make_node: NodeMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked for piece by piece: a connection that breaks costs no second look from the start."""
    monkeypatch.setattr(event_pages, "LOOKED_AT", 100)
    node = make_node(Pace(heartbeat=0.0, poll=1_000, memory=100))
    node.tell(450)
    node.tell(kind="tariff.updated", location="locations/1")
    wanted = EventFilter(locations=frozenset({"locations/1"}))
    async with Following(node.tail, wanted, after=0) as following:
        beats = [(await following.step()).position for _ in range(4)]
        assert (beats, (await following.event()).position) == ([100, 200, 300, 400], 451)


async def test_other_nodes_events_are_seen_without_a_bell(make_node: NodeMaker) -> None:
    here, elsewhere = make_node(), make_node(rings=False)
    async with Following(here.tail) as following:
        await following.heartbeat()
        elsewhere.tell(2)
        assert await following.positions(2) == [1, 2]


async def test_the_bell_wakes_at_once(make_node: NodeMaker) -> None:
    node = make_node(Pace(poll=1_000))
    async with Following(node.tail) as following:
        await following.heartbeat()
        for position in range(1, 20):
            node.tell()
            assert await following.positions(1) == [position]


async def test_a_slow_subscriber_costs_only_itself(make_node: NodeMaker) -> None:
    node = make_node(PACE._replace(buffer=100))
    async with Following(node.tail) as slow, Following(node.tail) as other:
        await slow.heartbeat()
        await other.heartbeat()
        node.tell(2)
        assert await slow.positions(2) == await other.positions(2) == [1, 2]
        for begin in range(3, 203, 50):  # more than the buffer holds, though never at once
            node.tell(50)
            assert await other.positions(50) == list(range(begin, begin + 50))
        end = await slow.end()
        assert (end.end, end.position) == (SLOW_SUBSCRIBER, 2)
    async with Following(node.tail, after=end.position) as again:
        assert await again.positions(200) == list(range(3, 203))


async def test_who_was_too_slow_hears_of_no_place_behind_what_it_lost(make_node: NodeMaker) -> None:
    """A stream that is stuck for longer than the pause between two heartbeats."""
    node = make_node(PACE._replace(buffer=10))
    async with Following(node.tail) as slow, Following(node.tail) as other:
        await slow.heartbeat()
        await other.heartbeat()
        for position in range(1, 21):
            node.tell()
            assert await other.positions(1) == [position]
        for _ in range(3):
            await other.heartbeat()
        assert await slow.step() == Followed(0, end=SLOW_SUBSCRIBER)


async def test_the_end_of_the_server_ends_every_stream_behind_its_events(
    make_node: NodeMaker,
) -> None:
    node = make_node()
    async with Following(node.tail) as idle, Following(node.tail) as behind:
        await idle.heartbeat()
        await behind.heartbeat()
        node.tell(3)
        assert await idle.positions(3) == [1, 2, 3]
        await node.tail.close()
        assert (await idle.end()).end == SHUTTING_DOWN
        assert await behind.positions(3) == [1, 2, 3]
        last = await behind.end()
        assert (last.end, last.position) == (SHUTTING_DOWN, 3)
    async with Following(node.tail) as late:
        assert (await late.end()).end == SHUTTING_DOWN


async def test_an_expired_cursor_is_refused_with_the_oldest(node: Node) -> None:
    node.tell(10)
    node.lane.write_now(lambda unit: forget_events(unit, now_us() + 1, 6))
    with pytest.raises(RefusedError) as refused:
        async with Following(node.tail, after=3) as following:
            await following.step()
    assert (refused.value.outcome, refused.value.reason) == (Outcome.OUT_OF_RANGE, "CURSOR_EXPIRED")
    oldest = cursor.decode(refused.value.metadata["oldest_cursor"])
    async with Following(node.tail, after=oldest) as following:
        assert await following.positions(4) == [7, 8, 9, 10]


async def test_a_cursor_of_no_event_yet_is_refused(node: Node) -> None:
    node.tell(2)
    with pytest.raises(RefusedError) as refused:
        async with Following(node.tail, after=3) as following:
            await following.step()
    assert list(refused.value.violations) == ["after"]


async def test_an_empty_log_can_be_followed_from_its_beginning(node: Node) -> None:
    async with Following(node.tail, after=0) as following:
        await following.heartbeat()
        node.tell()
        assert await following.positions(1) == [1]


async def test_a_thousand_who_follow_cost_one_reader(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    real = event_log.all_after

    def counted(database: Database, after: int, limit: int) -> list[event_log.Row]:
        reads.append(after)
        return real(database, after, limit)

    monkeypatch.setattr(event_log, "all_after", counted)
    crowd = [Following(node.tail) for _ in range(1_000)]
    for following in crowd:
        await following.__aenter__()
        await following.heartbeat()
    reads.clear()
    node.tell(10)
    first = [await following.event() for following in crowd]
    assert {step.position for step in first} == {1}
    assert len({id(step.event) for step in first}) == 1, "decoded once for all"
    assert len(reads) < 100  # the bell's, and a few polls while the crowd was asked
    for following in crowd:
        await following.__aexit__(None, None, None)


async def test_a_log_that_cannot_be_read_for_a_while(
    node: Node, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with Following(node.tail) as following:
        await following.heartbeat()
        database.execute_sql("ALTER TABLE event RENAME TO elsewhere")
        while "cannot be read" not in caplog.text:
            await following.heartbeat()
        database.execute_sql("ALTER TABLE elsewhere RENAME TO event")
        node.tell(2)
        assert await following.positions(2) == [1, 2]
