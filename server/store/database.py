"""Opens the database that a URL names: `sqlite:///path` or `postgresql://…`."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw
from peewee import Database, DatabaseProxy, PeeweeException, PostgresqlDatabase
from playhouse.apsw_ext import APSWDatabase
from playhouse.migrations import Runner

MIGRATIONS = Path(__file__).with_name("migrations")

proxy = DatabaseProxy()
"""What the models are bound to; `open_database` says what it stands for."""

_PRAGMAS = {
    "journal_mode": "wal",  # readers never wait for the writer
    "synchronous": "full",  # a commit is on the disk before anyone hears of it
    "busy_timeout": 10_000,
    "cache_size": -64_000,  # KiB
    "temp_store": "memory",
    "wal_autocheckpoint": 4_000,
}
_OPEN = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_NOMUTEX
"""No mutex: a connection belongs to one thread."""
_STATEMENTS = 512
"""How many compiled statements a connection keeps; there are a few hundred."""


class Sqlite(APSWDatabase):
    """The one that `apsw` brings along, so the same on every machine."""

    def __init__(self, path: str) -> None:
        kept = {"flags": _OPEN, "statementcachesize": _STATEMENTS}
        super().__init__(path, pragmas=_PRAGMAS, **kept)  # type: ignore[no-untyped-call] # as it is

    def _connect(self) -> apsw.Connection:
        connection: apsw.Connection = super()._connect()  # type: ignore[no-untyped-call] # likewise
        connection.convert_binding = _bound
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)  # one plan, whatever is bound
        return connection


def _bound(_cursor: apsw.Cursor, _number: int, value: Any) -> str:
    """What SQLite has no type for: the times of migrations, in peewee's own table of them."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    raise TypeError(f"SQLite takes no {type(value).__name__}")


class DatabaseLostError(RuntimeError):
    """The database went away: a write may have been committed, or not. Ask again, as before."""


class NoDatabaseError(RuntimeError):
    """There is no database where the setting says that there is one."""


def open_database(url: str) -> Database:
    """The database at `url`, brought to the newest schema, and what the models use from now on.
    NoDatabaseError if it cannot be opened."""
    try:
        database = connect_to(url)
        database.connect()
    except (ValueError, OSError, PeeweeException, apsw.Error) as error:
        raise NoDatabaseError(f"AMPLINE_DATABASE: {error}") from error
    database.close()
    proxy.initialize(database)
    migrate(database)
    return database


def connect_to(url: str) -> Database:
    """The database at `url`, as it is. ValueError for a URL that names none."""
    scheme = urlsplit(url).scheme
    if scheme in {"postgresql", "postgres"}:
        address = url.removeprefix(scheme)
        return PostgresqlDatabase(f"postgresql{address}", prefer_psycopg3=True)
    if not url.startswith("sqlite:///"):
        raise ValueError("is neither sqlite:///… nor postgresql://…")  # with which password, if any
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return Sqlite(str(path))


def migrate(database: Database, migrations: Path = MIGRATIONS) -> list[str]:
    """Runs the migrations that have not run yet; returns their names. One node at a time."""
    with database.connection_context():
        if not is_postgresql(database):
            return list(Runner(database, str(migrations)).up())
        database.execute_sql("SELECT pg_advisory_lock(616001)")
        try:
            return list(Runner(database, str(migrations)).up())
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(616001)")


def is_postgresql(database: Database) -> bool:
    """Whether it speaks PostgreSQL's SQL rather than SQLite's."""
    return isinstance(database, PostgresqlDatabase)


def let_go_if_lost(database: Database) -> bool:
    """Whether this thread's connection broke, as PostgreSQL's can; it is given up then."""
    if not is_postgresql(database) or database.is_closed() or not database.connection().closed:
        return False
    database.close()
    return True
