"""Logs of which the rows come into their indexes in bulk.

SQLite writes whole pages: a row that goes into an index at once costs a page of the
write-ahead log for each index, because a busy network's neighbours in time are no
neighbours by charge point or session. So on SQLite a log's indexes are tables of their own
(store/models/log_index.py), and a new row is at first only in the log. When some thousands
have come together they are filed: one statement for each index, in the index's order, so
that many share each page. The row itself is never written again.

Who reads by such an index goes `along` it: what is filed by the index, the few others one by
one, in one statement and so of one moment. PostgreSQL writes index entries rather than pages
to its log; there the indexes are ordinary ones, and a query along one is the query itself.
"""

from functools import lru_cache
from typing import Any

from peewee import Database, Field, ModelSelect, Node

from server.store.models.base import Log
from server.store.models.log_index import LogIndex, quoted


def along(query: "ModelSelect[Any]", column: Field) -> "ModelSelect[Any]":
    """The same rows of a log, by the log's index of that column, which a condition must be of.

    The query selects what it is ordered by, or SQLite would sort all that it finds.
    """
    log: type[Log] = query.model
    index = next(each for each in log.indexes if each.columns[0] == column.column_name)
    return query.from_(_Along(log, index))


class _Along(Node):
    """A log in a FROM, as one of its indexes has it."""

    def __init__(self, log: type[Log], index: LogIndex) -> None:
        self._table = log._meta.table  # noqa: SLF001 - where peewee keeps it, as documented
        self._rows = _rows(log, index)

    def __sql__(self, context: Any) -> Any:
        """Under the alias by which the query names the log's columns."""
        if context.state.param == "%s":  # PostgreSQL's
            return context.sql(self._table)
        return self._table.apply_alias(context.literal(self._rows))


def catch_up(database: Database, log: type[Log]) -> None:
    """Files a log's newest rows if there are many. On SQLite, at the end of a transaction that
    added rows to the log."""
    look, *steps = _statements(log)
    cursor = database.cursor()
    upto, last = cursor.execute(look).fetchone()
    if last - upto >= log.MOST_UNFILED:
        for step in steps:
            cursor.execute(step, {"upto": upto, "last": last})


@lru_cache
def _rows(log: type[Log], index: LogIndex) -> str:
    """A SELECT of the rows that are not filed, and of those in the index. SQLite brings the
    conditions and the order of a query of both into each."""
    columns, name, key = log._meta.columns, _name(log), index.columns[-1]  # noqa: SLF001 - likewise
    found = ", ".join(
        f'"{index.name if column in index.columns else name}"."{column}"' for column in columns
    )
    return (
        f'(SELECT {quoted(columns)} FROM "{name}"'  # noqa: S608 - our own names
        f' WHERE "{key}" > (SELECT "upto" FROM "filing" WHERE "log" = \'{name}\')'
        f' UNION ALL SELECT {found} FROM "{index.name}"'
        f' CROSS JOIN "{name}" ON "{name}"."{key}" = "{index.name}"."{key}")'
    )


@lru_cache
def _statements(log: type[Log]) -> list[str]:
    """Looks up to where a log is filed, and which row is its last; files the rows between; notes
    that they are."""
    name, key = _name(log), log.indexes[0].columns[-1]
    between = f'"{name}" WHERE "{key}" > :upto AND "{key}" <= :last'
    entries = [
        f'INSERT INTO "{index.name}" SELECT {quoted(index.columns)} FROM {between}'  # noqa: S608 - likewise
        f' AND "{index.columns[0]}" IS NOT NULL ORDER BY {quoted(index.columns)}'
        for index in log.indexes
    ]
    mine = f"WHERE \"log\" = '{name}'"
    return [
        f'SELECT "upto", (SELECT COALESCE(MAX("{key}"), 0) FROM "{name}") FROM "filing" {mine}',  # noqa: S608 - likewise
        *entries,
        f'UPDATE "filing" SET "upto" = :last {mine}',  # noqa: S608 - likewise
    ]


def _name(log: type[Log]) -> str:
    return str(log._meta.table_name)  # noqa: SLF001 - likewise
