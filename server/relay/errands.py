"""What the clock has chargers do: commands that nobody waits for.

A job of the clock is a transaction; a command is none. So what is to be done is claimed in one
transaction, told to the charger, and what came of it is written in another. Of two nodes the
second finds it claimed; a claim ends by itself, so what a node that died had begun is begun again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from server.domain.errors import RefusedError
from server.relay.clock import Job, piece
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.models import ClockJob
from server.store.unit import Unit

log = logging.getLogger(__name__)
SECOND = 1_000_000

Errand = Callable[[], Awaitable[object]]
"""Something to do with one charger; RefusedError if it comes to nothing."""


@dataclass(frozen=True, slots=True)
class Round:
    """A look, every so many seconds and by one node, at what is to be done."""

    name: str
    period: int
    look: Callable[[], Awaitable[Sequence[Errand]]]


class Errands:
    """Has the errands run when they are due. Tests call `tick`, and say what `now` is."""

    def __init__(
        self, lane: WriteLane, rounds: Sequence[Round], now: Callable[[], int] = now_us
    ) -> None:
        self._lane = lane
        self._rounds = list(rounds)
        self._now = now
        self._next = dict.fromkeys((each.name for each in rounds), 0)
        self._running: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look at the time, once a second."""
        self._task = asyncio.create_task(self._run(), name="errands")

    async def close(self) -> None:
        """Begins nothing any more; what runs is broken off, and written down as that."""
        running = [*self._running, *([self._task] if self._task else [])]
        for task in running:
            task.cancel()
        for task in running:
            with suppress(asyncio.CancelledError):
                await task

    async def tick(self) -> None:
        """Begins what is due."""
        for each in self._rounds:
            now = self._now()
            if now < self._next[each.name]:
                continue
            self._next[each.name] = now + each.period * SECOND
            if await self._lane.write(partial(_is_ours, each=each, now=now)):
                for errand in await each.look():
                    self._begin(errand)

    async def finished(self) -> None:
        """Waits until all that was begun has ended."""
        while self._running:
            await asyncio.wait(self._running)

    def _begin(self, errand: Errand) -> None:
        task = asyncio.create_task(_do(errand))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self) -> None:
        while True:
            try:
                await self.tick()
            except LaneClosedError:
                return
            except Exception:
                log.exception("an errand was not begun; it will be")
            await asyncio.sleep(1)


def _is_ours(unit: Unit, each: Round, now: int) -> bool:
    """Puts the round off, if no other node did."""
    unit.execute(ClockJob.insert(name=each.name, due_time=0).on_conflict_ignore())
    return piece(unit, Job(each.name, each.period, lambda _: False), now) is not None


async def _do(errand: Errand) -> None:
    try:
        await errand()
    except RefusedError as error:
        log.info("an errand came to nothing: %s", error.message)
    except LaneClosedError:
        log.debug("an errand ends with the server")
    except Exception:
        log.exception("an errand failed")
