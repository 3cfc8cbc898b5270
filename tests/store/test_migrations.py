"""The schema grows by migrations, from nothing or from any earlier one, and keeps the data."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from peewee import Database

from server.store import models
from server.store.database import MIGRATIONS, connect_to, is_postgresql, migrate, proxy
from server.store.models import Counter, Event, EventHead, User
from tests.store.schema import HISTORY, schema_of

ROOT = Path(__file__).parents[2]
EmptyMaker = Callable[[str], str]

PAINT = '''
"""A later migration: a column with an index, a table, and a look at every row."""

from peewee import BigIntegerField, Model, TextField


def up(migrator, db):
    class Paint(Model):
        name = TextField(primary_key=True)
        price = BigIntegerField(index=True)

        class Meta:
            database = db
            legacy_table_names = False

    migrator.migrate(
        migrator.add_column("user", "colour", TextField(null=True)),
        migrator.add_index("user", ("colour",)),
    )
    db.create_tables([Paint])
    db.execute_sql("UPDATE \\"user\\" SET colour = 'red' WHERE given_name = 'Ann'")
'''
SPOILED = PAINT + '    db.execute_sql("SELECT missing FROM nowhere")\n'


@pytest.fixture
def make_empty(database_url: str, tmp_path: Path) -> EmptyMaker:
    """Makes databases without a schema; returns their URLs."""

    def make(name: str) -> str:
        if not is_postgresql(connect_to(database_url)):
            return f"sqlite:///{tmp_path / name}.db"
        own = f"{psycopg.conninfo.conninfo_to_dict(database_url)['dbname']}_{name}"
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {own}".encode())
        before, _, options = database_url.partition("?")
        return f"{before.rpartition('/')[0]}/{own}?{options}"

    return make


@pytest.fixture
def empty(make_empty: EmptyMaker) -> Iterator[Database]:
    """A database without a schema, which the models stand for."""
    database = connect_to(make_empty("empty"))
    proxy.initialize(database)
    yield database
    if not database.is_closed():
        database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Our migrations, in a folder where a test may add its own."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_the_migrations_make_the_tables_of_the_models(
    empty: Database, make_empty: EmptyMaker
) -> None:
    assert migrate(empty)
    made = connect_to(make_empty("models"))
    tables = [getattr(models, name) for name in models.__all__]
    with made.bind_ctx(tables), made.connection_context():
        made.create_tables(tables)
    ours, theirs = schema_of(empty), schema_of(made)
    assert sorted(ours) == sorted(theirs)
    for name, table in theirs.items():
        assert ours[name] == table, name


def test_a_new_database_has_what_the_server_counts_on(empty: Database) -> None:
    migrate(empty)
    with empty.connection_context():
        assert [(row.id, row.position) for row in EventHead.select()] == [(1, 0)]
        counters = [(row.name, row.value) for row in Counter.select()]
        assert sorted(counters) == [("charging_profile", 0), ("ocpp16_transaction", 0)]


def test_what_has_run_does_not_run_again(empty: Database) -> None:
    assert migrate(empty) == sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    assert migrate(empty) == []


def test_old_migrations_do_not_know_todays_models(make_empty: EmptyMaker) -> None:
    """Or they would make today's tables, and what came later could not be added."""
    program = (
        "import sys; from server.store.database import connect_to, migrate;"
        "assert migrate(connect_to(sys.argv[1]));"
        "assert 'server.store.models' not in sys.modules"
    )
    url = make_empty("frozen")
    subprocess.run([sys.executable, "-c", program, url], cwd=ROOT, check=True, timeout=60)


def _some_data() -> None:
    times = {"create_time": 1, "update_time": 1}
    User.insert(name="users/ann", currency="EUR", given_name="Ann", **times).execute()
    User.insert(name="users/bob", currency="EUR", balance_micros=-(2**40), **times).execute()
    Event.insert(
        position=1, type="t", subject="users/ann", record_time=1, body=b"\x00\xff"
    ).execute()
    EventHead.update(position=1).execute()


def _rows(database: Database, table: str, columns: str) -> list[tuple[object, ...]]:
    found = database.execute_sql(f'SELECT {columns} FROM "{table}"').fetchall()
    rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]
    return sorted(rows, key=repr)


def test_a_later_migration_finds_the_data_and_keeps_it(empty: Database, folder: Path) -> None:
    migrate(empty, folder)
    columns = {
        name: ", ".join(sorted(f'"{column.name}"' for column in table.columns))
        for name, table in schema_of(empty).items()
    }
    with empty.connection_context():
        _some_data()
        before = {name: _rows(empty, name, columns[name]) for name in columns}
    (folder / "0002_paint.py").write_text(PAINT)
    assert migrate(empty, folder) == ["0002_paint"]
    with empty.connection_context():
        assert {name: _rows(empty, name, columns[name]) for name in columns} == before
        painted = _rows(empty, "user", "name, colour")
    assert painted == [("users/ann", "red"), ("users/bob", None)]
    made = schema_of(empty)
    assert (("colour",), False) in made["user"].indexes
    assert "paint" in made


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database, folder: Path) -> None:
    migrate(empty, folder)
    before = schema_of(empty)
    with empty.connection_context():
        _some_data()
    spoiled = folder / "0002_paint.py"
    spoiled.write_text(SPOILED)
    with pytest.raises(Exception, match="nowhere"):
        migrate(empty, folder)
    assert schema_of(empty) == before
    with empty.connection_context():
        assert "0002_paint" not in [name for (name,) in _rows(empty, HISTORY, "name")]
    spoiled.write_text(PAINT)
    assert migrate(empty, folder) == ["0002_paint"]


def test_nodes_that_start_at_once_migrate_once(make_empty: EmptyMaker) -> None:
    url = make_empty("together")
    if not is_postgresql(connect_to(url)):
        pytest.skip("SQLite is for one node")
    with ThreadPoolExecutor(4) as nodes:
        ran = list(nodes.map(lambda _: migrate(connect_to(url)), range(4)))
    assert sorted(map(bool, ran)) == [False, False, False, True]
