"""Events, written in the transaction of the change that they tell of.

Positions are drawn from one row, `EventHead`, by the last statement before the
commit, and that row stays locked until the commit. So positions come without gaps
and in the order of the commits: a reader that has seen position n has seen
everything below it, on PostgreSQL with many nodes as on SQLite. A serial column
would not do: its numbers are drawn before the commit, and a reader could pass one
that is not visible yet.
"""

from collections.abc import Sequence
from typing import NamedTuple

from peewee import Database

from server.store.models import Event, EventHead
from server.store.statements import Append, Statement, param

ADVANCE = Statement(
    EventHead.update(position=EventHead.position + param("count"))
    .where(EventHead.id == 1)
    .returning(EventHead.position)
)


class Told(NamedTuple):
    """An event to be written: the columns of `Event` but its position and record time."""

    type: str
    subject: str
    body: bytes
    charge_point: str | None = None
    location: str | None = None
    partner: str | None = None
    person: str | None = None
    """The user of whom the body says more than the name."""


INSERT = Append(Event, ("position", "record_time", *Told._fields))


def number_and_store(database: Database, events: Sequence[Told], record_time: int) -> int:
    """Writes the events behind the newest; returns the last position. Just before a commit."""
    sql, values = ADVANCE.bind(database, {"count": len(events)})
    cursor = database.cursor()
    cursor.execute(sql, values)
    (last,) = cursor.fetchone()
    first = last - len(events) + 1
    cursor.executemany(
        INSERT.sql(database),
        [(position, record_time, *told) for position, told in enumerate(events, first)],
    )
    return int(last)
