"""A node's event log: a lane to write it, a tail to follow it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from peewee import Database

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from server.relay.tail import Pace, Tail
from server.resources import events
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.store.unit import Unit

PACE = Pace(heartbeat=0.05, poll=0.02, buffer=1_000, memory=100)


@dataclass
class Node:
    """What one process of the server has of the event log."""

    database: Database
    lane: WriteLane
    reads: ReadPool
    tail: Tail

    def tell(self, count: int = 1, /, **where: str) -> None:
        """Writes `count` events of one kind, in one transaction."""
        self.lane.write_now(lambda unit: tell(unit, count, **where))

    async def close(self) -> None:
        await self.tail.close()
        self.lane.close()
        self.reads.close()


def tell(unit: Unit, count: int, /, kind: str = "charge_point.log_status", **where: str) -> None:
    subject = where.pop("subject", "chargePoints/CP1")
    for number in range(count):
        payload = ChargePointTransferStatus(status=str(number))
        unit.tell(events.event(kind, subject, payload, unit.now, **where))


NodeMaker = Callable[..., Node]


@pytest.fixture
async def make_node(database: Database) -> AsyncIterator[NodeMaker]:
    """Starts nodes on one database."""
    nodes: list[Node] = []

    def make(pace: Pace = PACE, rings: bool = True) -> Node:
        reads = ReadPool(database)
        tail = Tail(database, reads, pace)
        lane = WriteLane(database, tail.ring) if rings else WriteLane(database)
        nodes.append(Node(database, lane, reads, tail))
        return nodes[-1]

    yield make
    for node in nodes:
        await node.close()


@pytest.fixture
async def node(make_node: NodeMaker) -> Node:
    """The only node."""
    return make_node()
