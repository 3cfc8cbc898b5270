"""kill -9 of the server and of the receiver at random points: every event arrives, in its order."""

import asyncio
import itertools
import random
from contextlib import suppress
from pathlib import Path

import grpc
import pytest

from ampline.v1.user_group_pb2 import CreateUserGroupRequest, UpdateUserGroupRequest, UserGroup
from ampline.v1.webhook_endpoint_pb2 import CreateWebhookEndpointRequest, WebhookEndpoint
from server.store.database import open_database
from server.store.models import Event
from tests.faults.network import made
from tests.faults.node import Node, started
from tests.running import Running, free_ports

SUBJECTS = 6
PATIENCE = 60.0
"""Seconds in which everything has arrived, when nobody is killed any more."""


class Sending(Node):
    """A node whose webhooks lose no time."""

    def environment(self) -> dict[str, str]:
        """Its settings."""
        quick = {"AMPLINE_WEBHOOK_TIMEOUT": "1", "AMPLINE_WEBHOOK_RETRIES": ",".join(["1"] * 200)}
        return {**super().environment(), **quick}


class Receiving:
    """The receiver's process, and what it has on its disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "received"
        (self.port,) = free_ports(1)
        self._running: Running | None = None

    def start(self, secret: str) -> None:
        """Starts it; it listens soon."""
        module = ["tests.faults.webhook_receiver", str(self.port), str(self.file), secret]
        self._running = Running.start(module, {}, self.folder / "receiver.log", group=False)

    def kill(self) -> None:
        """kill -9."""
        if self._running is not None:
            self._running.kill()

    def received(self) -> list[tuple[int, str]]:
        """Positions and subjects, in the order of their arrival."""
        if not self.file.exists():
            return []
        lines = [line.split(" ") for line in self.file.read_text().splitlines()]
        return [(int(name.removeprefix("events/")), subject) for name, subject in lines]


@pytest.mark.parametrize(
    ("kills", "seconds"),
    [
        pytest.param(3, 200, marks=pytest.mark.timeout(240)),
        pytest.param(30, 900, marks=[pytest.mark.soak, pytest.mark.timeout(1_000)]),
    ],
)
async def test_every_event_arrives_in_order(
    tmp_path: Path, database_url: str, kills: int, seconds: float
) -> None:
    chance, receiving = random.Random(f"webhooks {kills}"), Receiving(tmp_path)
    async with asyncio.timeout(seconds), started(Sending(tmp_path, database_url)) as node:
        try:
            secret = await _endpoint(node, receiving)
            receiving.start(secret)
            changing = asyncio.create_task(_change_groups(node))
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0.2, 1.5))  # at any moment: that is the test
                if chance.random() < 0.5:
                    node.kill()
                    await node.start()
                else:
                    receiving.kill()
                    receiving.start(secret)
            changing.cancel()
            with suppress(asyncio.CancelledError):
                await changing
            told = await _told(database_url)
            await _until_received(receiving, told)
        finally:
            receiving.kill()
        assert await node.stop() == 0
    _audit(told, receiving.received())


async def _endpoint(node: Node, receiving: Receiving) -> str:
    resource = WebhookEndpoint(url=f"http://127.0.0.1:{receiving.port}/", types=["user_group.*"])
    request = CreateWebhookEndpointRequest(webhook_endpoint=resource)
    endpoint = await made(node.api.webhook_endpoints.CreateWebhookEndpoint, request)
    return str(endpoint.secret)


async def _change_groups(node: Node) -> None:
    """Changes a few resources in turn, each again and again, whenever the server is there."""
    for number in itertools.count():
        await node.up.wait()
        name = f"userGroups/g{number % SUBJECTS}"
        group = UserGroup(name=name, display_name=f"Group {number}")
        with suppress(grpc.aio.AioRpcError):
            if number < SUBJECTS:
                create = CreateUserGroupRequest(user_group=group, user_group_id=name[11:])
                await made(node.api.user_groups.CreateUserGroup, create)
            else:
                update = UpdateUserGroupRequest(user_group=group)
                await made(node.api.user_groups.UpdateUserGroup, update)
        await asyncio.sleep(0.005)


async def _told(database_url: str) -> list[tuple[int, str]]:
    """What the log has to be sent."""
    opened = open_database(database_url)
    query = Event.select(Event.position, Event.subject).where(Event.type.startswith("user_group."))
    with opened.connection_context():
        return [(row.position, row.subject) for row in query.order_by(Event.position)]


async def _until_received(receiving: Receiving, told: list[tuple[int, str]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not set(told) <= set(receiving.received()):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


def _audit(told: list[tuple[int, str]], received: list[tuple[int, str]]) -> None:
    """All arrived; about each subject in its order, and if twice, at once again."""
    assert len(told) > 2 * SUBJECTS
    assert set(received) == set(told)
    for subject in {subject for _, subject in told}:
        its = [position for position, about in received if about == subject]
        assert its == sorted(its), subject
