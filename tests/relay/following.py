"""Follows a tail in a test, with a deadline on every wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from types import TracebackType

from server.relay.tail import Tail
from server.work.ports import EventFilter, Followed

DEADLINE = 10.0
ALL = EventFilter()


class Following:
    """One who follows: `async with Following(tail) as following: await following.event()`."""

    def __init__(
        self,
        tail: Tail,
        wanted: EventFilter = ALL,
        after: int | None = None,
        since: int | None = None,
    ) -> None:
        self._steps: AsyncIterator[Followed] = tail.follow(wanted, after, since)

    async def __aenter__(self) -> "Following":
        self._closing = aclosing(self._steps)  # type: ignore[type-var]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._closing.__aexit__(kind, error, trace)

    async def step(self) -> Followed:
        """The next step, whatever it is."""
        async with asyncio.timeout(DEADLINE):
            return await anext(self._steps)

    async def event(self) -> Followed:
        """The next event."""
        while True:
            step = await self.step()
            assert not step.end, f"ended: {step.end}"
            if step.event:
                return step

    async def heartbeat(self) -> Followed:
        """The next step, which must be a heartbeat."""
        step = await self.step()
        assert step.event is None
        assert not step.end
        return step

    async def positions(self, count: int) -> list[int]:
        """Where the next events stand in the log."""
        return [(await self.event()).position for _ in range(count)]

    async def end(self) -> Followed:
        """The last step; what comes before it is passed over."""
        async with asyncio.timeout(DEADLINE):
            return [step async for step in self._steps][-1]
