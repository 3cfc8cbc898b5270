"""An index of a log: an ordinary one on PostgreSQL, a table of its own on SQLite.

Such a table has the index's columns and the log's key, which all together are its own, of those
rows that are filed (store/filing.py): of those up to a number in the table `filing`, which has a
row for each log. Triggers of the log keep them true when a row is changed or deleted, whoever
does it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from peewee import Field, Model, ModelIndex, TextField

FILING = (
    'CREATE TABLE IF NOT EXISTS "filing" ("log" TEXT NOT NULL PRIMARY KEY, "upto" INTEGER NOT NULL)'
)


class LogIndex:
    """By columns of a log and its key. Rows without a value in the first column are not in it:
    nobody looks for them by it."""

    def __init__(self, log: type[Model], columns: tuple[Field, ...]) -> None:
        meta: Any = log._meta  # noqa: SLF001 - where peewee keeps them, as documented
        self._log = log
        self._fields = (*columns, meta.primary_key)
        self.columns = tuple(str(field.column_name) for field in self._fields)
        self.name = "_".join((meta.table_name, *self.columns))

    def on_postgresql(self) -> ModelIndex:
        """An ordinary index."""
        first = self._fields[0]
        told = first.is_null(False) if first.null else None
        return ModelIndex(self._log, self._fields, where=told, name=self.name)

    def on_sqlite(self) -> str:
        """A table, as SQL makes it."""
        columns = (f'"{field.column_name}" {_type(field)} NOT NULL' for field in self._fields)
        key = f"PRIMARY KEY ({quoted(self.columns)})"
        return f'CREATE TABLE "{self.name}" ({", ".join((*columns, key))}) WITHOUT ROWID'


def triggers(log: str, indexes: Sequence[LogIndex]) -> Iterator[str]:
    """What SQLite does by itself when rows of the log change or go. A number that is free again
    may be given again: then it is of a row that is not filed."""
    key = indexes[0].columns[-1]
    columns = dict.fromkeys(column for index in indexes for column in index.columns)
    changed = [step for index in indexes for step in (_leave(index), _enter(index, log))]
    yield _trigger(f'"{log}_changed" AFTER UPDATE OF {quoted(columns)} ON "{log}"', changed)
    newest = f'(SELECT COALESCE(MAX("{key}"), 0) FROM "{log}")'  # noqa: S608 - our own names
    again = f'UPDATE "filing" SET "upto" = {newest} WHERE "log" = \'{log}\' AND "upto" > {newest}'  # noqa: S608
    yield _trigger(f'"{log}_deleted" AFTER DELETE ON "{log}"', [*map(_leave, indexes), again])


def quoted(columns: Iterable[str], row: str = "") -> str:
    """The columns as SQL lists them, of a row that has a name."""
    return ", ".join(f'{row}"{column}"' for column in columns)


def _type(field: Field) -> str:
    return "TEXT" if isinstance(field, TextField) else "INTEGER"


def _leave(index: LogIndex) -> str:
    same = " AND ".join(f'"{column}" = OLD."{column}"' for column in index.columns)
    return f'DELETE FROM "{index.name}" WHERE {same}'  # noqa: S608 - our own names


def _enter(index: LogIndex, log: str) -> str:
    first, key = index.columns[0], index.columns[-1]
    return (
        f'INSERT INTO "{index.name}" SELECT {quoted(index.columns, "NEW.")}'  # noqa: S608 - likewise
        f' WHERE NEW."{first}" IS NOT NULL AND NEW."{key}" <= '
        f'(SELECT "upto" FROM "filing" WHERE "log" = \'{log}\')'
    )


def _trigger(when: str, steps: Iterable[str]) -> str:
    return f"CREATE TRIGGER {when} BEGIN {'; '.join(steps)}; END"
