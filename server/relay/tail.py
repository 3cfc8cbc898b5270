"""One reader of the event log a node, and all who follow it.

Somebody who begins in the past reads the log by queries of its own, until it has come to
what the tail has in memory; from there on it is a subscriber, and the log is read, and
every event decoded, once for all of them. While nobody follows, nothing is read.

The bell and a slow poll say only that there may be something new. What is new is what
comes behind the last position that was read: positions have no gaps and come in the order
of the commits, so nothing can turn up before it (store/outbox.py).
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple

from peewee import Database

from server.relay.audience import Audience, Entry
from server.relay.past import BATCH, begin, read_past
from server.relay.subscriber import SHUTTING_DOWN, Subscriber
from server.store.reads import ReadPool
from server.work import event_log
from server.work.event_log import Row
from server.work.ports import EventFilter, Followed

log = logging.getLogger(__name__)


class Pace(NamedTuple):
    """How often, in seconds, and how much."""

    heartbeat: float = 15.0
    """A subscriber to whom nothing came for so long gets a heartbeat."""
    poll: float = 1.0
    """Other nodes' events are seen after so long at the latest."""
    buffer: int = 10_000
    """The most events that wait for one subscriber."""
    memory: int = 1_000
    """The newest events that are kept for those who come."""


class Tail:
    """The event log's reader: an `EventTail` and a `Bell`. Made on the event loop it lives on."""

    def __init__(self, database: Database, reads: ReadPool, pace: Pace | None = None) -> None:
        self._reads = reads
        self._own_reads = ReadPool(database, threads=1)  # no list waits before it
        self._pace = pace or Pace()
        self._loop = asyncio.get_running_loop()
        self._position = 0
        self._recent: deque[Entry] = deque(maxlen=self._pace.memory)
        self._audience = Audience()
        self._rung = False
        self._beaten = 0.0  # when heartbeats were last thought of
        self._wake = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._work(), name="event-tail")

    def ring(self, position: int) -> None:
        """Events up to `position` are committed. From any thread."""
        if self._audience and not self._rung and not self._closed:
            self._rung = True
            with suppress(RuntimeError):  # the loop is closed: nobody follows any more
                self._loop.call_soon_threadsafe(self._wake.set)

    @property
    def closed(self) -> bool:
        """Whether the server stops, and nothing is followed any more."""
        return self._closed

    async def close(self) -> None:
        """Lets everybody have what was read, then tells them the end."""
        self._closed = True
        for subscriber in self._audience:
            subscriber.end(SHUTTING_DOWN)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._own_reads.close()

    async def follow(
        self, wanted: EventFilter, after: int | None = None, since: int | None = None
    ) -> AsyncIterator[Followed]:
        """See `EventTail`."""
        position, newest = await self._reads.read(lambda database: begin(database, after, since))
        told = self._loop.time()
        while not self._closed and not self._is_near(position, newest):
            rows, position, newest = await self._reads.read(
                lambda database, after=position: read_past(database, wanted, after)  # type: ignore[misc]
            )
            for row in rows:
                yield Entry(row).followed
            if rows:
                told = self._loop.time()
            elif self._loop.time() - told >= self._pace.heartbeat:
                told = self._loop.time()
                yield Followed(position)
        subscriber = self._join(Subscriber(wanted, position, self._pace.buffer))
        try:
            while True:
                for step in (steps := subscriber.take()):
                    yield step
                    if step.end:
                        return
                if not steps:
                    await subscriber.arrival()
        finally:
            self._audience.leave(subscriber)

    def _is_near(self, position: int, newest: int) -> bool:
        """Whether one may join who has come to `position` when the log ended at `newest`."""
        if not self._audience:
            return newest - position <= self._pace.memory
        return position >= (self._recent[0].row.position - 1 if self._recent else self._position)

    def _join(self, subscriber: Subscriber) -> Subscriber:
        """Makes it one of the audience; the first to come says from where on to read."""
        if not self._audience:
            self._recent.clear()
            self._position = subscriber.reached
        self._audience.join(subscriber, self._recent, self._position, self._loop.time())
        subscriber.beat()
        if self._closed:
            subscriber.end(SHUTTING_DOWN)
        self._wake.set()
        return subscriber

    async def _work(self) -> None:
        """Reads on whenever there may be something new, as long as anybody follows."""
        while True:
            await self._pause()
            self._wake.clear()
            self._rung = False
            try:
                await self._read_on()
            except Exception:
                log.exception("the event log cannot be read; trying again")
                await asyncio.sleep(self._pace.poll)
                self._wake.set()

    async def _pause(self) -> None:
        """Until the bell rings, or it is time to look without; gives heartbeats meanwhile."""
        if not self._audience:
            await self._wake.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.poll):
                await self._wake.wait()
        if self._loop.time() - self._beaten >= self._pace.poll:
            self._beaten = self._loop.time()
            for subscriber in self._audience:
                if subscriber.is_idle(self._beaten - self._pace.heartbeat):
                    subscriber.beat()

    async def _read_on(self) -> None:
        """Reads to the end of the log and hands out what it finds."""
        rows: list[Row] = []
        while self._audience and (not rows or len(rows) == BATCH):
            after = self._position
            rows = await self._own_reads.look_up(
                lambda reader, after=after: event_log.all_after(reader.database, after, BATCH)  # type: ignore[misc]
            )
            if not rows:
                return
            if self._position == after:  # else everybody went, and others came, meanwhile
                self._hand_out(rows)

    def _hand_out(self, rows: list[Row]) -> None:
        entries = list(map(Entry, rows))
        self._position = rows[-1].position
        self._recent.extend(entries)
        self._audience.offer(entries, self._position, self._loop.time())
