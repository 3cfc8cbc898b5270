"""Lists: filtered, ordered, a page at a time, from queries that are compiled once."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Any

from google.protobuf.message import Message
from peewee import Expression, Field

from server.api import paging, scopes
from server.api.filters import Filter, Filters
from server.api.list_queries import Key, ListQueries, Query
from server.api.paging import Order, Orders, Stretch
from server.api.walks import Walk, Walks
from server.api.ways import ALONG_THE_ORDER, NOWHERE, Way
from server.resources import wire
from server.resources.descriptors import MessageType
from server.resources.mapping import Mapping, Row
from server.store.reads import Rows

Addition = Callable[[Rows, Sequence[str]], Map[str, bytes]]
"""What a row does not know of its resource: by name, the wire bytes of further fields."""


def together(*additions: Addition) -> Addition:
    """What each of them adds."""

    def all_of_them(rows: Rows, names: Sequence[str]) -> Map[str, bytes]:
        found = [addition(rows, names) for addition in additions]
        return {name: b"".join(each.get(name, b"") for each in found) for name in names}

    return all_of_them


class Listing:
    """One List method: `request` and `response` are its messages.

    `parent` is the column that holds the request's parent; `scope` the one that holds whose the
    row is, None where the parent says it all; `where` what holds for every row that is shown.
    """

    def __init__(
        self,
        mapping: Mapping[Any],
        request: MessageType,
        response: type[Message],
        *,
        filters: Map[str, Filter] | None = None,
        orders: Sequence[str],
        own_orders: Map[str, Sequence[str]] | None = None,
        parent: Field | None = None,
        scope: Field | None = None,
        where: Expression | None = None,
        addition: Addition | None = None,
    ) -> None:
        self._mapping = mapping
        self._filters = Filters(request, mapping.table, filters)
        self._orders = Orders(mapping.table, orders, dict(own_orders or {}))
        self._scope = scope
        shared = scopes.is_shared(mapping.table)
        told = (("parent", parent), ("scope", None if shared else scope))
        columns = {name: each for name, each in told if each}
        self._walks = Walks(mapping.table, self._filters, columns, all_shown=where is None)
        seen = scopes.seen(mapping.table) if shared else None
        self._queries = ListQueries(mapping, self._filters, self._walks, where, seen)
        self._addition = addition
        page, token = response.DESCRIPTOR.fields_by_number[1], "next_page_token"
        self._write_resource = wire.body(page.number)
        self._write_token = wire.text(response.DESCRIPTOR.fields_by_name[token].number)

    def page(
        self, request: Any, rows: Rows, partner: str | None, parent: str | None = None
    ) -> bytes:
        """The page that the request asks for, as a serialized response.

        `partner` restricts it to what is this partner's, `parent` to what stands below it.
        """
        asked = paging.fingerprint(request, partner)
        key = paging.from_token(request.page_token, asked)
        values = self._values(request, partner, parent)
        order = self._order(request, values)
        way = self._filters.way(rows, request, order)
        if way is NOWHERE:
            return b""
        query = self._query(rows, values, order, way)
        size = paging.page_size(request.page_size)
        found, last = self._find(rows, query, key, size + 1)
        if len(found) > size:
            last = found[size - 1][-len(order.columns) :]
        return self._response(rows, found[:size], paging.to_token(last, asked) if last else "")

    def _order(self, request: Any, values: Map[str, Any]) -> Order:
        bounded = self._filters.ordering(values)
        order_by = " ".join(getattr(request, "order_by", "").split())
        return self._orders.find(order_by or self._orders.usual(bounded))

    def _values(self, request: Message, partner: str | None, parent: str | None) -> dict[str, Any]:
        """What comes into the query; which names there are tells which conditions it has."""
        values = self._filters.values(request)
        if partner is not None and self._scope is not None:
            values["scope"] = partner
        if parent is not None:
            values["parent"] = parent
        return values

    def _query(self, rows: Rows, values: Map[str, Any], order: Order, way: Way) -> Query:
        """To the few rows of a rare condition, or the way that a filter knows, or the best walk."""
        names, walk = frozenset(values), self._walks.choose(rows, values, order)
        if way is not ALONG_THE_ORDER and walk.ordered:
            along = way.path.order(order, self._mapping.table)
            walk = Walk(frozenset(), bounded=along is not order)
            names -= {way.answers}
            return Query(along, way.path, walk, names, {**values, **way.values})
        return Query(order, ALONG_THE_ORDER.path, walk, names, values)

    def _find(
        self, rows: Rows, query: Query, key: Key | None, wanted: int
    ) -> tuple[list[Row], Key]:
        """So many rows behind the key, and the key where the looking stopped, if it did."""
        found: list[Row] = []
        stretches = paging.stretches(query.order, key)
        for stretch in stretches:
            begin = key if stretch.after else None
            for step in query.walk.steps(len(stretches)):
                end = self._end(rows, query, stretch, begin, step)
                part = replace(stretch, after=begin is not None, until=end is not None)
                values = query.values_for(begin, end, wanted - len(found))
                found += rows.all(self._queries.rows(query.shape(part)), **values)
                begin = end
                if begin is None or len(found) >= wanted:
                    break
            if begin is not None or len(found) >= wanted:
                return found, begin or ()
        return found, ()

    def _end(
        self, rows: Rows, query: Query, stretch: Stretch, begin: Key | None, step: int | None
    ) -> Key | None:
        """The key of the row that ends a step; None if there are not so many, or no steps."""
        if step is None:
            return None
        part = replace(stretch, after=begin is not None)
        return rows.one(
            self._queries.end(query.shape(part)), **query.values_for(begin, None, step - 1)
        )

    def bodies(self, rows: Rows, found: Sequence[Row]) -> list[bytes]:
        """The rows as serialized resources, with what they do not know of themselves."""
        to_bytes = self._mapping.to_bytes
        if self._addition is None:
            return [to_bytes(row) for row in found]
        more = self._addition(rows, [row[0] for row in found])
        return [to_bytes(row) + more.get(row[0], b"") for row in found]

    def _response(self, rows: Rows, found: Sequence[Row], token: str) -> bytes:
        parts = [self._write_resource(body) for body in self.bodies(rows, found)]
        return b"".join(parts) + (self._write_token(token) if token else b"")
