"""A million rows of a table, made of one by SQL."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from server.store import filing, models
from server.store.database import connect_to
from server.store.models.base import Log

EACH = 200
"""Rows of a charge point, a user and so on: as many in a large table as in a small one."""

MINUTE_US = 60_000_000
UNFILED = 2_000
"""Rows of a log that are not in its indexes yet: about half of what may be."""
LOGS: Mapping[str, type[Log]] = {"event": models.Event, "ocpp_message": models.OcppMessage}
TIMES = frozenset({"start_time", "stop_time", "meter_time", "create_time", "update_time"})
"""Columns by which the rows are a minute apart."""


def multiply(database: Path, table: str, count: int, own: Mapping[str, str]) -> None:
    """Puts `count` rows in the place of the first one that the table has, and of all others.

    `own` are expressions of SQL for columns that differ: `n` is the number of the row, from 1 to
    `:count`, and `:groups` how many groups of EACH there are.
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
        for first, last in _pieces(table, count):
            piece = {**values, "first": first, "last": last}
            connection.execute(_insert(connection, table, own), piece)
            connection.commit()
            if table in LOGS:
                _file(database, LOGS[table])
        connection.execute(
            f'DELETE FROM "{table}" WHERE rowid = (SELECT min(rowid) FROM "{table}")'
        )
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("UPDATE event_head SET position = (SELECT max(position) FROM event)")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def newest(database: Path, table: str, column: str, place: int) -> int:
    """The value of the column of the row at that place, from 0, in falling order."""
    with closing(sqlite3.connect(database)) as connection:
        statement = f'SELECT "{column}" FROM "{table}" ORDER BY "{column}" DESC LIMIT 1 OFFSET ?'
        (value,) = connection.execute(statement, (place,)).fetchone()
        return int(value)


def _pieces(table: str, count: int) -> Iterator[tuple[int, int]]:
    """The numbers of the rows, first and last; of a log, of those apart that are not filed."""
    filed = max(0, count - UNFILED) if table in LOGS else 0
    if filed:
        yield 1, filed
    yield filed + 1, count


def _file(database: Path, log: type[Log]) -> None:
    """As the server does."""
    opened = connect_to(f"sqlite:///{database}")
    with opened.connection_context():
        filing.catch_up(opened, log)


def _insert(connection: sqlite3.Connection, table: str, own: Mapping[str, str]) -> str:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    values = ", ".join(_value(column, own) for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        "WITH RECURSIVE numbers (n) AS"
        " (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)"
        f' INSERT INTO "{table}" ({names}) SELECT {values} FROM numbers,'
        f' (SELECT * FROM "{table}" ORDER BY rowid LIMIT 1)'
    )


def _value(column: str, own: Mapping[str, str]) -> str:
    if column in own:
        return own[column]
    return f'"{column}" - n * {MINUTE_US}' if column in TIMES else f'"{column}"'
