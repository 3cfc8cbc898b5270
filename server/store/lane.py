"""The write lane: what waits is written together, committed once, then answered.

Group commit. A commit costs a sync of the disk whatever it holds, so the lane runs
every job that is waiting in one transaction. A job is a plain function of a `Unit`;
nobody hears its result before the commit. A job that fails before it wrote anything
fails alone; one that fails later rolls the transaction back, and all its jobs run
again, each in a transaction of its own: no job takes its neighbours along. Jobs are
therefore repeatable: they change nothing but the database.

Jobs run in the order in which they came, so the writes of one charge point keep
theirs.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from peewee import Database

from server.store.clock import now_us
from server.store.database import is_postgresql
from server.store.unit import Unit

log = logging.getLogger(__name__)
T = TypeVar("T")
Job = Callable[[Unit], Any]
MOST_JOBS = 500
"""The most jobs in one transaction: bounds how long the first of them waits."""


class LaneClosedError(RuntimeError):
    """The server is stopping and takes no more writes."""


class _Waiting:
    """A job, and how its outcome gets back to who asked for it."""

    __slots__ = ("future", "job", "loop", "outcome")

    def __init__(self, job: Job, future: Any, loop: asyncio.AbstractEventLoop | None) -> None:
        self.job = job
        self.future = future
        self.loop = loop
        self.outcome: tuple[Any, BaseException | None] = (None, None)

    def settle(self) -> None:
        """Hands the outcome over; in the asker's own thread."""
        if self.future.done():
            return
        result, error = self.outcome
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class WriteLane:
    """One thread that owns the writing connection."""

    def __init__(self, database: Database, on_event: Callable[[int], None] = lambda _: None):
        self._database = database
        self._on_event = on_event
        self._begin: tuple[str, ...] = () if is_postgresql(database) else ("IMMEDIATE",)
        self._queue: deque[_Waiting] = deque()
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="write-lane", daemon=True)
        self._thread.start()

    def write(self, job: Callable[[Unit], T]) -> "asyncio.Future[T]":
        """Runs the job; the future holds its result once it is committed. On an event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Waiting(job, future, loop))
        return future

    def write_now(self, job: Callable[[Unit], T]) -> T:
        """Runs the job and waits for its commit. For threads without an event loop."""
        future: Future[T] = Future()
        self._put(_Waiting(job, future, None))
        return future.result()

    def close(self) -> None:
        """Commits what waits, then stops."""
        self._closed = True
        self._wake.set()
        self._thread.join()

    def _put(self, waiting: _Waiting) -> None:
        if self._closed:
            raise LaneClosedError("the server is stopping")
        self._queue.append(waiting)
        self._wake.set()

    def _work(self) -> None:
        with self._database.connection_context():
            while not (self._closed and not self._queue):
                self._wake.wait()
                self._wake.clear()
                while batch := self._next_batch():
                    self._commit(batch)

    def _next_batch(self) -> list[_Waiting]:
        return [self._queue.popleft() for _ in range(min(len(self._queue), MOST_JOBS))]

    def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            self._commit_together(batch)
        except Exception:  # noqa: BLE001 - whatever it was, each job gets its own try
            for waiting in batch:
                self._commit_alone(waiting)
        self._deliver(batch)

    def _commit_together(self, batch: Sequence[_Waiting]) -> None:
        with self._database.atomic(*self._begin):
            unit = Unit(self._database, now_us())
            for waiting in batch:
                waiting.outcome = self._outcome(waiting.job, unit)
            last = unit.flush()
        if last is not None:
            self._on_event(last)

    @staticmethod
    def _outcome(job: Job, unit: Unit) -> tuple[Any, BaseException | None]:
        wrote, unit.wrote = unit.wrote, False
        try:
            return job(unit), None
        except Exception as error:
            if unit.wrote:
                raise
            return None, error
        finally:
            unit.wrote = unit.wrote or wrote

    def _commit_alone(self, waiting: _Waiting) -> None:
        try:
            self._commit_together([waiting])
        except Exception as error:  # noqa: BLE001 - it is the asker's
            waiting.outcome = (None, error)

    @staticmethod
    def _deliver(batch: Sequence[_Waiting]) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        for waiting in batch:
            if waiting.loop is None:
                waiting.settle()
            else:
                loops.setdefault(waiting.loop, []).append(waiting)
        for loop, settled in loops.items():
            try:
                loop.call_soon_threadsafe(_settle_all, settled)
            except RuntimeError:
                log.warning("%d answers found their event loop closed", len(settled))


def _settle_all(settled: Sequence[_Waiting]) -> None:
    for waiting in settled:
        waiting.settle()
