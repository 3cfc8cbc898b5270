"""Marks: rows of a small table, by which a test sees whose write was kept, and in which order."""

from collections.abc import Callable
from typing import Any

from peewee import Database

from server.store.models import Counter
from server.store.outbox import Told
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

Job = Callable[[Unit], Any]
FIRST = 1_000
"""Marks are numbered from here; what the first migration wrote lies below."""
_INSERT = Append(Counter, ("name", "value"))
_LAST = Statement(Counter.select(Counter.value).order_by(Counter.value.desc()).limit(1))
_FIND = Statement(Counter.select(Counter.value).where(Counter.name == param("name")))


class UnwillingError(Exception):
    """A job does not want to go on."""


def mark(name: str) -> Job:
    """Writes a mark, behind all that are there; returns its number."""

    def job(unit: Unit) -> int:
        row = unit.one(_LAST)
        number = max(FIRST, row[0] + 1 if row else 0)
        unit.insert(_INSERT, (name, number))
        return number

    return job


def mark_and_tell(name: str) -> Job:
    """Writes a mark and tells an event of it."""

    def job(unit: Unit) -> None:
        mark(name)(unit)
        unit.tell(Told("charge_point.log_status", "chargePoints/CP1", name.encode()))

    return job


def refuse(unit: Unit) -> None:
    """Fails before it wrote."""
    unit.one(_LAST)
    raise UnwillingError


def write_and_refuse(unit: Unit) -> None:
    """Fails after it wrote."""
    mark("never kept")(unit)
    raise UnwillingError


def counted(job: Job, runs: list[Unit]) -> Job:
    """The job; `runs` gets the transaction of each of its runs."""

    def count(unit: Unit) -> Any:
        runs.append(unit)
        return job(unit)

    return count


def find(name: str) -> Job:
    """Looks a mark's number up; None if there is none."""

    def job(unit: Unit) -> int | None:
        row = unit.one(_FIND, name=name)
        return row[0] if row else None

    return job


def kept(database: Database) -> list[str]:
    """The names of all marks that are committed, in the order in which they were written."""
    with database.connection_context():
        query = Counter.select(Counter.name).where(Counter.value >= FIRST)
        return [row.name for row in query.order_by(Counter.value)]
