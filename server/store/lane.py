"""The write lane: what waits is written together, committed once, then answered.

Group commit. A commit costs a sync of the disk whatever it holds, so the lane runs
every job that is waiting in one transaction. A job is a plain function of a `Unit`;
nobody hears its result before the commit. What becomes of the others when one fails
is said in `transactions`; it may run them again, so jobs are repeatable: they change
nothing but the database.

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

from server.store.transactions import Job, Task, Transactions
from server.store.unit import Unit

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_JOBS = 64
"""The most jobs in one transaction: while its sync waits for the disk, the event loop has the
others' next messages to read; and it bounds how long the first of them waits."""


class LaneClosedError(RuntimeError):
    """The server is stopping and takes no more writes."""


class _Waiting(Task):
    """A job, and how its outcome gets back to who asked for it."""

    __slots__ = ("future", "loop")

    def __init__(self, job: Job, future: Any, loop: asyncio.AbstractEventLoop | None) -> None:
        super().__init__(job)
        self.future = future
        self.loop = loop

    def settle(self) -> None:
        """Hands the outcome over; in the asker's own thread."""
        if self.future.done():
            return
        error = self.error
        if error is None:
            self.future.set_result(self.result)
        elif isinstance(error, StopIteration):  # no future takes one
            self.future.set_exception(RuntimeError("a job raised StopIteration"))
        else:
            self.future.set_exception(error)


class WriteLane:
    """One thread that owns the writing connection."""

    def __init__(self, database: Database, on_event: Callable[[int], None] = lambda _: None):
        self._transactions = Transactions(database, on_event)
        self._queue: deque[_Waiting] = deque()
        self._wake = threading.Event()
        self._closing = threading.Lock()  # nobody joins the queue while it is being closed
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
        with self._closing:
            self._closed = True
        self._wake.set()
        self._thread.join()

    def _put(self, waiting: _Waiting) -> None:
        with self._closing:
            if self._closed:
                raise LaneClosedError("the server is stopping")
            self._queue.append(waiting)
        self._wake.set()

    def _work(self) -> None:
        while not (self._closed and not self._queue):
            self._wake.wait()
            self._wake.clear()
            while batch := self._next_batch():
                self._transactions.commit(batch)
                _deliver(batch)
        self._transactions.close()

    def _next_batch(self) -> list[_Waiting]:
        return [self._queue.popleft() for _ in range(min(len(self._queue), MOST_JOBS))]


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
