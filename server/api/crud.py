"""Get, List, Create, Update, Delete, once for all resources.

A service makes one `Crud` of its mapping and says what is particular about it; its
methods are the Crud's. Whatever a method does, it does within the caller's scope, in
one transaction, and tells an event of it.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from peewee import Expression, Field

from server.api import checks, masks, references, referrers, scopes
from server.api.changes import NOTHING_PARTICULAR, Change, Hook, Particulars, Place
from server.api.filters import Filter
from server.api.lanes import Call, looking_up, reading, writing
from server.api.listing import Listing
from server.api.written_rows import WrittenRows, stale
from server.domain.access import Caller
from server.domain.errors import invalid_field, not_found
from server.resources import events
from server.resources.descriptors import plural, resource_type, snake_case
from server.resources.mapping import Mapping, Row, etag_of
from server.store.ids import new_id
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit

M = TypeVar("M", bound=Message)


class Crud(Generic[M]):
    """The standard methods of one resource."""

    def __init__(
        self,
        mapping: Mapping[M],
        list_request: type[Message],
        list_response: type[Message],
        *,
        orders: Sequence[str],
        own_orders: Map[str, Sequence[str]] | None = None,
        filters: Map[str, Filter] | None = None,
        parent: Field | None = None,
        particulars: Particulars = NOTHING_PARTICULAR,
    ) -> None:
        self.mapping = mapping
        references.make_known(mapping)
        if particulars.shared is not None:
            scopes.share(mapping.table, particulars.shared)
        self.kind = resource_type(mapping.descriptor)
        self.field = snake_case(mapping.descriptor.name)
        """What requests call the resource: `charge_point`."""
        self._particulars = particulars
        if particulars.faults:
            checks.add_rules(mapping.descriptor.full_name, particulars.faults)
        self._table = mapping.table
        self._writable = [each.name for each in masks.writable_fields(mapping.descriptor)]
        self._written = WrittenRows(mapping, particulars.unique, self.field)
        self._lock = Statement(self._table.select(self._table.name).where(_named(self._table)))
        self._find_any = self._finding()
        self._find_own = self._finding(scopes.owned(self._table))
        self._find_seen = self._finding(scopes.seen(self._table))
        self.listing = Listing(
            mapping,
            list_request.DESCRIPTOR,
            list_response,
            filters=filters,
            orders=orders,
            own_orders=own_orders,
            parent=parent,
            scope=self._table.partner,
            where=particulars.visible,
            addition=particulars.addition,
        )

    @looking_up
    def get(self, request: Any, call: Call, rows: Rows) -> bytes:
        """One resource, by its name."""
        statement, values = self._find_any, {"name": request.name}
        if call.caller.partner is not None:
            statement, values = self._find_seen, {**values, "scope": call.caller.partner}
        row = rows.one(statement, **values)
        if row is None:
            raise not_found(request.name)
        return self._answer(rows, row)

    @reading
    def list(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of resources."""
        return self.listing.page(request, rows, call.caller.partner)

    @writing
    def create(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes a resource."""
        after = self._given(request)
        change = Change(unit, call.caller, request, call.caller.partner, None, after)
        change.changed = list(self._writable)
        self._hook(self._particulars.prepare, change)
        self._settle_partner(change)
        after.name = self._new_name(change)  # type: ignore[attr-defined]
        self._check(change)
        self._written.insert(change)
        return self._done(change, "created")

    @writing
    def update(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Changes what the mask names."""
        answer, _ = self.apply(request, call.caller, unit)
        return answer

    def apply(self, request: Any, caller: Caller, unit: Unit) -> tuple[bytes, Sequence[str]]:
        """The same; also says which fields were changed."""
        given: Any = getattr(request, self.field)
        if not given.name:
            raise invalid_field(f"{self.field}.name", "is required")
        row = self.find(unit, given.name, caller, lock=True)
        self._require_etag(row, given.name, given.etag)
        before = self.mapping.to_message(row)
        paths = masks.paths_of(request.update_mask.paths, given)
        after = masks.merged(before, given, paths)
        return self._change(Change(unit, caller, request, row[-1], before, after), paths, row)

    def revise(
        self, request: Any, call: Call, unit: Unit, name: str, fields: Sequence[str], given: Any
    ) -> bytes:
        """Changes fields of a resource to what an action wants, by the rules of an update."""
        row = self.find(unit, name, call.caller, lock=True)
        before = self.mapping.to_message(row)
        after = masks.merged(before, given, fields)
        change = Change(unit, call.caller, request, row[-1], before, after)
        answer, _ = self._change(change, fields, row)
        return answer

    def _change(
        self, change: Change[M], paths: Sequence[str], row: Row
    ) -> tuple[bytes, Sequence[str]]:
        before, after = change.before, change.after
        assert before is not None
        change.changed = masks.changed_fields(before, after, paths)
        self._hook(self._particulars.prepare, change)
        self._settle_partner(change)
        self.mapping.complete(after)
        change.changed = masks.changed_fields(before, after, paths)
        self._check(change)
        if not change.changed:
            return self._answer(change.unit, row), ()
        self._written.update(change, row[-2])
        return self._done(change, "updated"), change.changed

    @writing
    def delete(self, request: Any, call: Call, unit: Unit) -> Empty:
        """Removes a resource that nothing refers to."""
        row = self.find(unit, request.name, call.caller, lock=True)
        self._require_etag(row, request.name, request.etag)
        self.remove(unit, call.caller, request.name)
        return Empty()

    def remove(self, unit: Unit, caller: Caller, name: str) -> None:
        """Deletes the resource, and what it brings along, unless something refers to it."""
        row = self.find(unit, name, caller, lock=True)
        before = self.mapping.to_message(row)
        change = Change(unit, caller, None, row[-1], before, before)
        if not self._particulars.stays:
            referrers.require_unused(unit, self.kind, name, caller.partner)
        self._hook(self._particulars.removed, change)
        referrers.forget_nested(unit, before)
        if not self._particulars.stays:
            self._written.delete(unit, name)
        self._tell(change, "deleted")

    def find(self, rows: Rows | Unit, name: str, caller: Caller, *, lock: bool = False) -> Row:
        """The row of that name, behind its columns its version and its partner. Not found, too, if
        the caller may not see it; `lock` keeps it as it is until the commit."""
        row = self.sought(rows, name, caller, lock=lock)
        if row is None:
            raise not_found(name)
        return row

    def sought(
        self, rows: Rows | Unit, name: str, caller: Caller, *, lock: bool = False
    ) -> Row | None:
        """The same, or None."""
        statement, values = self._find_any, {"name": name}
        if caller.partner is not None:
            statement, values = self._find_own, {"name": name, "scope": caller.partner}
        if lock and isinstance(rows, Unit):
            rows.one_locked(self._lock, name=name)
        return rows.one(statement, **values)

    def write(self, change: Change[M], columns: Map[str, Any]) -> bytes:
        """Writes what an action changes of a resource, `columns` besides `changed`, and tells."""
        change.columns.update(columns)
        name: str = change.after.name  # type: ignore[attr-defined]
        row = self.find(change.unit, name, change.caller, lock=True)
        self._written.update(change, row[-2])
        return self._done(change, "updated")

    def _finding(self, *conditions: Expression) -> Statement:
        table = self._table
        query = self.mapping.query().select_extend(table.version, table.partner)
        query = query.where(_named(table), *conditions)
        visible = self._particulars.visible
        return Statement(query if visible is None else query.where(visible))

    def _given(self, request: Any) -> M:
        """The resource that is to be created, without what is not the client's to say."""
        after = self.mapping.message_type()
        given: M = getattr(request, self.field)
        return masks.merged(after, given, self._writable)

    def _new_name(self, change: Change[M]) -> str:
        chosen = getattr(change.request, f"{self.field}_id")
        if chosen and not change.caller.chooses_ids:
            raise invalid_field(f"{self.field}_id", "is not for partners to choose")
        if self._particulars.new_name is not None:
            return self._particulars.new_name(change)
        return f"{plural(self.mapping.descriptor)}/{chosen or new_id()}"

    def _settle_partner(self, change: Change[M]) -> None:
        """Whose the resource is: what a partner writes is its own, others say it."""
        if "partner" not in self._writable:
            return
        after: Any = change.after
        if change.caller.partner is not None and not after.partner:
            after.partner = change.caller.partner
        change.partner = after.partner or None

    def _check(self, change: Change[M]) -> None:
        prefix, partner = f"{self.field}.", change.caller.partner
        checks.check_resource(change.after, change.before, self.field)
        references.check(change.unit, change.after, change.changed, prefix, partner)

    def _done(self, change: Change[M], word: str) -> bytes:
        """Follows a change up, tells of it, and reads what has become of the resource."""
        referrers.keep_nested(change.unit, change.after, change.changed)
        self._hook(self._particulars.written, change)
        row = self.find(change.unit, change.after.name, change.caller)  # type: ignore[attr-defined]
        change.after = self.mapping.to_message(row)
        self._tell(change, word)
        return self._answer(change.unit, row) + change.answer_only

    def _tell(self, change: Change[M], word: str) -> None:
        find_place = self._particulars.place
        place = find_place(change) if find_place else Place()
        told = events.resource_changed(
            word,
            change.after,
            change.unit.now,
            changed_fields=change.changed if word == "updated" else (),
            reason=change.reason,
            charge_point=place.charge_point,
            location=place.location,
            partner=change.partner,
        )
        change.unit.tell(told)

    def _answer(self, rows: Rows, row: Row) -> bytes:
        addition = self._particulars.addition
        more = addition(rows, [row[0]]).get(row[0], b"") if addition else b""
        return self.mapping.to_bytes(row) + more

    @staticmethod
    def _require_etag(row: Row, name: str, etag: str) -> None:
        if etag and etag != etag_of(row[-2]):
            raise stale(name)

    @staticmethod
    def _hook(hook: Hook | None, change: Change[M]) -> None:
        if hook is not None:
            hook(change)


def _named(table: Any) -> Expression:
    named: Expression = table.name == param("name")
    return named
