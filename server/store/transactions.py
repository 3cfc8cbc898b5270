"""Many jobs in one transaction, without one taking its neighbours along.

    all together  ->  committed, with one sync
    one failed before it wrote     ->  it fails, the others are committed
    one failed after it had written  ->  those before it, it alone, those behind it: each part in a
                                       transaction of its own, in the same order
    the commit itself failed       ->  each alone

So a job runs three times at most. A commit that the connection did not survive may
have happened or not: its jobs fail with `DatabaseLostError` and never run again,
or what they did could be done twice.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

import apsw
import peewee
import psycopg
from peewee import Database, PeeweeException

from server.store.clock import now_us
from server.store.database import DatabaseLostError, is_postgresql, let_go_if_lost
from server.store.unit import Unit

log = logging.getLogger(__name__)
Job = Callable[[Unit], Any]


class Task:
    """A job and, once `commit` returned, its outcome: a result or an error."""

    __slots__ = ("error", "job", "result")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result: Any = None
        self.error: BaseException | None = None


class _JobFailedError(Exception):
    """A job failed after it had written; `place` says which."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


class Transactions:
    """Commits tasks, on the connection of the thread that calls."""

    def __init__(self, database: Database, on_event: Callable[[int], None]) -> None:
        self._database = database
        self._on_event = on_event
        self._begin: tuple[str, ...] = () if is_postgresql(database) else ("IMMEDIATE",)

    def commit(self, tasks: Sequence[Task]) -> None:
        """Runs the tasks in their order; each then has its outcome, and what it wrote is kept."""
        while tasks:
            try:
                self._together(tasks)
                return
            except _JobFailedError as failed:
                self._together_or_alone(tasks[: failed.place])
                self._alone(tasks[failed.place : failed.place + 1])
                tasks = tasks[failed.place + 1 :]
            except DatabaseLostError as error:
                _fail(tasks, error)
                return
            except Exception:  # noqa: BLE001 - whatever it was, each task gets its own try
                self._alone(tasks)
                return

    def close(self) -> None:
        """Gives the connection back."""
        if not self._database.is_closed():
            self._database.close()

    def _together_or_alone(self, tasks: Sequence[Task]) -> None:
        try:
            self._together(tasks)
        except DatabaseLostError as error:
            _fail(tasks, error)
        except Exception:  # noqa: BLE001 - whatever it was, each task gets its own try
            self._alone(tasks)

    def _alone(self, tasks: Sequence[Task]) -> None:
        """Each in a transaction of its own, until the database is gone."""
        for place, task in enumerate(tasks):
            try:
                self._together([task])
            except DatabaseLostError as error:
                _fail(tasks[place:], error)
                return
            except _JobFailedError as failed:
                _fail([task], failed.__cause__ or failed)
            except Exception as error:  # noqa: BLE001 - it is the asker's
                _fail([task], error)

    def _together(self, tasks: Sequence[Task]) -> None:
        """One transaction. Raises what stood against it; nothing is written then."""
        if not tasks:
            return
        self._connect()
        committing = False
        try:
            with self._database.atomic(*self._begin):
                last = self._run(tasks)
                committing = True
        except Exception as error:
            if let_go_if_lost(self._database) and committing:
                raise DatabaseLostError("the connection broke in the middle of a commit") from error
            raise
        if last is not None:
            self._tell(last)

    def _run(self, tasks: Sequence[Task]) -> int | None:
        with closing(Unit(self._database, now_us())) as unit:
            return self._run_in(unit, tasks)

    def _run_in(self, unit: Unit, tasks: Sequence[Task]) -> int | None:
        for place, task in enumerate(tasks):
            unit.wrote = False
            try:
                task.result, task.error = task.job(unit), None
            except Exception as error:
                if unit.wrote or not unit.is_alive():
                    raise _JobFailedError(place) from error
                task.result, task.error = None, error
        last = unit.flush()
        if not unit.is_alive():  # PostgreSQL would roll back, and call it a commit
            raise PeeweeException("a job hid a failed statement, which ended the transaction")
        return last

    def _connect(self) -> None:
        if not self._database.is_closed():
            return
        try:
            self._database.connect()
            if is_postgresql(self._database):
                self._database.execute_sql(_ON_THE_DISK)
        except PeeweeException as error:
            self.close()
            raise DatabaseLostError("the database cannot be reached") from error

    def _tell(self, position: int) -> None:
        try:
            self._on_event(position)
        except Exception:
            log.exception("the bell failed; event %d is committed all the same", position)


_PEEWEES: Mapping[str, type[Exception]] = vars(peewee)["EXCEPTIONS"]
"""Its own errors by the names of drivers'; the stubs do not know of it."""
_ON_THE_DISK = (
    "SELECT set_config('synchronous_commit', 'on', FALSE)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)
"""Whatever the role's or the database's default: what was acknowledged is on the disk."""


def _fail(tasks: Sequence[Task], error: BaseException) -> None:
    if isinstance(error, (apsw.Error, psycopg.Error)):
        error = _peewees(error)
    for task in tasks:
        task.result, task.error = None, error


def _peewees(error: Exception) -> Exception:
    """A driver's error as the one that peewee makes of it: who asked knows nothing of drivers."""
    names = (kind.__name__ for kind in type(error).__mro__)
    kinds = (_PEEWEES.get(name) for name in names)
    kind = next((kind for kind in kinds if kind is not None), PeeweeException)
    wrapped: Exception = kind(*error.args)
    wrapped.__cause__ = error
    return wrapped
