"""A log's indexes have all its rows: on SQLite they are tables of their own, filled in bulk."""

from collections.abc import Iterator
from typing import NamedTuple

from peewee import Database, PostgresqlDatabase
from playhouse.migrate import SchemaMigrator


class _Index(NamedTuple):
    """Of the rows that have a value in the first column; the last one is the log's key."""

    columns: tuple[str, ...]
    before: str = ""
    """What it was called, if otherwise."""
    nullable: bool = False


_LOGS = {
    "event": (
        _Index(("type", "position")),
        _Index(("record_time", "position"), before="event_record_time"),
        _Index(("subject", "position")),
        _Index(("charge_point", "position"), nullable=True),
        _Index(("partner", "position"), nullable=True),
    ),
    "ocpp_message": (_Index(("charge_point", "number")),),
    "meter_value": (_Index(("session", "time", "number"), nullable=True),),
    "audit_entry": (
        _Index(("principal", "number")),
        _Index(("method", "number")),
        _Index(("resource", "number"), nullable=True),
        _Index(("result", "number")),
    ),
}
_NUMBERS = {"position", "number", "time", "record_time"}


def up(_: SchemaMigrator, database: Database) -> None:
    """Files what is there."""
    make = _on_postgresql if isinstance(database, PostgresqlDatabase) else _on_sqlite
    for log, indexes in _LOGS.items():
        for index in indexes:
            database.execute_sql(f'DROP INDEX "{index.before or _name(log, index)}"')
        database.execute_sql(f'ALTER TABLE "{log}" DROP COLUMN "filed"')
        for statement in make(log, indexes):
            database.execute_sql(statement)
    database.execute_sql(
        'CREATE INDEX "meter_value_apart_time" ON "meter_value" ("time") WHERE "session" IS NULL'
    )
    if isinstance(database, PostgresqlDatabase):
        database.execute_sql('DROP TABLE "filing"')


def _on_postgresql(log: str, indexes: tuple[_Index, ...]) -> Iterator[str]:
    for index in indexes:
        told = f' WHERE "{index.columns[0]}" IS NOT NULL' if index.nullable else ""
        yield f'CREATE INDEX "{_name(log, index)}" ON "{log}" ({_list(index.columns)}){told}'


def _on_sqlite(log: str, indexes: tuple[_Index, ...]) -> Iterator[str]:
    key = indexes[0].columns[-1]
    newest = f'(SELECT COALESCE(MAX("{key}"), 0) FROM "{log}")'  # noqa: S608 - our own names
    for index in indexes:
        yield _table(log, index)
        yield (
            f'INSERT INTO "{_name(log, index)}" SELECT {_list(index.columns)} FROM "{log}"'  # noqa: S608
            f' WHERE "{index.columns[0]}" IS NOT NULL ORDER BY {_list(index.columns)}'
        )
    yield f'UPDATE "filing" SET "upto" = {newest} WHERE "log" = \'{log}\''  # noqa: S608 - likewise
    out = [_leave(log, index) for index in indexes]
    into = [_enter(log, index) for index in indexes]
    changed = "; ".join(step for pair in zip(out, into, strict=True) for step in pair)
    columns = _list(dict.fromkeys(column for index in indexes for column in index.columns))
    yield (
        f'CREATE TRIGGER "{log}_changed" AFTER UPDATE OF {columns} ON "{log}" BEGIN {changed}; END'
    )
    out.append(
        f'UPDATE "filing" SET "upto" = {newest} WHERE "log" = \'{log}\' AND "upto" > {newest}'  # noqa: S608
    )
    yield f'CREATE TRIGGER "{log}_deleted" AFTER DELETE ON "{log}" BEGIN {"; ".join(out)}; END'


def _table(log: str, index: _Index) -> str:
    columns = ", ".join(
        f'"{column}" {"INTEGER" if column in _NUMBERS else "TEXT"} NOT NULL'
        for column in index.columns
    )
    key = f"PRIMARY KEY ({_list(index.columns)})"
    return f'CREATE TABLE "{_name(log, index)}" ({columns}, {key}) WITHOUT ROWID'


def _leave(log: str, index: _Index) -> str:
    same = " AND ".join(f'"{column}" = OLD."{column}"' for column in index.columns)
    return f'DELETE FROM "{_name(log, index)}" WHERE {same}'  # noqa: S608 - likewise


def _enter(log: str, index: _Index) -> str:
    row = ", ".join(f'NEW."{column}"' for column in index.columns)
    return (
        f'INSERT INTO "{_name(log, index)}" SELECT {row}'  # noqa: S608 - likewise
        f' WHERE NEW."{index.columns[0]}" IS NOT NULL AND NEW."{index.columns[-1]}" <='
        f' (SELECT "upto" FROM "filing" WHERE "log" = \'{log}\')'
    )


def _name(log: str, index: _Index) -> str:
    return "_".join((log, *index.columns))


def _list(columns: Iterator[str] | tuple[str, ...] | dict[str, None]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
