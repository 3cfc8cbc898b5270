"""Several nodes: each endpoint is one's, and another takes over where one is gone."""

import asyncio
import os

import pytest
from aiohttp import web

from server.store.models import WebhookQueue
from tests.webhooks.conftest import PACE, Node, NodeMaker, endpoint
from tests.webhooks.receiver import Received, Receiver

pytestmark = pytest.mark.skipif(
    os.environ.get("AMPLINE_TEST_DATABASE") != "postgresql", reason="SQLite has one node"
)
EVENTS = 20
QUICK = PACE._replace(lease=3.0)


def tell(nodes: list[Node], count: int) -> None:
    for number in range(count):
        nodes[number % len(nodes)].tell(f"chargePoints/CP{number % 4}")


def orders(received: list[Received]) -> dict[str, list[int]]:
    """By subject what came, in its order."""
    found: dict[str, list[int]] = {}
    for each in received:
        found.setdefault(each.subject, []).append(each.position)
    return found


async def test_nothing_is_sent_twice_where_nothing_fails(
    make_node: NodeMaker, receiver: Receiver
) -> None:
    nodes = [make_node() for _ in range(3)]
    for node in nodes:
        node.start()
    endpoint(receiver)
    tell(nodes, EVENTS)
    await receiver.until_ids(*range(1, EVENTS + 1))
    assert [len(set(its)) for its in orders(receiver.received).values()] == [5] * 4
    assert all(its == sorted(set(its)) for its in orders(receiver.received).values())


async def test_another_goes_on_where_one_stopped(make_node: NodeMaker, receiver: Receiver) -> None:
    first, second = (make_node(timeout=1.0, pace=QUICK) for _ in range(2))
    first.start()
    name = endpoint(receiver)
    tell([first], 4)
    await receiver.until_ids(1, 2, 3, 4)
    await first.reactions.close()
    await first.webhooks.close()
    assert WebhookQueue.get_by_id(name).owner is None, "it was let go"
    second.start()
    tell([second], 4)
    await receiver.until_ids(*range(1, 9))


async def test_a_node_that_is_gone_is_waited_for_as_long_as_its_lease(
    make_node: NodeMaker, receiver: Receiver
) -> None:
    """What it had sent and not noted comes once more, with the same id; nothing is left out."""
    first, second = (make_node(timeout=1.0, pace=QUICK) for _ in range(2))
    sent, gone = asyncio.Event(), asyncio.Event()

    async def never(came: Received) -> web.Response:
        if not gone.is_set():
            sent.set()
            await gone.wait()
        return web.Response()

    receiver.answer = never
    first.start()
    name = endpoint(receiver)
    tell([first], 4)
    await sent.wait()
    _die(first)
    gone.set()
    second.start()
    await receiver.until(
        lambda all_: {each.position for each in all_[4:]} == {1, 2, 3, 4} if all_[4:] else False
    )
    assert WebhookQueue.get_by_id(name).owner == "node-1"


def _die(node: Node) -> None:
    """As kill -9: nothing of it runs any more, and nothing was let go."""
    for task in asyncio.all_tasks():
        if task is not asyncio.current_task() and task.get_name() in _names(node):
            task.cancel()
    node.webhooks._couriers.clear()
    node.webhooks._claimed = 0.0


def _names(node: Node) -> set[str]:
    couriers = node.webhooks._couriers.values()
    busy = {name for courier in couriers for name in courier._busy}
    return {"webhooks", "reactions", *(courier._task.get_name() for courier in couriers), *busy}
