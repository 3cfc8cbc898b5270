"""What a courier makes of two answers about the same queue."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from peewee import Database

from server.domain.destinations import LOOPBACK, Addresses
from server.relay.webhooks.courier import Courier, Means
from server.relay.webhooks.sending import Sender
from server.store.lane import WriteLane
from server.store.reads import Reader
from server.store.unit import Unit
from server.work.webhooks import owned
from tests.webhooks.conftest import SOURCE, NodeMaker, endpoint
from tests.webhooks.receiver import Receiver
from tests.webhooks.test_delivery import when

T = TypeVar("T")


class LateLane(WriteLane):
    """Tells that something is written only after something else has happened."""

    def __init__(self, database: Database, happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__(database)
        self._happens = happens

    def write(self, job: Callable[[Unit], T]) -> "asyncio.Future[T]":
        return asyncio.ensure_future(self._tell(super().write(job)))

    async def _tell(self, written: "asyncio.Future[T]") -> T:
        answer = await written
        await self._happens()
        return answer


async def test_what_was_read_before_its_turn_was_told_is_sent_once(
    make_node: NodeMaker, receiver: Receiver
) -> None:
    """The queue is read between a delivery's end and the courier's hearing of that end."""
    node = make_node()
    node.reactions.start()
    name = endpoint(receiver)
    node.tell(*["chargePoints/CP"] * 3)
    await when(node, name, 3, lambda _: True)
    leading = await node.reads.read(lambda database: owned.leading(Reader(database), name))
    assert leading is not None

    async def the_next_is_sent() -> None:
        courier.wake()
        await receiver.until_ids(2)

    lane = LateLane(node.database, the_next_is_sent)
    sender = Sender(Addresses(LOOPBACK), timeout=10.0)
    courier = Courier(name, leading, Means(lane, node.reads, sender, SOURCE, (), lambda: True))
    try:
        await receiver.until_ids(3)
        await when(node, name, 3, lambda row: row.end_time is not None)
        assert [each.position for each in receiver.received] == [1, 2, 3]
    finally:
        await courier.close(grace=1.0)
        await sender.close()
        lane.close()
