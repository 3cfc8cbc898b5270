"""What the platform itself does about events: each reaction reads the log by a cursor of its own.

A piece of a reaction and the step of its cursor are one transaction, so an event has its effect
once, whatever dies in between. The cursor's row is held meanwhile: of two nodes that try at once,
the second one waits for the first one's commit, and goes on behind it. As with streams, the bell
and a slow poll only say that there may be something new.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from server.store.lane import LaneClosedError, WriteLane
from server.store.models import Reaction as Cursor
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit

log = logging.getLogger(__name__)
POLL = 1.0
"""Seconds after which other nodes' events are seen at the latest."""

_MINE = Cursor.name == param("name")
_WHERE = Statement(Cursor.select(Cursor.position).where(_MINE))
_ADVANCE = Statement(Cursor.update(position=param("position")).where(_MINE))


@dataclass(frozen=True, slots=True)
class Reaction:
    """Something that events call for."""

    name: str
    work: Callable[[Unit, int], tuple[int, bool]]
    """Does what some events behind a position call for, in the transaction; up to which position,
    and whether there may be more. It may run again, so it touches nothing but the database."""
    is_needed: Callable[[Rows], bool] = lambda _: True
    """Asked now and then; while it is not needed, nothing is read, and its cursor stays behind."""
    done: Callable[[], None] = lambda: None
    """Hears of each piece that is committed on this node."""


class Reactions:
    """Has the reactions done on this node as events come. Tests call `catch_up`."""

    def __init__(self, lane: WriteLane, reactions: Sequence[Reaction], poll: float = POLL) -> None:
        self._lane = lane
        self._reactions = list(reactions)
        self._poll = poll
        self._needed = {reaction.name: False for reaction in reactions}
        self._asked = 0.0
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._rung = False
        self._entered = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to read."""
        self._task = asyncio.create_task(self._run(), name="reactions")

    def ring(self, position: int) -> None:
        """Events up to `position` are committed. From any thread."""
        if not self._rung and any(self._needed.values()):
            self._rung = True
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._wake.set)

    async def close(self) -> None:
        """Begins no piece any more; one that runs is committed, or not, as a whole."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def catch_up(self) -> None:
        """Does what every reaction has to do by now."""
        await self._ask()
        for reaction in self._reactions:
            while self._needed[reaction.name] and await self._piece(reaction):
                pass

    async def _run(self) -> None:
        while True:
            try:
                await self.catch_up()
            except LaneClosedError:
                return
            except Exception:
                log.exception("a reaction failed; it is tried again")
                await asyncio.sleep(self._poll)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._wake.wait()
            self._wake.clear()
            self._rung = False

    async def _ask(self) -> None:
        """Which reactions are needed; once in a while, for it costs a query each."""
        if self._entered and self._loop.time() - self._asked < self._poll:
            return
        names = [{"name": each.name, "position": 0} for each in self._reactions]

        def ask(unit: Unit) -> dict[str, bool]:
            if not self._entered and names:
                unit.execute(Cursor.insert_many(names).on_conflict_ignore())
            return {each.name: each.is_needed(unit) for each in self._reactions}

        self._needed = await self._lane.write(ask)
        self._entered, self._asked = True, self._loop.time()

    async def _piece(self, reaction: Reaction) -> bool:
        """Whether there may be more to do."""
        more = await self._lane.write(lambda unit: piece(unit, reaction))
        reaction.done()
        return more


def piece(unit: Unit, reaction: Reaction) -> bool:
    """A piece of the reaction, and the step of its cursor; whether there may be more."""
    (after,) = unit.one_locked(_WHERE, name=reaction.name) or (0,)
    position, more = reaction.work(unit, after)
    if position != after:
        unit.run(_ADVANCE, name=reaction.name, position=position)
    return more
