"""The webhooks of a node: which endpoints are its, and a courier for each of them.

Which node sends to an endpoint stands in the database (work/webhooks/queue.py). A node that owns
one renews its lease long before it ends, and begins nothing that could outlast it; so an event
that a dead node had sent without noting it is sent again by another, with the same id, and never
by two at once.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from ampline.v1.event_pb2 import Event
from ampline.v1.webhook_delivery_pb2 import WebhookAttempt
from ampline.v1.webhook_endpoint_pb2 import WebhookEndpoint
from server.domain import webhooks as domain
from server.relay.reactions import Reaction
from server.relay.webhooks import signing
from server.relay.webhooks.courier import Courier, Means
from server.relay.webhooks.sending import Sender
from server.store.clock import now_us
from server.store.ids import new_id
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import Reader, ReadPool
from server.work.webhooks import owned, planning, queue

log = logging.getLogger(__name__)
RENEWAL = 1 / 8
"""After this share of a lease it is renewed."""


class Pace(NamedTuple):
    """How often, in seconds."""

    poll: float = 1.0
    """After so long at the latest a change by another node, or of an endpoint, is seen."""
    lease: float = 40.0
    """How long an endpoint is a node's without renewal; twice an attempt's time at least."""
    grace: float = 3.0
    """For so long attempts may run on when the node stops."""


class Webhooks:
    """Sends what the event log calls for. Made on the event loop it lives on."""

    def __init__(
        self,
        lane: WriteLane,
        reads: ReadPool,
        sender: Sender,
        *,
        source: str,
        node: str,
        retries: Sequence[int] = domain.RETRIES,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or Pace()
        self._lane = lane
        self._reads = reads
        self._sender = sender
        self._source = source
        self._node = node
        self._loop = asyncio.get_running_loop()
        self._means = Means(lane, reads, sender, source, retries, self._holds, self._pace.poll)
        self._couriers: dict[str, Courier] = {}
        self._changes: dict[str, int] = {}
        self._held_until = self._claimed = 0.0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.reaction = Reaction("webhooks", planning.plan, planning.is_needed, done=self._wake.set)
        """Queues what is to be sent."""

    def start(self) -> None:
        """Begins to send."""
        self._task = asyncio.create_task(self._run(), name="webhooks")

    async def close(self) -> None:
        """Ends what is being sent, and lets other nodes go on."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._dismiss(list(self._couriers))
        if self._claimed:
            with suppress(LaneClosedError):
                await self._lane.write(lambda unit: queue.let_go(unit, self._node))
        await self._sender.close()

    async def test(self, endpoint: WebhookEndpoint) -> WebhookAttempt:
        """See `work.ports.WebhookTrials`."""
        leading = await self._reads.read(lambda db: owned.leading(Reader(db), endpoint.name))
        if leading is None:
            return WebhookAttempt(error="the endpoint was deleted")
        now = now_us()
        event = Event(name=f"events/test-{new_id()}", type="webhook_endpoint.test")
        event.subject = endpoint.name
        event.time.FromMicroseconds(now)
        event.record_time.FromMicroseconds(now)
        event.resource_changed.webhook_endpoint.CopyFrom(endpoint)
        body = signing.body_of(event, self._source)
        secrets = leading.secrets_at(now)
        headers = signing.headers_of(event.name, now // domain.SECOND, body, secrets)
        return (await self._sender.send(leading.url, headers, body)).attempt

    def _holds(self) -> bool:
        """With some time to spare: the clocks of nodes differ a little."""
        ends = self._loop.time() + self._sender.timeout
        return ends + self._pace.lease * RENEWAL < self._held_until

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._look()
            except LaneClosedError:
                return
            except Exception:
                log.exception("webhooks stood still for a moment")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.poll):
                    await self._wake.wait()

    async def _look(self) -> None:
        """Sees to it that every endpoint of this node has a courier, who knows what is new."""
        now = now_us()
        if (
            not self._claimed
            or self._needs_renewal()
            or await self._reads.read(lambda database: owned.is_any_free(Reader(database), now))
        ):
            await self._claim()
        mine = await self._reads.read(lambda database: owned.owned_by(Reader(database), self._node))
        gone = [
            name for name, courier in self._couriers.items() if name not in mine or courier.stopped
        ]
        await self._dismiss(gone)
        for name, (changes, leading) in mine.items():
            courier = self._couriers.get(name)
            if courier is None:
                self._couriers[name] = Courier(name, leading, self._means)
            else:
                courier.leading = leading
                if changes != self._changes[name]:
                    courier.wake()
            self._changes[name] = changes

    def _needs_renewal(self) -> bool:
        return bool(self._couriers) and (
            self._loop.time() - self._claimed >= self._pace.lease * RENEWAL
        )

    async def _claim(self) -> None:
        begun = self._loop.time()
        until = now_us() + int(self._pace.lease * domain.SECOND)
        await self._lane.write(lambda unit: queue.claim(unit, self._node, until))
        self._claimed, self._held_until = begun, begun + self._pace.lease

    async def _dismiss(self, names: Sequence[str]) -> None:
        leaving = [self._couriers.pop(name) for name in names]
        await asyncio.gather(*(courier.close(self._pace.grace) for courier in leaving))
