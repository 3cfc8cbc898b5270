"""A million rows of a table, made of one by SQL."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

EACH = 200
"""Rows of a charge point, a user and so on: as many in a large table as in a small one."""

MINUTE_US = 60_000_000
TIMES = frozenset({"start_time", "stop_time", "meter_time", "create_time", "update_time"})
"""Columns by which the rows are a minute apart."""


def multiply(database: Path, table: str, count: int, own: Mapping[str, str]) -> None:
    """Puts `count` rows in the place of the first one that the table has, and of all others.

    `own` are expressions of SQL for columns that differ: `n` is the number of the row, from 1, and
    `:groups` how many groups of EACH there are.
    """
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA cache_size = -256000")
        connection.execute(
            f'DELETE FROM "{table}" WHERE rowid > (SELECT min(rowid) FROM "{table}")'
        )
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
            " AND sql IS NOT NULL",
            (table,),
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        values = {"count": count, "groups": max(1, count // EACH)}
        connection.execute(_insert(connection, table, own), values)
        connection.execute(
            f'DELETE FROM "{table}" WHERE rowid = (SELECT min(rowid) FROM "{table}")'
        )
        for _, sql in indexes:
            connection.execute(sql)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def newest(database: Path, table: str, column: str, place: int) -> int:
    """The value of the column of the row at that place, from 0, in falling order."""
    with closing(sqlite3.connect(database)) as connection:
        statement = f'SELECT "{column}" FROM "{table}" ORDER BY "{column}" DESC LIMIT 1 OFFSET ?'
        (value,) = connection.execute(statement, (place,)).fetchone()
        return int(value)


def _insert(connection: sqlite3.Connection, table: str, own: Mapping[str, str]) -> str:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    values = ", ".join(_value(column, own) for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        "WITH RECURSIVE numbers (n) AS"
        " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
        f' INSERT INTO "{table}" ({names}) SELECT {values} FROM numbers, "{table}"'
    )


def _value(column: str, own: Mapping[str, str]) -> str:
    if column in own:
        return own[column]
    return f'"{column}" - n * {MINUTE_US}' if column in TIMES else f'"{column}"'
