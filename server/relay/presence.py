"""Says that this node lives, where there are several."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from server.store.lane import LaneClosedError, WriteLane
from server.work import nodes

log = logging.getLogger(__name__)
EVERY = 5.0
"""Seconds between two times: a third of what it is believed for."""


class Presence:
    """A runner."""

    def __init__(
        self, lane: WriteLane, node: str, is_back: Callable[[], None], every: float = EVERY
    ) -> None:
        """`is_back` hears that the node was not believed to live, and is from now on."""
        self._lane = lane
        self._is_back = is_back
        self._node = node
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to say so."""
        self._task = asyncio.create_task(self._run(), name="presence")

    async def close(self) -> None:
        """Says that it lives no more."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        with suppress(LaneClosedError):
            await self._lane.write(partial(nodes.leave, node=self._node))

    async def _run(self) -> None:
        while True:
            try:
                if await self._lane.write(partial(nodes.renew, node=self._node)):
                    self._is_back()
            except LaneClosedError:
                return
            except Exception:
                log.exception("this node could not say that it lives")
            await asyncio.sleep(self._every)
