"""What was kept long enough goes, the rest stays."""

from functools import partial

from server.store.models import (
    ChargePoint,
    Event,
    OcppMessage,
    SignIn,
    StatusLogEntry,
    StoredAnswer,
)
from server.store.unit import Unit
from server.work import retention
from server.work.stations import long_absence
from tests.relay.conftest import Node
from tests.relay.following import Following

HOUR = 3_600_000_000


async def test_events_go_oldest_first_and_in_pieces(node: Node) -> None:
    node.tell(7)
    Event.update(record_time=Event.position * HOUR).execute()

    def forget(unit: Unit) -> bool:
        return retention.forget_events(unit, 5 * HOUR, 3)

    assert node.lane.write_now(forget) is True
    assert [event.position for event in Event.select().order_by(Event.position)] == [4, 5, 6, 7]
    assert node.lane.write_now(forget) is False
    assert [event.position for event in Event.select().order_by(Event.position)] == [5, 6, 7]


async def test_no_hole_is_made_behind_an_event_that_stays(node: Node) -> None:
    node.tell(4)
    Event.update(record_time=0).where(Event.position != 2).execute()
    node.lane.write_now(lambda unit: retention.forget_events(unit, HOUR, 100))
    assert [event.position for event in Event.select().order_by(Event.position)] == [2, 3, 4]


async def test_a_log_that_was_forgotten_wholly_goes_on_with_its_numbers(node: Node) -> None:
    node.tell(3)
    node.lane.write_now(lambda unit: retention.forget_events(unit, unit.now, 100))
    async with Following(node.tail, after=3) as following:
        await following.heartbeat()
        node.tell()
        assert await following.positions(1) == [4]


async def test_messages_answers_and_sign_ins_go_by_their_time(node: Node) -> None:
    for hours in range(5):
        time = hours * HOUR
        OcppMessage.insert(
            charge_point="chargePoints/CP1", direction=1, ocpp_version=1, call_time=time
        ).execute()
        StatusLogEntry.insert(
            charge_point="chargePoints/CP1",
            kind=1,
            time=0,
            record_time=time,
            old_status=1,
            status=2,
        ).execute()
        StoredAnswer.insert(key=str(hours), request_hash="", state=2, create_time=time).execute()
        SignIn.insert(
            token_hash=str(hours), operator="portalOperators/1", create_time=0, expire_time=time
        ).execute()
    for forget, table in (
        (retention.forget_messages, OcppMessage),
        (retention.forget_statuses, StatusLogEntry),
        (retention.forget_answers, StoredAnswer),
        (retention.forget_sign_ins, SignIn),
    ):
        more = [node.lane.write_now(partial(forget, before=3 * HOUR, limit=2)) for _ in range(2)]
        assert more == [True, False]
        assert table.select().count() == 2


async def test_long_absence_is_told_once(node: Node) -> None:
    for name, seen, status in (("A", 1, 3), ("B", 9, 3), ("C", 1, 2), ("D", None, 1)):
        ChargePoint.insert(
            name=f"chargePoints/{name}",
            location="locations/1",
            network_status=status,
            last_seen_time=seen and seen * HOUR,
            create_time=0,
            update_time=0,
        ).execute()
    async with Following(node.tail) as following:
        await following.heartbeat()
        for _ in range(2):
            node.lane.write_now(lambda unit: long_absence.give_up(unit, 5 * HOUR, 10))
        node.tell()
        first, second = await following.event(), await following.event()
    assert first.event is not None
    assert second.event is not None
    assert first.event.type == "charge_point.network_status_changed"
    assert (first.event.subject, first.event.location) == ("chargePoints/A", "locations/1")
    change = first.event.charge_point_network_status_changed
    assert (change.old_status, change.new_status) == (3, 4)
    assert second.event.type == "charge_point.log_status"
    assert ChargePoint.get_by_id("chargePoints/A").network_status == 4
    assert ChargePoint.get_by_id("chargePoints/B").network_status == 3
