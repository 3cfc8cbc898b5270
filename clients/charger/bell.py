"""Waiting until something is so."""

import asyncio
from collections.abc import Callable


class Bell:
    """Wakes those who wait for a condition, whenever it may have come true."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Something has changed."""
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, condition: Callable[[], bool], within: float | None) -> None:
        """Waits until the condition holds; TimeoutError after `within` seconds, if any."""
        async with asyncio.timeout(within):
            while not condition():
                waiter = asyncio.get_running_loop().create_future()
                self._waiting.append(waiter)
                await waiter
