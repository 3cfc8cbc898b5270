"""Nodes that send webhooks, on one database, and a receiver."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from peewee import Database

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from server.domain.destinations import LOOPBACK, Addresses
from server.relay.reactions import Reactions
from server.relay.webhooks.engine import Pace, Webhooks
from server.relay.webhooks.sending import Sender
from server.resources import events
from server.store.lane import WriteLane
from server.store.models import WebhookDelivery, WebhookEndpoint
from server.store.reads import ReadPool
from server.store.unit import Unit
from server.work.access.webhook_secrets import new_webhook_secret
from tests.webhooks.receiver import Receiver

PACE = Pace(poll=0.05, lease=60.0, grace=1.0)
SOURCE = "https://ampline.example"


@dataclass
class Node:
    """What one process of the server has of webhooks."""

    database: Database
    lane: WriteLane
    reads: ReadPool
    webhooks: Webhooks
    reactions: Reactions
    positions: list[int] = field(default_factory=list)

    def tell(self, *subjects: str, kind: str = "charge_point.log_status", **where: str) -> None:
        """Writes an event about each of the subjects, in one transaction."""

        def write(unit: Unit) -> None:
            for number, subject in enumerate(subjects):
                payload = ChargePointTransferStatus(status=str(number))
                unit.tell(events.event(kind, subject, payload, unit.now, **where))

        self.lane.write_now(write)

    def start(self) -> None:
        self.webhooks.start()
        self.reactions.start()

    async def close(self) -> None:
        await self.reactions.close()
        await self.webhooks.close()
        self.lane.close()
        self.reads.close()


NodeMaker = Callable[..., Node]


def endpoint(receiver: Receiver, name: str = "one", **columns: Any) -> str:
    """An endpoint that leads to the receiver; its name."""
    secret = new_webhook_secret()
    receiver.secrets.append(secret)
    row = {
        "name": f"webhookEndpoints/{name}",
        "url": receiver.url,
        "signing_secret": secret,
        "secret_time": 0,
        "create_time": 0,
        "update_time": 0,
        **columns,
    }
    WebhookEndpoint.insert(**row).execute()
    return str(row["name"])


def delivery(name: str, position: int) -> WebhookDelivery | None:
    """A delivery's row, once there is one."""
    found: WebhookDelivery | None = WebhookDelivery.get_or_none(
        WebhookDelivery.name == f"{name}/deliveries/{position}"
    )
    return found


@pytest.fixture
async def make_node(database: Database) -> AsyncIterator[NodeMaker]:
    """Makes nodes on one database, which work once they are started."""
    nodes: list[Node] = []

    def make(
        retries: tuple[int, ...] = (0, 0, 0), timeout: float = 10.0, pace: Pace = PACE
    ) -> Node:
        reads = ReadPool(database)
        rings: list[Callable[[int], None]] = []

        def ring(position: int) -> None:
            for each in rings:
                each(position)

        lane = WriteLane(database, ring)
        webhooks = Webhooks(
            lane,
            reads,
            Sender(Addresses(LOOPBACK), timeout=timeout),
            source=SOURCE,
            node=f"node-{len(nodes)}",
            retries=retries,
            pace=pace,
        )
        reactions = Reactions(lane, [webhooks.reaction], pace.poll)
        rings.append(reactions.ring)
        nodes.append(Node(database, lane, reads, webhooks, reactions))
        return nodes[-1]

    yield make
    for node in nodes:
        await node.close()


@pytest.fixture
async def node(make_node: NodeMaker) -> Node:
    """The only node, at work."""
    made = make_node()
    made.start()
    return made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody who takes everything."""
    async with Receiver() as listening:
        yield listening
        assert not listening.rejected
