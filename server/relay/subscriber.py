"""Who follows the event log: a bounded buffer between the tail and one stream."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence

from server.work.ports import EventFilter, Followed

SLOW_SUBSCRIBER = "SLOW_SUBSCRIBER"
SHUTTING_DOWN = "SHUTTING_DOWN"


class Subscriber:
    """One who follows. The tail never waits for it: if its buffer runs full, that is its end."""

    def __init__(self, wanted: EventFilter, position: int, capacity: int) -> None:
        self.wanted = wanted
        self.reached = position
        """Up to here it has been offered all that it wants."""
        self._capacity = capacity
        self._buffer: deque[Followed] = deque()
        self._arrived = asyncio.Event()
        self._end = ""
        self._idle_since = asyncio.get_running_loop().time()

    def offer(self, events: Sequence[Followed], reached: int) -> None:
        """Puts aside those of the events that are new to it; the log has been read to `reached`."""
        if events and events[0].position <= self.reached:
            events = [event for event in events if event.position > self.reached]
        self.reached = max(reached, self.reached)
        if len(self._buffer) + len(events) > self._capacity:
            self._buffer.clear()
            self.end(SLOW_SUBSCRIBER)
        elif events and not self._end:
            self._buffer.extend(events)
            self._arrived.set()

    def beat(self) -> None:
        """Gives it a heartbeat behind what is in its buffer."""
        self._buffer.append(Followed(self.reached))
        self._arrived.set()

    def is_idle(self, since: float) -> bool:
        """Whether it got nothing since that time of the event loop's clock, and nothing waits."""
        return not self._buffer and self._idle_since <= since

    def end(self, reason: str) -> None:
        """Lets it have what is in its buffer, then the end."""
        self._end = self._end or reason
        self._arrived.set()

    async def steps(self) -> AsyncIterator[Followed]:
        """What it was offered, as it comes; at last the end."""
        position = self.reached
        loop = asyncio.get_running_loop()
        while True:
            while self._buffer:
                position, *_ = followed = self._buffer.popleft()
                yield followed
                self._idle_since = loop.time()
            if self._end:
                yield Followed(position, end=self._end)
                return
            self._arrived.clear()
            await self._arrived.wait()
