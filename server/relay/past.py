"""Where to begin in the event log, and what it has from there on."""

from peewee import Database

from server.domain.errors import invalid_field
from server.work import event_log, event_pages
from server.work.event_log import Row, refuse_expired
from server.work.ports import EventFilter

BATCH = 500
"""The most rows of one read."""


def begin(database: Database, after: int | None, since: int | None) -> tuple[int, int]:
    """The position to begin after, and the newest. RefusedError for one that cannot be."""
    newest = event_log.newest(database)
    if after is not None and after > newest:
        raise invalid_field("after", "is behind the newest event")
    if after is not None:
        refuse_expired(database, after)
    if since is not None:
        return max(after or 0, event_log.before_time(database, since)), newest
    return (newest if after is None else after), newest


def read_past(database: Database, wanted: EventFilter, after: int) -> tuple[list[Row], int, int]:
    """The next events that are wanted, the position up to which these are all, the newest."""
    newest = event_log.newest(database)
    rows, upto = event_pages.wanted_after(database, wanted, after, newest, BATCH)
    refuse_expired(database, after)  # asked last: what is there now was there when we read
    return rows, upto, newest
