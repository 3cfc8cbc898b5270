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
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from peewee import Database

from server.store.transactions import Job, Task, Transactions
from server.store.unit import Unit

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST_JOBS = 64
"""The most jobs in one transaction: while its sync waits for the disk, the event loop has the
others' next messages to read; and it bounds how long the first of them waits."""
LONGEST_LINGER = 0.02
"""Seconds for which a job that nobody waits for waits for one that somebody does, to be committed
with it."""


class LaneClosedError(RuntimeError):
    """The server is stopping and takes no more writes."""


Done = Callable[[Any, "BaseException | None"], None]
"""Hears a job's result, or what went wrong."""


class _Waiting(Task):
    """A job, and who hears of its outcome: on the asker's event loop, or else on the lane."""

    __slots__ = ("done", "loop")

    def __init__(self, job: Job, done: Done, loop: asyncio.AbstractEventLoop | None) -> None:
        super().__init__(job)
        self.done = done
        self.loop = loop


def _settle(future: Any, result: Any, error: BaseException | None) -> None:
    """Hands an outcome to who waits for a future; whoever gave up hears nothing."""
    if future.done():
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):  # no future takes one
        future.set_exception(RuntimeError("a job raised StopIteration"))
    else:
        future.set_exception(error)


class WriteLane:
    """One thread that owns the writing connection."""

    def __init__(self, database: Database, on_event: Callable[[int], None] = lambda _: None):
        self._transactions = Transactions(database, on_event)
        self._queue: deque[_Waiting] = deque()
        self._door = threading.Lock()  # one at a time at the queue and what follows here
        self._asleep = False
        self._closed = False
        self._bell: SimpleQueue[None] = SimpleQueue()  # rung once for each time it sleeps
        self._lingering: asyncio.TimerHandle | None = None
        self._thread = threading.Thread(target=self._work, name="write-lane", daemon=True)
        self._thread.start()

    def write(self, job: Callable[[Unit], T]) -> "asyncio.Future[T]":
        """Runs the job; the future holds its result once it is committed. On an event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Waiting(job, partial(_settle, future), loop))
        return future

    def submit(self, job: Job, done: Done, loop: asyncio.AbstractEventLoop) -> None:
        """Runs the job; on that event loop `done` hears of it once it is committed. For those who
        write by the thousand: a future and its callbacks cost more than the hand-over."""
        self._put(_Waiting(job, done, loop))

    def note(self, job: Job, done: Done) -> None:
        """Runs a job that nobody waits for, such as an entry of a log: in its turn, but without a
        commit of its own where another is soon to come. On an event loop."""
        loop = asyncio.get_running_loop()
        self._put(_Waiting(job, done, loop), wake=False)
        if self._lingering is None:
            self._lingering = loop.call_later(LONGEST_LINGER, self._stop_lingering)

    def write_now(self, job: Callable[[Unit], T]) -> T:
        """Runs the job and waits for its commit. For threads without an event loop."""
        future: Future[T] = Future()
        self._put(_Waiting(job, partial(_settle, future), None))
        return future.result()

    def close(self) -> None:
        """Commits what waits, then stops."""
        with self._door:
            self._closed = True
            self._wake()
        self._thread.join()

    def _put(self, waiting: _Waiting, *, wake: bool = True) -> None:
        with self._door:
            if self._closed:
                raise LaneClosedError("the server is stopping")
            self._queue.append(waiting)
            if wake:
                self._wake()

    def _wake(self) -> None:
        if self._asleep:
            self._asleep = False
            self._bell.put(None)

    def _stop_lingering(self) -> None:
        self._lingering = None
        with self._door:
            self._wake()

    def _work(self) -> None:
        while batch := self._next_batch():
            self._transactions.commit(batch)
            _deliver(batch)
        self._transactions.close()

    def _next_batch(self) -> list[_Waiting]:
        """What waits, as soon as something does; nothing once the lane is closed."""
        while True:
            with self._door:
                if self._queue or self._closed:
                    count = min(len(self._queue), MOST_JOBS)
                    return [self._queue.popleft() for _ in range(count)]
                self._asleep = True
            self._bell.get()


def _deliver(batch: Sequence[_Waiting]) -> None:
    loops: defaultdict[asyncio.AbstractEventLoop, list[_Waiting]] = defaultdict(list)
    for waiting in batch:
        if waiting.loop is None:
            waiting.done(waiting.result, waiting.error)
        else:
            loops[waiting.loop].append(waiting)
    for loop, settled in loops.items():
        try:
            loop.call_soon_threadsafe(_tell_all, settled)
        except RuntimeError:
            log.warning("%d answers found their event loop closed", len(settled))


def _tell_all(settled: Sequence[_Waiting]) -> None:
    for waiting in settled:
        try:
            waiting.done(waiting.result, waiting.error)
        except Exception:
            log.exception("what follows a write failed")
