"""Sends what is to be sent to one endpoint: many subjects at once, each in its order."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ampline.v1.webhook_delivery_pb2 import WebhookAttempt
from server.domain import webhooks as domain
from server.relay.webhooks import signing
from server.relay.webhooks.sending import Answered, Sender
from server.resources import events
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.work.webhooks import queue
from server.work.webhooks.owned import Leading
from server.work.webhooks.queue import Due
from server.work.webhooks.settling import Pauses, settle

log = logging.getLogger(__name__)
AT_ONCE = 32
"""The most requests to one endpoint at a time."""
AT_ONCE_FAILING = 2
"""To one whose last request failed: it is not to be buried, and costs us little."""
_LONGEST_SLEEP = 3600.0


@dataclass(frozen=True, slots=True)
class Means:
    """What all couriers of a node share."""

    lane: WriteLane
    reads: ReadPool
    sender: Sender
    source: str
    """The deployment's URI."""
    retries: Sequence[int]
    """Seconds, after the first failure, the second, …"""
    holds: Callable[[], bool]
    """Whether what is begun now ends before the node's lease does."""
    rest: float = 1.0
    """Seconds to wait after a fault of ours."""


class Courier:
    """The only one who sends to an endpoint, as long as its node has the lease."""

    def __init__(self, endpoint: str, leading: Leading, means: Means) -> None:
        self.endpoint = endpoint
        self.leading = leading
        self._means = means
        self.stopped = False
        """Whether the endpoint was disabled by what it answered."""
        self._well = True
        self._ready: dict[str, Due] = {}
        """What is to be sent next, in this order; nothing of it is being sent."""
        self._more = False
        """Whether there was more than was read."""
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._ended: set[str] = set()
        """What ended while the queue was being read: the answer may not know it yet."""
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"courier of {endpoint}")

    def wake(self) -> None:
        """There may be more to be sent."""
        self._wake.set()

    async def close(self, grace: float) -> None:
        """Begins no attempt any more; those that run have so many seconds to be noted."""
        self._task.cancel()
        self._ready.clear()
        with suppress(asyncio.CancelledError):
            await self._task
        running = set(self._busy.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            pause = self._means.rest
            try:
                pause = await self._look()
            except Exception:
                log.exception("the queue of %s cannot be read; trying again", self.endpoint)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def _look(self) -> float:
        """Begins what is to be sent now; returns in how many seconds to look again."""
        self._ended.clear()
        limit = 2 * AT_ONCE + len(self._busy)
        found = await self._means.reads.read(
            lambda database: queue.first_due(database, self.endpoint, limit)
        )
        now = now_us()
        due = [each for each in found if each.due_time <= now]
        passed = self._ended | self._busy.keys()
        known = (*due, *self._ready.values())  # what came meanwhile is not in the answer
        self._ready = {each.name: each for each in known if each.name not in passed}
        self._more = len(due) == limit
        self._begin()
        later = found[len(due)].due_time - now if len(found) > len(due) else None
        return _LONGEST_SLEEP if later is None else min(later / domain.SECOND, _LONGEST_SLEEP)

    def _begin(self) -> None:
        most = AT_ONCE if self._well else AT_ONCE_FAILING
        if self.stopped:
            return
        while self._ready and len(self._busy) < most:
            self._start(self._ready.pop(next(iter(self._ready))))
        if not self._ready and self._more:
            self._wake.set()

    def _start(self, due: Due) -> None:
        task = asyncio.create_task(self._deliver(due), name=due.name)
        self._busy[due.name] = task

    async def _deliver(self, due: Due) -> None:
        """Makes an attempt, and goes on with the subject's next delivery where one may be sent."""
        following = None
        try:
            if self._means.holds():
                following = await self._attempt(due)
            else:
                await self._rest()
        except LaneClosedError:
            return
        except Exception:
            log.exception("%s could not be sent or noted; trying again", due.name)
            await self._rest()
        finally:
            self._ended.add(due.name)
            del self._busy[due.name]
        if self._task.done() or self._task.cancelling():
            return
        if following is not None and following.name not in self._busy:  # the queue told it before
            self._ready = {following.name: following, **self._ready}
        self._begin()

    async def _rest(self) -> None:
        await asyncio.sleep(self._means.rest)
        self._wake.set()

    async def _attempt(self, due: Due) -> Due | None:
        answered = await self._send(due)
        self._well = well = due.body is None or domain.is_success(answered.attempt.status_code)
        pauses = Pauses(self._means.retries, random.random(), answered.retry_after)  # noqa: S311 - no secret
        sent, attempt = due._replace(body=due.body and b""), answered.attempt
        settled = await self._means.lane.write(lambda unit: settle(unit, sent, attempt, pauses))
        self.stopped = self.stopped or not settled.goes_on
        if not well:
            self._wake.set()  # it may have a new time
        return settled.following

    async def _send(self, due: Due) -> Answered:
        if due.body is None:
            gone = WebhookAttempt(error="the event is not kept any more")
            gone.time.FromMicroseconds(now_us())
            return Answered(gone)
        stored = _Stored(due.position, due.record_time or 0, due.partner, due.body)
        message_id, body = _encoded(stored, self._means.source)
        now = now_us()
        secrets = self.leading.secrets_at(now)
        headers = signing.headers_of(message_id, now // domain.SECOND, body, secrets)
        return await self._means.sender.send(self.leading.url, headers, body)


class _Stored(NamedTuple):
    """What an event is made of."""

    position: int
    record_time: int
    partner: str | None
    body: bytes


@lru_cache(maxsize=256)
def _encoded(stored: _Stored, source: str) -> tuple[str, bytes]:
    """An event's id and JSON: the same for all endpoints."""
    event = events.to_event(stored)
    return event.name, signing.body_of(event, source)
