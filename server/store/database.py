"""Opens the database that a URL names: `sqlite:///path` or `postgresql://…`."""

from pathlib import Path
from urllib.parse import urlsplit

from peewee import Database, DatabaseProxy, PostgresqlDatabase, SqliteDatabase
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


class DatabaseLostError(RuntimeError):
    """The database went away: a write may have been committed, or not. Ask again, as before."""


def open_database(url: str) -> Database:
    """The database at `url`, brought to the newest schema, and what the models use from now on."""
    database = connect_to(url)
    proxy.initialize(database)
    migrate(database)
    return database


def connect_to(url: str) -> Database:
    """The database at `url`, as it is. ValueError for a URL that names none."""
    scheme = urlsplit(url).scheme
    if scheme in {"postgresql", "postgres"}:
        address = url.removeprefix(scheme)
        return PostgresqlDatabase(f"postgresql{address}", prefer_psycopg3=True)
    if scheme != "sqlite":
        raise ValueError(f"AMPLINE_DATABASE: {url!r} is neither sqlite:///… nor postgresql://…")
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteDatabase(str(path), pragmas=_PRAGMAS, isolation_level=None)


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
