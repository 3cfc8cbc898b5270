"""What a database looks like: its tables with their columns, keys and indexes."""

from typing import NamedTuple

from peewee import Database

from server.store.database import is_postgresql

HISTORY = "schema_migration"
"""The migrations' own table."""


class Column(NamedTuple):
    """A column, as the database tells of it."""

    name: str
    type: str
    null: bool
    primary_key: bool


class Table(NamedTuple):
    """A table: columns in any order, indexes by what they cover and whether they are unique, and
    triggers as SQL.

    The key's own index is not among them: where the table is its key, there is none.
    """

    columns: frozenset[Column]
    indexes: frozenset[tuple[tuple[str, ...], bool]]
    triggers: frozenset[str]


def schema_of(database: Database) -> dict[str, Table]:
    """Every table but the migrations' own."""
    with database.connection_context():
        names = [name for name in database.get_tables() if name != HISTORY]
        return {name: _table(database, name) for name in names}


def _table(database: Database, name: str) -> Table:
    columns = frozenset(
        Column(column.name, column.data_type.lower(), column.null, column.primary_key)
        for column in database.get_columns(name)
    )
    key = {column.name for column in columns if column.primary_key}
    indexes = frozenset(
        (tuple(index.columns), index.unique)
        for index in database.get_indexes(name)
        if set(index.columns) != key
    )
    return Table(columns, indexes, frozenset(_triggers(database, name)))


def _triggers(database: Database, table: str) -> list[str]:
    if is_postgresql(database):
        return []
    found = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    return [sql for (sql,) in database.execute_sql(found, (table,)).fetchall()]
