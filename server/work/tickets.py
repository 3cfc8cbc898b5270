"""Tickets: URLs by which somebody without a key may bring one file, or fetch one.

A ticket is random words that are looked up by their hash, as keys are: it ends when its time is
over, when its file was brought, or when its resource is no more, at once and on every node.
"""

import secrets
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import quote

from server.domain.access import secret_hash
from server.store.models import FileTicket
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.rules import Rules

SECOND = 1_000_000
FOR_DOWNLOAD = 15 * 60
"""Seconds for which a file can be fetched by whoever asked for a URL."""
BYTES_OF_A_SECRET = 32


class Purpose(IntEnum):
    """What a ticket is for."""

    BRING = 1
    FETCH = 2


class Ticket(NamedTuple):
    """A ticket that was found; times are microseconds."""

    resource: str
    purpose: int
    max_bytes: int | None
    expire_time: int
    used_time: int | None


class Issued(NamedTuple):
    """A URL, and until when (microseconds) it is good."""

    uri: str
    expire_time: int


_ISSUE = Statement(
    FileTicket.insert(
        secret_hash=param("secret_hash"),
        resource=param("resource"),
        purpose=param("purpose"),
        max_bytes=param("max_bytes"),
        expire_time=param("expire_time"),
    )
)
_FIND = Statement(
    FileTicket.select(*(getattr(FileTicket, column) for column in Ticket._fields)).where(
        FileTicket.secret_hash == param("secret_hash")
    )
)
_USE = Statement(
    FileTicket.update(used_time=param("now")).where(
        (FileTicket.secret_hash == param("secret_hash")) & FileTicket.used_time.is_null()
    )
)
_WITHDRAW = Statement(FileTicket.delete().where(FileTicket.resource == param("resource")))


def to_bring(
    unit: Unit, rules: Rules, resource: str, seconds: int, max_bytes: int, file_name: str = ""
) -> Issued:
    """A URL that takes one file of the resource; without a name it ends in a slash, for chargers
    that append theirs."""
    return _issue(unit, rules, (resource, Purpose.BRING, max_bytes), seconds, file_name)


def to_fetch(
    unit: Unit, rules: Rules, resource: str, file_name: str, seconds: int = FOR_DOWNLOAD
) -> Issued:
    """A URL that gives the resource's file, as often as it is asked."""
    return _issue(unit, rules, (resource, Purpose.FETCH, None), seconds, file_name)


def _issue(
    unit: Unit, rules: Rules, of: tuple[str, Purpose, int | None], seconds: int, file_name: str
) -> Issued:
    secret = secrets.token_urlsafe(BYTES_OF_A_SECRET)
    resource, purpose, max_bytes = of
    expire_time = unit.now + seconds * SECOND
    unit.run(
        _ISSUE,
        secret_hash=secret_hash(secret),
        resource=resource,
        purpose=purpose,
        max_bytes=max_bytes,
        expire_time=expire_time,
    )
    return Issued(f"{rules.files_url}/{secret}/{quote(file_name, safe='')}", expire_time)


def find(rows: Rows, secret: str) -> Ticket | None:
    """The ticket of that secret, whether it is still good or not."""
    row = rows.one(_FIND, secret_hash=secret_hash(secret))
    return Ticket(*row) if row else None


def use(unit: Unit, secret: str) -> bool:
    """Uses a ticket up; False if somebody did before."""
    return bool(unit.run(_USE, secret_hash=secret_hash(secret), now=unit.now))


def withdraw(unit: Unit, resource: str) -> None:
    """Nobody brings or fetches the resource's file any more."""
    unit.run(_WITHDRAW, resource=resource)
