"""Jobs that time calls for, each done by one node at a time.

Every job has a row that says when it is due. A node that finds a job due puts the row off
and does the work in one transaction, on its write lane: of two nodes that try at once, the
second one waits for the first one's commit and then finds nothing due. A node that dies in
between has put nothing off. There is no lease to expire, and no leader to elect.

A job does a bounded piece of its work and says whether there is more; then it stays due, and
the other writes that wait get their turn first.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.models import ClockJob
from server.store.statements import Statement, param
from server.store.unit import Unit

log = logging.getLogger(__name__)
SECOND = 1_000_000
MOST_PIECES = 100
"""The most pieces of one job in a row: then the others get their turn."""

_PUT_OFF = Statement(
    ClockJob.update(due_time=param("next"))
    .where(ClockJob.name == param("name"))
    .where(ClockJob.due_time <= param("now"))
)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done every `period` seconds."""

    name: str
    period: int
    work: Callable[[Unit], bool]
    """Does a piece of it, in the transaction, at the clock's time; whether there is more."""


class Clock:
    """Has the jobs done when they are due. Tests call `tick`, and say what `now` is."""

    def __init__(
        self, lane: WriteLane, jobs: Sequence[Job], now: Callable[[], int] = now_us
    ) -> None:
        self._lane = lane
        self._now = now
        self._jobs = list(jobs)
        self._next = dict.fromkeys((job.name for job in jobs), 0)
        self._entered = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look at the time, once a second."""
        self._task = asyncio.create_task(self._run(), name="clock")

    async def close(self) -> None:
        """Begins no job any more; one that runs is committed, or not, as a whole."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def tick(self) -> list[str]:
        """Does what is due; returns the names of the jobs that this node did."""
        if not self._entered:
            await self._lane.write(self._enter)
            self._entered = True
        due = [job for job in self._jobs if self._now() >= self._next[job.name]]
        return [job.name for job in due if await self._do(job)]

    async def _run(self) -> None:
        while True:
            try:
                await self.tick()
            except LaneClosedError:
                return
            except Exception:
                log.exception("the clock stood still for a moment")
            await asyncio.sleep(1)

    def _enter(self, unit: Unit) -> None:
        """Makes the rows of jobs that were never done; those are due at once."""
        rows = [{"name": job.name, "due_time": 0} for job in self._jobs]
        unit.execute(ClockJob.insert_many(rows).on_conflict_ignore())

    async def _do(self, job: Job) -> bool:
        """All its pieces, each in a transaction of its own; whether it was our turn."""
        self._next[job.name] = self._now() + job.period * SECOND
        done = False
        try:
            for _ in range(MOST_PIECES):
                more = await self._lane.write(lambda unit: piece(unit, job, self._now()))
                done = done or more is not None
                if not more:
                    break
        except LaneClosedError:
            raise
        except Exception:
            log.exception("the clock's job %s failed; it is tried again in its time", job.name)
        return done


def piece(unit: Unit, job: Job, now: int) -> bool | None:
    """A piece of the job, if it is due here; whether there is more. None if it is not due."""
    if not unit.run(_PUT_OFF, name=job.name, next=now + job.period * SECOND, now=now):
        return None
    with unit.at(now):
        more = job.work(unit)
    if more:
        unit.run(_PUT_OFF, name=job.name, next=now, now=now + job.period * SECOND)
    return more
