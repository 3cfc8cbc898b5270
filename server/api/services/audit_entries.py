"""The audit, shown."""

from typing import Any

from ampline.v1 import audit_entry_pb2 as pb
from ampline.v1.audit_entry_pb2_grpc import AuditServiceServicer
from server.api.filters import at_least, before
from server.api.lanes import Call, looking_up, reading
from server.api.listing import Listing
from server.domain.errors import not_found
from server.resources.access import ANONYMOUS_REFUSALS, AUDIT_ENTRIES
from server.store.models import AuditEntry
from server.store.reads import Rows
from server.store.statements import Statement, param

_ENTRY = Statement(AUDIT_ENTRIES.query().where(AuditEntry.number == param("number")))
_LARGEST = 2**63 - 1

_entries = Listing(
    AUDIT_ENTRIES,
    pb.ListAuditEntriesRequest.DESCRIPTOR,
    pb.ListAuditEntriesResponse,
    orders=("number desc",),
    own_orders={"number": ("number",)},
    filters={"since": at_least("time"), "before": before("time")},
    scope=AuditEntry.partner,
)
_refusals = Listing(
    ANONYMOUS_REFUSALS,
    pb.ListAnonymousRefusalsRequest.DESCRIPTOR,
    pb.ListAnonymousRefusalsResponse,
    orders=("minute desc",),
    own_orders={"minute": ("minute", "address")},
)


class AuditService(AuditServiceServicer):
    """Shows the audit; nothing in it can be changed."""

    @looking_up
    def GetAuditEntry(self, request: Any, call: Call, rows: Rows) -> bytes:
        """One entry."""
        number = request.name.removeprefix("auditEntries/")
        row = None
        if number.isdecimal() and int(number) <= _LARGEST:
            row = rows.one(_ENTRY, number=int(number))
        if row is None:
            raise not_found(request.name)
        return AUDIT_ENTRIES.to_bytes(row)

    @reading
    def ListAuditEntries(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of entries, newest first."""
        return _entries.page(request, rows, call.caller.partner)

    @reading
    def ListAnonymousRefusals(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of counted refusals, latest first."""
        return _refusals.page(request, rows, None)
