"""A million sessions, made of one by SQL."""

import sqlite3
from contextlib import closing
from pathlib import Path

EACH = 200
"""Sessions of a charge point and of a user."""

_SHIFTED = {"start_time", "stop_time", "meter_time", "create_time", "update_time"}
_MINUTE = 60_000_000
_OWN = {
    "name": "'sessions/' || lower(hex(randomblob(13)))",
    "charge_point": "'chargePoints/C' || (n % :groups)",
    "evse": "'chargePoints/C' || (n % :groups) || '/evses/1'",
    "user": "'users/U' || (n % :groups)",
    "ocpp_transaction_id": "n",
    "start_key": "n",
}


def charge_point(number: int) -> str:
    """One of the charge points of which there are sessions."""
    return f"chargePoints/C{number}"


def multiply_sessions(database: Path, count: int) -> None:
    """Puts `count` sessions, a minute apart, in the place of the one that the database has."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA cache_size = -256000")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'session'"
            " AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        connection.execute(_insert(connection), {"count": count, "groups": count // EACH})
        connection.execute("DELETE FROM session WHERE rowid = (SELECT min(rowid) FROM session)")
        for _, sql in indexes:
            connection.execute(sql)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection) -> str:
    columns = [row[1] for row in connection.execute("PRAGMA table_info(session)")]
    values = ", ".join(_value(column) for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        "WITH RECURSIVE numbers (n) AS"
        " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
        f" INSERT INTO session ({names}) SELECT {values} FROM numbers, session"
    )


def _value(column: str) -> str:
    if column in _SHIFTED:
        return f'"{column}" - n * {_MINUTE}'
    return _OWN.get(column, f'"{column}"')
