"""What is sent, to whom, in which order, and how often."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from server.domain.webhooks import State
from server.store.models import Event, WebhookDelivery, WebhookEndpoint
from tests.webhooks.conftest import SOURCE, Node, NodeMaker, delivery, endpoint
from tests.webhooks.receiver import Received, Receiver


async def when(
    node: Node, name: str, position: int, holds: Callable[[WebhookDelivery], bool]
) -> WebhookDelivery:
    """The delivery, once something holds of it."""
    async with asyncio.timeout(40):
        while True:
            row = await node.reads.read(lambda _: delivery(name, position))
            if row is not None and holds(row):
                return row
            await asyncio.sleep(0.02)


async def settled(node: Node, name: str, position: int) -> WebhookDelivery:
    """The delivery, once it is ended."""
    return await when(node, name, position, lambda row: row.end_time is not None)


async def tried(node: Node, name: str, position: int) -> WebhookDelivery:
    """The delivery, once it was tried."""
    return await when(node, name, position, lambda row: row.attempt_count > 0)


async def test_an_event_arrives_whole(node: Node, receiver: Receiver) -> None:
    name = endpoint(receiver)
    node.tell("chargePoints/CP1", charge_point="chargePoints/CP1", location="locations/L1")
    (came,) = await receiver.until(lambda all_: len(all_) == 1)
    told = dict(came.body)
    data = told.pop("data")
    assert told == {
        "specversion": "1.0",
        "id": "events/1",
        "source": SOURCE,
        "type": "charge_point.log_status",
        "subject": "chargePoints/CP1",
        "time": data["time"],
        "datacontenttype": "application/json",
    }
    assert data["chargePointTransferStatus"] == {"status": "0"}
    assert (data["name"], data["location"], bool(data["cursor"])) == ("events/1", "locations/L1", 1)
    assert receiver.requests[0].content_type == "application/cloudevents+json"
    row = await settled(node, name, 1)
    assert (row.state, row.attempt_count, row.due_time) == (State.DELIVERED, 1, None)


async def test_each_gets_what_it_wants(node: Node, receiver: Receiver) -> None:
    types = b"\x22\x0bsession.*  "  # field 4
    endpoint(receiver, "all")
    endpoint(receiver, "some", types=types[:2] + b"charge_*.up")
    endpoint(receiver, "theirs", partner="partners/p1")
    endpoint(receiver, "off", state=2)
    endpoint(receiver, "late", enabled_since=1 << 60)
    endpoint(receiver, "unread", hidden_types="session. charge_point.")
    node.tell("chargePoints/CP1")
    node.tell("chargePoints/CP2", kind="charge_point.up", partner="partners/p1")
    await receiver.until(lambda all_: len(all_) == 3)
    rows = WebhookDelivery.select().order_by(WebhookDelivery.name)
    ours = [(row.webhook_endpoint.partition("/")[2], row.position, row.partner) for row in rows]
    assert ours == [("all", 1, None), ("all", 2, None), ("some", 2, None)], "its partner sees none"


async def test_a_subjects_events_keep_their_order(node: Node, receiver: Receiver) -> None:
    failing = {3: 2, 8: 1}
    took: list[int] = []

    def answer(came: Received) -> web.Response:
        if failing.get(came.position, 0):
            failing[came.position] -= 1
            return web.Response(status=500)
        took.append(came.position)
        return web.Response()

    receiver.answer = answer
    endpoint(receiver)
    node.tell(*(f"chargePoints/CP{number % 3}" for number in range(30)))
    await receiver.until(lambda _: len(took) == 30)
    for subject in range(3):
        its = [position for position in took if position % 3 == subject]
        assert its == sorted(its)


async def test_an_event_that_nobody_takes_fails_and_the_next_one_comes(
    node: Node, receiver: Receiver
) -> None:
    def answer(came: Received) -> web.Response:
        return web.Response(status=500 if came.position == 1 else 200, text="no " * 1000)

    receiver.answer = answer
    name = endpoint(receiver)
    node.tell("chargePoints/CP1", "chargePoints/CP1")
    came = await receiver.until_ids(2)
    assert [each.position for each in came] == [1, 1, 1, 1, 2]
    row = await settled(node, name, 1)
    assert (row.state, row.attempt_count) == (State.FAILED, 4)
    await settled(node, name, 2)
    assert WebhookEndpoint.get_by_id(name).failing_since_time is None, "one success is enough"


async def test_a_redirect_is_not_followed(make_node: NodeMaker, receiver: Receiver) -> None:
    node = make_node(retries=())
    node.start()
    receiver.answer = lambda _: web.Response(status=302, headers={"location": "/elsewhere"})
    name = endpoint(receiver)
    node.tell("chargePoints/CP1")
    row = await settled(node, name, 1)
    assert (row.state, len(receiver.received)) == (State.FAILED, 1)


async def test_who_does_not_answer_in_time_has_not_taken_it(
    make_node: NodeMaker, receiver: Receiver
) -> None:
    node = make_node(timeout=0.2, retries=(0,) * 100)
    node.start()
    slow = asyncio.Event()

    async def late(_: Received) -> web.Response:
        await slow.wait()
        return web.Response()

    receiver.answer = late
    name = endpoint(receiver)
    node.tell("chargePoints/CP1")
    await receiver.until(lambda all_: len(all_) == 2)
    slow.set()
    row = await settled(node, name, 1)
    assert (row.state, row.attempt_count >= 2) == (State.DELIVERED, True)


async def test_who_asks_to_be_left_alone_for_a_while_is(node: Node, receiver: Receiver) -> None:
    receiver.answer = lambda _: web.Response(status=429, headers={"retry-after": "120"})
    name = endpoint(receiver)
    node.tell("chargePoints/CP1")
    row = await tried(node, name, 1)
    assert row.due_time is not None
    assert row.due_time - row.create_time >= 120_000_000
    assert len(receiver.received) == 1


async def test_gone_disables_at_once(node: Node, receiver: Receiver) -> None:
    receiver.answer = lambda _: web.Response(status=410)
    name = endpoint(receiver)
    node.tell("chargePoints/CP1")
    await _until_disabled(node, name)
    row = WebhookEndpoint.get_by_id(name)
    assert (row.state, row.disable_reason) == (2, 2)
    assert len(receiver.received) == 1


async def test_five_days_without_a_success_disable(node: Node, receiver: Receiver) -> None:
    receiver.answer = lambda _: web.Response(status=503)
    name = endpoint(receiver, failing_since_time=1)
    node.tell("chargePoints/CP1")
    await _until_disabled(node, name)
    assert WebhookEndpoint.get_by_id(name).disable_reason == 1


async def _until_disabled(node: Node, name: str) -> None:
    """Waits for the event that says so."""

    def told(_: Any) -> bool:
        query = Event.select().where(Event.type == "webhook_endpoint.disabled")
        return bool(query.where(Event.subject == name).exists())

    async with asyncio.timeout(40):
        while not await node.reads.read(told):  # noqa: ASYNC110 - a row sets no event
            await asyncio.sleep(0.02)
