"""Users and their balances."""

from collections.abc import AsyncIterator
from typing import Any

from google.api.httpbody_pb2 import HttpBody

from ampline.v1 import balance_entry_pb2 as ledger_pb
from ampline.v1 import user_pb2 as pb
from ampline.v1.user_pb2_grpc import UserServiceServicer
from server.api import scopes
from server.api.amounts import amount_told
from server.api.bulk import Bulk
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import NAMES, at_least, contains, same
from server.api.lanes import Call, reading, streaming, writing
from server.api.listing import Listing
from server.api.services import user_deletion
from server.api.services.user_export import UserExport
from server.domain.errors import invalid_field, not_found
from server.domain.ledger import EntryType
from server.resources.balance_entries import MAPPING as ENTRIES
from server.resources.users import MAPPING
from server.store.ids import new_id
from server.store.models import BalanceEntry, User
from server.store.reads import ReadPool, Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import ledger
from server.work.rules import Rules
from server.work.sessions import remote

_ENTRY = Statement(ENTRIES.query().where(BalanceEntry.name == param("name")))
_KEPT = User.select(User.name).where(User.name == param("name"))
_ANY_KEPT, _OWN_KEPT = Statement(_KEPT), Statement(_KEPT.where(scopes.owned(User)))
_HAS_ENTRIES = Statement(
    BalanceEntry.select(BalanceEntry.number).where(BalanceEntry.user == param("user")).limit(1)
)


def _keep_currency(change: Change[pb.User]) -> None:
    """The currency is fixed after the first entry of the ledger."""
    before, after = change.before, change.after
    if before is None:
        return
    after.currency = after.currency or before.currency
    if after.currency != before.currency and change.unit.one(_HAS_ENTRIES, user=after.name):
        raise invalid_field("user.currency", "cannot be changed after the first ledger entry")


users = Crud(
    MAPPING,
    pb.ListUsersRequest,
    pb.ListUsersResponse,
    orders=("create_time", "email", "family_name", "update_time"),
    filters={
        "email": same("email", str.lower),
        "group": NAMES,
        "text": contains("search_text"),
        "updated_since": at_least("update_time"),
    },
    particulars=Particulars(
        prepare=_keep_currency,
        removed=user_deletion.remove_personal_data,
        stays=True,
        unique={"email": ("email",)},
        visible=User.delete_time.is_null(),
    ),
)
in_bulk = Bulk(users)

_entries = Listing(
    ENTRIES,
    ledger_pb.ListBalanceEntriesRequest.DESCRIPTOR,
    ledger_pb.ListBalanceEntriesResponse,
    orders=("number desc",),
    own_orders={"number": ("number",)},
    parent=BalanceEntry.user,
)


class UserService(UserServiceServicer):
    """Keeps drivers and their balances."""

    GetUser = users.get
    ListUsers = users.list
    UpdateUser = users.update
    DeleteUser = users.delete
    BatchGetUsers = in_bulk.get

    def __init__(self, reads: ReadPool, rules: Rules) -> None:
        self._reads = reads
        self._rules = rules

    @streaming
    async def ExportUserData(self, request: Any, call: Call) -> AsyncIterator[HttpBody]:
        """Everything that is kept of a user, as JSON, piece by piece."""
        row = await self._reads.look_up(lambda rows: users.find(rows, request.name, call.caller))
        user = MAPPING.to_message(row)
        export = UserExport(self._reads, user, _entries, call.caller.partner)
        async for piece in export.pieces():
            yield HttpBody(content_type="application/json", data=piece)

    @writing
    def CreateUser(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes a user, in the operator's currency unless another is said."""
        request.user.currency = request.user.currency or self._rules.currency
        answer: bytes = users.create(request, call, unit)
        return answer

    @writing
    def BatchCreateUsers(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes users, in the operator's currency unless another is said."""
        for each in request.requests:
            each.user.currency = each.user.currency or self._rules.currency
        answer: bytes = in_bulk.create(request, call, unit)
        return answer

    @writing
    def ChangeUserStatus(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Lets a user charge, or not any more; ends what runs, if that is asked for."""
        row = users.find(unit, request.name, call.caller, lock=True)
        if request.stop_sessions:
            if request.state != pb.User.DISABLED:
                raise invalid_field("stop_sessions", "is for users that are DISABLED")
            remote.stop_all(unit, request.name)
        before = MAPPING.to_message(row)
        if before.state == request.state:
            return MAPPING.to_bytes(row)
        change = Change(unit, call.caller, request, row[-1], before, before)
        change.changed, change.reason = ["state"], request.reason
        answer: bytes = users.write(change, {"state": request.state})
        return answer

    @writing
    def AddBalance(self, request: Any, call: Call, unit: Unit) -> pb.AddBalanceResponse:
        """Moves money, once for each request_id."""
        row = users.find(unit, request.name, call.caller, lock=True)
        amount = amount_told(request.amount)
        kind = EntryType.TOP_UP if amount.nanos > 0 else EntryType.ADJUSTMENT
        cause = f"addBalance/{call.caller.principal}/{request.request_id or new_id()}"
        entry = ledger.book(unit, request.name, kind, amount, cause, request.reason or None)
        ledger.tell(unit, entry, row[-1])
        booked = unit.one(_ENTRY, name=entry.name)
        assert booked is not None
        return pb.AddBalanceResponse(
            user=MAPPING.to_message(users.find(unit, request.name, call.caller)),
            balance_entry=ENTRIES.to_message(booked),
        )

    @reading
    def ListBalanceEntries(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a user's ledger, newest first; also of one whose personal data is gone."""
        if call.caller.partner is None:
            kept = rows.one(_ANY_KEPT, name=request.parent)
        else:
            kept = rows.one(_OWN_KEPT, name=request.parent, scope=call.caller.partner)
        if kept is None:
            raise not_found(request.parent)
        return _entries.page(request, rows, None, request.parent)
