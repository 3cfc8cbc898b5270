"""Pages of the event log: what an index has, or a look at 10,000 events at most.

What a subject, a charge point, a type or a partner has goes along an index; what several have is
sorted. Whatever else is asked for is looked at event by event; a page that has looked at enough is
short, and the next one goes on there. Positions have no gaps: 10,000 of them are as many events.
"""

from collections.abc import Collection
from typing import NamedTuple

from peewee import Database, Expression, Field

from server.store import filing
from server.store.models import Event
from server.store.statements import Statement, param
from server.work import event_log
from server.work.event_log import Row
from server.work.ports import EventFilter

LOOKED_AT = 10_000
"""Events that one page looks at, at most."""


class Page(NamedTuple):
    """Events, and where the looking stopped, if it did before the end."""

    rows: list[Row]
    stopped: int | None


class Stretch(NamedTuple):
    """The positions that a page is of: behind `after`, and on from `beyond`, up or down."""

    after: int
    beyond: int | None
    newest_first: bool

    def conditions(self, stop: int | None = None) -> list[Expression]:
        """What a query asks for; one bound on each side, for SQLite seeks by the first alone."""
        if self.newest_first:
            least = Event.position > self.after if stop is None else Event.position >= stop
            return [least] if self.beyond is None else [least, Event.position < self.beyond]
        least = Event.position > max(self.after, self.beyond or 0)
        return [least] if stop is None else [least, Event.position <= stop]


def page(database: Database, wanted: EventFilter, stretch: Stretch, limit: int) -> Page:
    """The first events of the stretch that are wanted."""
    stop = _stop(database, wanted, stretch)
    bounds = stretch.conditions(stop)
    rows = event_log.found(database, wanted, bounds, newest_first=stretch.newest_first, limit=limit)
    return Page(rows, stop)


def wanted_after(
    database: Database, wanted: EventFilter, after: int, upto: int, limit: int
) -> tuple[list[Row], int]:
    """The next events that are wanted, up to and with the position `upto`; and the position up to
    which these are all, which is `upto` where it was not too far to look."""
    stretch = Stretch(after, None, newest_first=False)
    stop = min(_stop(database, wanted, stretch) or upto, upto)
    bounds = stretch.conditions(stop)
    rows = event_log.found(database, wanted, bounds, newest_first=False, limit=limit)
    return rows, rows[-1].position if len(rows) == limit else stop


def _stop(database: Database, wanted: EventFilter, stretch: Stretch) -> int | None:
    """The position up to which the page looks; None if there are not so many to look at."""
    best, told = event_log.leading(wanted), _told(wanted)
    if best is None:
        return _stop_by_position(database, stretch) if told else None
    column, values = best
    if told == 1 and len(values) == 1:
        return None  # each that is looked at is one of the page
    return _stop_along(database, column, values, stretch)


def _stop_along(
    database: Database, column: Field, values: Collection[str], stretch: Stretch
) -> int | None:
    """Of several values, no more events of one are looked at than its share."""
    order = Event.position.desc() if stretch.newest_first else Event.position
    query = Event.select(Event.position).where(column == param("value"), *stretch.conditions())
    last = query.order_by(order).limit(1).offset(max(LOOKED_AT // len(values), 1) - 1)
    statement = Statement(filing.along(last, column))
    reading = database.cursor()
    stops: list[int] = []
    for value in values:
        reading.execute(*statement.bind(database, {"value": value}))
        stops += [position for (position,) in reading.fetchall()]
    return (max if stretch.newest_first else min)(stops, default=None)


def _stop_by_position(database: Database, stretch: Stretch) -> int | None:
    newest, oldest = event_log.newest(database), event_log.oldest(database)
    first = max(stretch.after + 1, oldest)
    if stretch.newest_first:
        stop = (newest + 1 if stretch.beyond is None else stretch.beyond) - LOOKED_AT
        return stop if stop > first else None
    stop = max(first - 1, stretch.beyond or 0) + LOOKED_AT
    return stop if stop < newest else None


def _told(wanted: EventFilter) -> int:
    """How many conditions there are."""
    asked = (wanted.subjects, wanted.charge_points, wanted.types, wanted.partner)
    return sum(map(bool, (*asked, wanted.locations or wanted.hidden)))
