"""Reads, on threads and connections of their own: they never wait for the writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from peewee import Database

T = TypeVar("T")
THREADS = 4


class ReadPool:
    """A few threads, each with its connection."""

    def __init__(self, database: Database, threads: int = THREADS) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(
            threads, thread_name_prefix="read", initializer=self._connect
        )

    def read(self, query: Callable[[Database], T]) -> "asyncio.Future[T]":
        """Runs the query on one of the threads. On an event loop."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._pool, query, self._database)

    def close(self) -> None:
        """Finishes what runs, then stops."""
        self._pool.shutdown()

    def _connect(self) -> None:
        self._database.connect(reuse_if_open=True)
