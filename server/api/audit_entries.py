"""Entries of the audit: who called what, from where, and what became of it.

They hold no requests, and so no secrets.
"""

from typing import Any, NamedTuple

from server.api.lanes import Call
from server.api.methods import Method
from server.store.models import AuditEntry
from server.store.statements import Append
from server.store.unit import Unit


class Audited(NamedTuple):
    """A call that is over: the columns of `AuditEntry` but its number and time."""

    principal: str
    partner: str | None
    address: str
    method: str
    resource: str | None
    request_id: str | None
    correlation_id: str
    result: str
    reason: str | None = None
    call_count: int = 1


_ENTRIES = Append(AuditEntry, ("time", *Audited._fields))


def audited(
    method: Method,
    call: Call,
    request: Any,
    *,
    answer: bytes | None = None,
    result: str = "OK",
    reason: str = "",
) -> Audited:
    """What is kept of a call; `request` is None if it could not be read."""
    subject = "" if request is None else method.subject_of(request, answer)
    request_id = getattr(request, "request_id", "") if method.idempotent else ""
    return Audited(
        call.caller.principal,
        call.caller.partner,
        call.peer,
        method.path[1:],
        subject[:300] or None,
        request_id or None,
        call.correlation,
        result,
        reason or None,
    )


def keep(unit: Unit, entry: Audited) -> None:
    """Adds the entry in the transaction of what it tells of."""
    unit.append(_ENTRIES, (unit.now, *entry))
