"""Reads, on connections of their own: they never wait for the writer."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import psycopg
from peewee import Database, PeeweeException

from server.store.database import DatabaseLostError, is_postgresql, let_go_if_lost
from server.store.statements import Statement

T = TypeVar("T")
THREADS = 4


class Rows(Protocol):
    """Whatever compiled SELECTs can be run on: a `Reader`, or the `Unit` of a transaction."""

    database: Database

    def one(self, statement: Statement, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""

    def all(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""


class Reader:
    """Runs compiled SELECTs on the connection of the thread that calls."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def one(self, statement: Statement, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        cursor = self.database.cursor()
        cursor.execute(*statement.bind(self.database, values))
        row: tuple[Any, ...] | None = cursor.fetchone()
        cursor.close()
        return row

    def all(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        cursor = self.database.cursor()
        cursor.execute(*statement.bind(self.database, values))
        return list(cursor.fetchall())


class ReadPool:
    """A few threads, each with its connection."""

    def __init__(self, database: Database, threads: int = THREADS) -> None:
        self.database = database
        self._reader = Reader(database)
        self._at_once = not is_postgresql(database)
        self._asker: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="read")

    def read(self, query: Callable[[Database], T]) -> "asyncio.Future[T]":
        """Runs the query on one of the threads. On an event loop."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._pool, self._run, query)

    async def look_up(self, query: Callable[[Rows], T]) -> T:
        """Looks a few rows up by their keys: at once where that is quick, else on a thread."""
        reader = self.at_once()
        if reader is not None:
            return query(reader)
        return await self.read(lambda database: query(Reader(database)))

    def at_once(self) -> Reader | None:
        """What to look one row up with, by its key, without changing threads; None = do not.

        SQLite answers in microseconds, out of its cache as a rule, and never waits for a lock:
        changing threads and back takes ten times as long. PostgreSQL is across a socket.
        """
        if not self._at_once:
            return None
        if self._asker is not threading.current_thread():
            self._connect()
            self._asker = threading.current_thread()
        return self._reader

    def close(self) -> None:
        """Finishes what runs, then stops."""
        self._pool.shutdown()

    def _run(self, query: Callable[[Database], T]) -> T:
        """A query that lost its connection runs again, on a new one."""
        self._connect()
        try:
            return query(self.database)
        except (PeeweeException, psycopg.Error):
            if not let_go_if_lost(self.database):
                raise
        self._connect()
        return query(self.database)

    def _connect(self) -> None:
        try:
            self.database.connect(reuse_if_open=True)
        except PeeweeException as error:
            raise DatabaseLostError("the database cannot be reached") from error
