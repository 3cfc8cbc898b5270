"""One transaction, as the jobs on the write lane see it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from peewee import Database, Model, Query
from psycopg.pq import TransactionStatus

from server.store import filing
from server.store.database import is_postgresql
from server.store.models import Event
from server.store.models.base import Log
from server.store.outbox import Told, number_and_store
from server.store.statements import Append, Statement


class Unit:
    """A transaction that one or more jobs share: reads, writes, log rows, events.

    Rows for logs (`append`) and events (`tell`) are kept until the end and written
    together, so who reads from a log calls `write_log` first.
    """

    def __init__(self, database: Database, now: int) -> None:
        self.database = database
        self.now = now
        """The transaction's time in microseconds: every row it writes bears it."""
        self.wrote = False
        """Whether a write has begun: until then a job may fail without a rollback."""
        self._cursor = database.cursor()
        self._locks_rows = is_postgresql(database)
        self._appended: dict[Append, list[Sequence[Any]]] = {}
        self._told: list[Told] = []
        self._grown: set[type[Log]] = set()

    def execute(self, query: Query) -> Any:
        """Runs a query of peewee's that writes; returns what peewee returns."""
        self.wrote = True
        return query.execute(self.database)

    def run(self, statement: Statement, **values: Any) -> int:
        """Runs a compiled statement that writes; returns how many rows it touched."""
        self.wrote = True
        self._cursor.execute(*statement.bind(self.database, values))
        return int(self.database.rows_affected(self._cursor))

    def run_all(self, statement: Statement, values: Iterable[Mapping[str, Any]]) -> None:
        """Runs a compiled statement once for each mapping."""
        for each in values:
            self.run(statement, **each)

    def one(self, statement: Statement, **values: Any) -> tuple[Any, ...] | None:
        """The first row of a compiled SELECT (or of a write with RETURNING), or None."""
        self._cursor.execute(*statement.bind(self.database, values))
        row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row

    def one_written(self, statement: Statement, **values: Any) -> tuple[Any, ...] | None:
        """The first row that a write with RETURNING gives back, or None."""
        self.wrote = True
        return self.one(statement, **values)

    def one_locked(self, statement: Statement, **values: Any) -> tuple[Any, ...] | None:
        """The first row of a compiled SELECT, which nobody else changes before the commit.

        On SQLite the transaction is the only writer anyway.
        """
        sql, order = statement.bind(self.database, values)
        self._cursor.execute(f"{sql} FOR UPDATE" if self._locks_rows else sql, order)
        row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row

    def take_turns(self, number: int) -> None:
        """Waits until no other transaction has taken this number, and has it until the commit.

        On SQLite the transaction is the only writer anyway.
        """
        if self._locks_rows:
            self._cursor.execute("SELECT pg_advisory_xact_lock(%s)", (number,))

    def all(self, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of a compiled SELECT."""
        self._cursor.execute(*statement.bind(self.database, values))
        return list(self._cursor.fetchall())

    def insert(self, table: Append, row: Sequence[Any]) -> None:
        """Writes one row at once, so that later jobs of the transaction see it."""
        self.wrote = True
        self._cursor.execute(table.sql(self.database), row)
        self._note(table.table)

    def insert_all(self, table: Append, rows: Sequence[Sequence[Any]]) -> None:
        """Writes several rows at once, as `insert` does one."""
        if rows:
            self.wrote = True
            self._cursor.executemany(table.sql(self.database), rows)
            self._note(table.table)

    def append(self, log: Append, row: Sequence[Any]) -> None:
        """Adds a row to a log, at the end of the transaction."""
        self.wrote = True
        self._appended.setdefault(log, []).append(row)

    def write_log(self, log: Append) -> None:
        """Writes what was appended to one log, so that the next SELECT sees it."""
        if rows := self._appended.pop(log, None):
            self._cursor.executemany(log.sql(self.database), rows)
            self._note(log.table)

    def tell(self, told: Told) -> None:
        """Adds an event, at the end of the transaction, behind those told before."""
        self.wrote = True
        self._told.append(told)

    @contextmanager
    def at(self, now: int) -> Iterator[None]:
        """Lets a clock's job work at its clock's time, in microseconds; events are recorded at
        the transaction's."""
        ours, self.now = self.now, now
        try:
            yield
        finally:
            self.now = ours

    def is_alive(self) -> bool:
        """Whether the transaction can still be committed: a failed statement may have ended it."""
        if self._locks_rows:
            return bool(
                self._cursor.connection.info.transaction_status == TransactionStatus.INTRANS
            )
        return bool(self._cursor.connection.in_transaction)

    def close(self) -> None:
        """Lets go of what it reads: before the commit, or its snapshot would outlive it."""
        self._cursor.close()

    def flush(self) -> int | None:
        """Writes logs and events. Returns the position of the last event, if there was one."""
        for log in list(self._appended):
            self.write_log(log)
        last = None
        if self._told:
            last = number_and_store(self.database, self._told, self.now)
            self._note(Event)
        for grown in self._grown:
            filing.catch_up(self.database, grown)
        return last

    def _note(self, table: type[Model]) -> None:
        """Notes that a log has grown, if it is one and SQLite's: PostgreSQL indexes at once."""
        if not self._locks_rows and issubclass(table, Log):
            self._grown.add(table)
