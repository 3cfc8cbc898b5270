"""Lists: filtered, ordered, a page at a time, from queries that are compiled once."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from functools import lru_cache
from typing import Any

from google.protobuf.message import Message
from peewee import Expression, Field

from server.api import paging
from server.api.filters import Filter, Filters
from server.api.paging import Orders, Stretch
from server.api.ways import NOWHERE, Path
from server.resources import wire
from server.resources.descriptors import MessageType
from server.resources.mapping import Mapping, Row
from server.store import filing
from server.store.models.base import Log
from server.store.reads import Rows
from server.store.statements import Statement, param

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
        self._parent = parent
        self._scope = scope
        self._where = where
        self._addition = addition
        page, token = response.DESCRIPTOR.fields_by_number[1], "next_page_token"
        self._write_resource = wire.body(page.number)
        self._write_token = wire.text(response.DESCRIPTOR.fields_by_name[token].number)
        self._statement = lru_cache(maxsize=512)(self._compile)

    def page(
        self, request: Any, rows: Rows, partner: str | None, parent: str | None = None
    ) -> bytes:
        """The page that the request asks for, as a serialized response.

        `partner` restricts it to what is this partner's, `parent` to what stands below it.
        """
        asked = paging.fingerprint(request, partner)
        key = paging.from_token(request.page_token, asked)
        order = self._orders.find(getattr(request, "order_by", ""))
        size = paging.page_size(request.page_size)
        way = self._filters.way(rows, request, order)
        if way is NOWHERE:
            return b""
        order = way.path.order(order, self._mapping.table)
        found: list[Row] = []
        for stretch in paging.stretches(order, key):
            values = self._values(request, partner, parent, key, size + 1 - len(found))
            statement = self._statement(stretch, frozenset(values), way.path)
            found += rows.all(statement, **values, **way.values)
            if len(found) > size:
                break
        token = self._token(found[size - 1], order, asked) if len(found) > size else ""
        return self._response(rows, found[:size], token)

    def _values(
        self,
        request: Message,
        partner: str | None,
        parent: str | None,
        key: Sequence[Any] | None,
        limit: int,
    ) -> dict[str, Any]:
        """What comes into the query; which names there are tells which conditions it has."""
        values = self._filters.values(request)
        values["limit"] = limit
        if partner is not None and self._scope is not None:
            values["scope"] = partner
        if parent is not None:
            values["parent"] = parent
        for place, value in enumerate(key or ()):
            values[f"key{place}"] = value
        return values

    def _compile(self, stretch: Stretch, names: frozenset[str], path: Path) -> Statement:
        conditions: list[Any] = [*self._filters.conditions(names), *stretch.conditions()]
        if "scope" in names:
            conditions.append(self._scope == param("scope"))
        if "parent" in names:
            conditions.append(self._parent == param("parent"))
        if self._where is not None:
            conditions.append(self._where)
        query = self._mapping.query().select_extend(*stretch.order.columns)
        query = path.extend(query.where(*conditions) if conditions else query, self._mapping.table)
        terms = stretch.order.terms()
        is_log = issubclass(self._mapping.table, Log)
        ordered = filing.whole(query, *terms) if is_log else query.order_by(*terms)
        return Statement(ordered.limit(param("limit")))

    def _token(self, last: Row, order: paging.Order, asked: bytes) -> str:
        return paging.to_token(last[-len(order.columns) :], asked)

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
