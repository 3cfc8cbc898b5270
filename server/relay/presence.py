"""Says that this node lives, where there are several."""

import asyncio
import logging
from contextlib import suppress
from functools import partial

from server.store.lane import LaneClosedError, WriteLane
from server.work import nodes

log = logging.getLogger(__name__)
EVERY = 5.0
"""Seconds between two times: a third of what it is believed for."""


class Presence:
    """A runner."""

    def __init__(self, lane: WriteLane, node: str, every: float = EVERY) -> None:
        self._lane = lane
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
                await self._lane.write(partial(nodes.renew, node=self._node))
            except LaneClosedError:
                return
            except Exception:
                log.exception("this node could not say that it lives")
            await asyncio.sleep(self._every)
