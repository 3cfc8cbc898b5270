"""Get and List, once for all resources that nobody changes from outside."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message
from peewee import Field

from server.api import references, scopes
from server.api.filters import Filter
from server.api.lanes import Call, looking_up, reading
from server.api.listing import Listing
from server.domain.access import Caller
from server.domain.errors import not_found
from server.resources.mapping import Mapping, Row
from server.store.reads import Rows
from server.store.statements import Statement, param

M = TypeVar("M", bound=Message)


class Shown(Generic[M]):
    """The two reading methods of a resource whose table has a name and a partner."""

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
    ) -> None:
        self.mapping = mapping
        references.make_known(mapping)
        table = mapping.table
        by_name = mapping.query().where(table.name == param("name"))
        self._find_any = Statement(by_name)
        self._find_own = Statement(by_name.where(scopes.seen(table)))
        self.listing = Listing(
            mapping,
            list_request.DESCRIPTOR,
            list_response,
            filters=filters,
            orders=orders,
            own_orders=own_orders,
            parent=parent,
            scope=table.partner,
        )

    @looking_up
    def get(self, request: Any, call: Call, rows: Rows) -> bytes:
        """One resource, by its name."""
        return self.mapping.to_bytes(self.find(rows, request.name, call.caller))

    @reading
    def list(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of resources."""
        return self.listing.page(request, rows, call.caller.partner)

    def message(self, rows: Rows, name: str, caller: Caller) -> M:
        """The resource of that name. Not found, too, if the caller may not see it."""
        return self.mapping.to_message(self.find(rows, name, caller))

    def find(self, rows: Rows, name: str, caller: Caller) -> Row:
        """The row of that name. Not found, too, if the caller may not see it."""
        if caller.partner is None:
            row = rows.one(self._find_any, name=name)
        else:
            row = rows.one(self._find_own, name=name, scope=caller.partner)
        if row is None:
            raise not_found(name)
        return row
