"""Reads the event log: by position, by what is wanted of it, by time."""

import re
from collections.abc import Callable
from functools import lru_cache, reduce
from operator import and_, or_
from typing import NamedTuple

from peewee import Database, Expression, Field, Select, fn

from server.domain.errors import Outcome, RefusedError
from server.resources import cursor
from server.store import filing
from server.store.database import is_postgresql
from server.store.models import Event, EventHead
from server.store.statements import Statement, param
from server.work.ports import EventFilter


class Row(NamedTuple):
    """An event as it is stored; times in microseconds."""

    position: int
    type: str
    subject: str
    charge_point: str | None
    location: str | None
    partner: str | None
    record_time: int
    body: bytes


CLOSE_IN_TIME = 1000
COLUMNS = tuple(getattr(Event, column) for column in Row._fields)

_NEXT = Statement(
    Event.select(*COLUMNS)
    .where(Event.position > param("after"))
    .order_by(Event.position)
    .limit(param("limit"))
)


def newest(database: Database) -> int:
    """The position of the newest event; 0 before the first."""
    return int(EventHead.select(EventHead.position).scalar(database) or 0)


def oldest(database: Database) -> int:
    """The position of the oldest event that is kept; if none is, that of the next to come.

    One statement: the very first event could come between two."""
    first = Event.select(fn.MIN(Event.position))
    found = EventHead.select(fn.COALESCE(first, EventHead.position + 1)).scalar(database)
    return int(found or 1)


def before_time(database: Database, time: int) -> int:
    """The position after which the events begin that were stored at or since `time`.

    Nodes' clocks differ a little, so the first few by time are asked for the least position.
    """
    columns = (Event.record_time, Event.position)
    since = Event.select(*columns).where(Event.record_time >= time).order_by(*columns)
    few = filing.along(since, Event.record_time).limit(CLOSE_IN_TIME)
    before = Select([few], [fn.MIN(few.c.position) - 1])
    return int(EventHead.select(fn.COALESCE(before, EventHead.position)).scalar(database) or 0)


def all_after(database: Database, after: int, limit: int) -> list[Row]:
    """The next events, whatever they are of."""
    reading = database.cursor()
    reading.execute(*_NEXT.bind(database, {"after": after, "limit": limit}))
    return [Row(*row) for row in reading.fetchall()]


def found(
    database: Database,
    wanted: EventFilter,
    within: list[Expression],
    *,
    newest_first: bool,
    limit: int,
) -> list[Row]:
    """Events that are wanted, within the bounds of the position, up or down."""
    conditions = reduce(and_, [*within, *conditions_of(database, wanted)])
    order = Event.position.desc() if newest_first else Event.position
    query = Event.select(*COLUMNS).where(conditions).order_by(order).limit(limit)
    best = leading(wanted)
    query = query if best is None else filing.along(query, best[0])
    return [Row(*row) for row in query.tuples().execute(database)]


def leading(wanted: EventFilter) -> tuple[Field, frozenset[str]] | None:
    """A column of which an index has the events of each of these values, in their order; the best
    there is, None if there is none."""
    if wanted.subjects:
        return Event.subject, wanted.subjects
    if wanted.charge_points:
        return Event.charge_point, wanted.charge_points
    if len(wanted.types) == 1 and not any("*" in each for each in wanted.types):
        return Event.type, wanted.types
    return None if wanted.partner is None else (Event.partner, frozenset({wanted.partner}))


def refuse_expired(database: Database, after: int) -> None:
    """RefusedError if events behind that position are gone."""
    first = oldest(database)
    if after < first - 1:
        raise RefusedError(
            Outcome.OUT_OF_RANGE,
            "CURSOR_EXPIRED",
            "the cursor is older than the oldest event that is kept",
            {"oldest_cursor": cursor.encode(first - 1)},
        )


def conditions_of(database: Database, wanted: EventFilter) -> list[Expression]:
    """What a query must ask for to find what is wanted."""
    conditions = [_is_of(database, wanted.types)] if wanted.types else []
    for column, values in (
        (Event.subject, wanted.subjects),
        (Event.charge_point, wanted.charge_points),
        (Event.location, wanted.locations),
    ):
        if values:
            conditions.append(column.in_(sorted(values)))
    conditions += [~_is_like(database, f"{prefix}*") for prefix in sorted(wanted.hidden)]
    if wanted.partner is not None:
        conditions.append(Event.partner == wanted.partner)
    return conditions


def _is_of(database: Database, types: frozenset[str]) -> Expression:
    """One of the types; `*` in them stands for any letters, and nothing else is special."""
    plain = sorted(word for word in types if "*" not in word)
    globs = [_is_like(database, word) for word in sorted(types.difference(plain))]
    return reduce(or_, [Event.type.in_(plain), *globs] if plain else globs)


def _is_like(database: Database, pattern: str) -> Expression:
    if is_postgresql(database):
        for special in "\\%_":
            pattern = pattern.replace(special, f"\\{special}")
        return Expression(Event.type, "LIKE", pattern.replace("*", "%"))
    for special in "[?":
        pattern = pattern.replace(special, f"[{special}]")
    return Expression(Event.type, "GLOB", pattern)


@lru_cache(maxsize=1024)
def matcher(wanted: EventFilter) -> Callable[[Row], bool]:
    """Whether an event is wanted: the twin of `conditions_of` for what is in memory."""
    is_type = re.compile("|".join(map(_pattern, sorted(wanted.types)))).fullmatch
    subjects, charge_points = wanted.subjects, wanted.charge_points
    locations, partner = wanted.locations, wanted.partner
    hidden = tuple(sorted(wanted.hidden))

    def wants(row: Row) -> bool:
        return (
            (not wanted.types or is_type(row.type) is not None)
            and (not subjects or row.subject in subjects)
            and (not charge_points or row.charge_point in charge_points)
            and (not locations or row.location in locations)
            and (partner is None or row.partner == partner)
            and not row.type.startswith(hidden)
        )

    return wants


def _pattern(glob: str) -> str:
    return ".*".join(map(re.escape, glob.split("*")))
