"""Who follows the event log: a bounded buffer between the tail and one stream."""

import asyncio
from collections.abc import Sequence

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
        self._buffer: list[Followed] = []
        self._loop = asyncio.get_running_loop()
        self._arrival: asyncio.Future[None] | None = None
        """What who reads waits for: an asyncio.Event would cost twice as much, for each of many."""
        self._end = ""
        self._taken = position
        self._idle_since = self._loop.time()

    def offer(self, events: Sequence[Followed], reached: int, now: float) -> None:
        """Puts aside those of the events that are new to it; the log has been read to `reached`,
        at that time of the event loop's clock. Each of many is called for each event."""
        if events and events[0].position <= self.reached:
            events = [event for event in events if event.position > self.reached]
        if reached > self.reached:  # noqa: PLR1730 - a call of max() costs several times as much
            self.reached = reached
        if len(self._buffer) + len(events) > self._capacity:
            self._buffer.clear()
            self.end(SLOW_SUBSCRIBER)
        elif events and not self._end:
            self._buffer += events
            self._idle_since = now
            self._wake()

    def beat(self) -> None:
        """Gives it a heartbeat behind what is in its buffer."""
        self._buffer.append(Followed(self.reached))
        self._idle_since = self._loop.time()
        self._wake()

    def is_idle(self, since: float) -> bool:
        """Whether nothing came since that time of the event loop's clock, and nothing waits. Who
        has lost what was in its buffer is to hear of no later place: it goes on behind what it has
        taken."""
        return not self._buffer and not self._end and self._idle_since <= since

    def end(self, reason: str) -> None:
        """Lets it have what is in its buffer, then the end."""
        self._end = self._end or reason
        self._wake()

    def take(self) -> list[Followed]:
        """What it was offered since the last time; the end is the last step."""
        steps = self._buffer
        if steps:
            self._buffer = []
            self._taken = steps[-1].position
        if self._end:
            return [*steps, Followed(self._taken, end=self._end)]
        return steps

    def arrival(self) -> "asyncio.Future[None]":
        """The next step; for one who has taken all there was."""
        self._arrival = self._loop.create_future()
        return self._arrival

    def _wake(self) -> None:
        arrival, self._arrival = self._arrival, None
        if arrival is not None and not arrival.done():
            arrival.set_result(None)
