"""Logs of which the rows come into their indexes in bulk.

SQLite writes whole pages: a row that goes into an index at once costs a page of the
write-ahead log for each index, because a busy network's neighbours in time are no
neighbours by charge point or session. So a new row is only in its table, not `filed`,
and the indexes are partial: of filed rows alone. When a few hundred have come together
they are filed in one statement, and many share each page.

Who reads by such an index asks for `whole`: the filed rows by the index, the few others
one by one, in one statement and so of one moment. On PostgreSQL, which writes index
entries rather than pages to its log, every row is filed from the start.
"""

from functools import lru_cache
from typing import Any

from peewee import SQL, CompoundSelectQuery, Database, Field, ModelSelect, Ordering, fn

from server.store.models import Filing
from server.store.models.base import Log
from server.store.statements import Statement, param


def whole(query: "ModelSelect[Any]", *order: Field | Ordering) -> CompoundSelectQuery:
    """The rows of a log that a query finds, filed or not, in an order of columns that it selects.

    The query has no order of its own, and no LIMIT: that may follow.
    """
    log: type[Log] = query.model
    upto = Filing.select(Filing.upto).where(Filing.log == _name(log))
    tail = _begun_by(query, _key(log) > upto).where(~log.filed)
    places = [_place(query, term) for term in order]
    both = query.where(log.filed).union_all(tail)
    return both.order_by(*places) if places else both


def _begun_by(query: "ModelSelect[Any]", condition: Any) -> "ModelSelect[Any]":
    """The query with one more condition, before its own: of several bounds of a key SQLite seeks
    by the first, and would look at all that is filed otherwise."""
    first: Any = query.clone()
    own, first._where = first._where, None  # noqa: SLF001 - peewee adds conditions behind alone
    begun: ModelSelect[Any] = first.where(condition, *([] if own is None else [own]))
    return begun


def _place(query: "ModelSelect[Any]", term: Field | Ordering) -> SQL:
    """A term of the order by the number of its column, as a UNION wants it."""
    column, direction = (term.node, term.direction) if isinstance(term, Ordering) else (term, "ASC")
    selected = list(map(id, query.selected_columns))
    return SQL(f"{selected.index(id(column)) + 1} {direction}")


def catch_up(database: Database, log: type[Log], grown: int) -> None:
    """Files a log's newest rows if there are many. On SQLite, at the end of a transaction that
    added so many rows to the log."""
    look, file, note = _statements(log)
    cursor = database.cursor()
    upto, last = cursor.execute(*look.bind(database, {})).fetchone()
    if last - grown < upto:  # the newest rows had been deleted, and SQLite gave their numbers again
        upto = last - grown
        cursor.execute(*note.bind(database, {"upto": upto}))
    if last - upto >= log.MOST_UNFILED:
        cursor.execute(*file.bind(database, {"upto": upto, "last": last}))
        cursor.execute(*note.bind(database, {"upto": last}))


def _name(log: type[Log]) -> str:
    return str(log._meta.table_name)  # noqa: SLF001 - where peewee keeps it, as documented


def _key(log: type[Log]) -> Any:
    return log._meta.primary_key  # noqa: SLF001 - as above


@lru_cache
def _statements(log: type[Log]) -> tuple[Statement, Statement, Statement]:
    key = _key(log)
    last = fn.COALESCE(log.select(fn.MAX(key)), 0)
    mine = Filing.log == _name(log)
    return (
        Statement(Filing.select(Filing.upto, last).where(mine)),
        Statement(log.update(filed=True).where((key > param("upto")) & (key <= param("last")))),
        Statement(Filing.update(upto=param("upto")).where(mine)),
    )
