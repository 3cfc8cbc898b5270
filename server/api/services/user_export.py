"""Everything that is kept of one user, as a JSON document that comes in pieces.

    {"user": …, "chargePoints": […], "idTags": […], …,
     "sessions": [{…, "meterValues": […]}, …], "events": […]}

Every list is read by the pages of its List method, so nothing large is held at once.
"""

import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from peewee import Database

from ampline.v1 import (
    balance_entry_pb2,
    id_tag_pb2,
    meter_value_pb2,
    receipt_pb2,
    reservation_pb2,
    session_pb2,
    subscription_pb2,
    transaction_pb2,
    user_pb2,
)
from server.api.listing import Listing
from server.api.services.id_tags import id_tags
from server.api.services.issued_receipts import receipts
from server.api.services.meter_values import meter_values
from server.api.services.reservations import reservations
from server.api.services.sessions import sessions
from server.api.services.subscriptions import subscriptions
from server.api.services.transactions import transactions
from server.resources import charge_points, events
from server.store.models import ChargePoint
from server.store.reads import Reader, ReadPool
from server.store.statements import Statement, param
from server.work import event_pages
from server.work.event_log import Row
from server.work.event_pages import Stretch
from server.work.ports import EventFilter

PAGE = 500
"""The most rows that are read at once."""
PIECE = 64 * 1024
"""How many bytes a piece of the document has at least, but the last one."""

_OWNED = Statement(
    charge_points.MAPPING.query()
    .select_extend(ChargePoint.partner)
    .where(ChargePoint.owner == param("user"))
    .order_by(ChargePoint.name)
)


class _Part(NamedTuple):
    """A list of the document: where it comes from, and what its messages are."""

    listing: Listing
    request: Callable[..., Any]
    response: type[Message]


_PARTS = {
    "idTags": _Part(id_tags.listing, id_tag_pb2.ListIdTagsRequest, id_tag_pb2.ListIdTagsResponse),
    "transactions": _Part(
        transactions.listing,
        transaction_pb2.ListTransactionsRequest,
        transaction_pb2.ListTransactionsResponse,
    ),
    "receipts": _Part(
        receipts.listing,
        receipt_pb2.ListReceiptsRequest,
        receipt_pb2.ListReceiptsResponse,
    ),
    "subscriptions": _Part(
        subscriptions.listing,
        subscription_pb2.ListSubscriptionsRequest,
        subscription_pb2.ListSubscriptionsResponse,
    ),
    "reservations": _Part(
        reservations.listing,
        reservation_pb2.ListReservationsRequest,
        reservation_pb2.ListReservationsResponse,
    ),
}
_SESSIONS = _Part(
    sessions.listing, session_pb2.ListSessionsRequest, session_pb2.ListSessionsResponse
)
_METER_VALUES = _Part(
    meter_values,
    meter_value_pb2.ListMeterValuesRequest,
    meter_value_pb2.ListMeterValuesResponse,
)


class UserExport:
    """One user's document, as far as `partner` may see it; `entries` lists ledgers."""

    def __init__(
        self, reads: ReadPool, user: user_pb2.User, entries: Listing, partner: str | None
    ) -> None:
        self._reads = reads
        self._user = user
        self._partner = partner
        self._ledger = _Part(
            entries,
            balance_entry_pb2.ListBalanceEntriesRequest,
            balance_entry_pb2.ListBalanceEntriesResponse,
        )

    async def pieces(self) -> AsyncIterator[bytes]:
        """The document, in pieces of some size."""
        gathered = b""
        async for piece in self._document():
            gathered += piece
            if len(gathered) > PIECE:
                yield gathered
                gathered = b""
        yield gathered

    async def _document(self) -> AsyncIterator[bytes]:
        name = self._user.name
        yield b'{"user":' + _json(self._user)
        lists = {"chargePoints": self._charge_points()}
        lists |= {part: self._found(source, user=name) for part, source in _PARTS.items()}
        lists |= {"balanceEntries": self._found(self._ledger, parent=name)}
        for part, messages in lists.items():
            async for piece in _list(part, messages):
                yield piece
        async for piece in self._sessions():
            yield piece
        async for piece in _list("events", self._events()):
            yield piece
        yield b"}"

    async def _sessions(self) -> AsyncIterator[bytes]:
        """Each with its meter values."""
        opening = b',"sessions":['
        async for session in self._found(_SESSIONS, user=self._user.name):
            name: str = session.name  # type: ignore[attr-defined] # it is a Session
            yield opening + _json(session)[:-1]
            async for piece in _list("meterValues", self._found(_METER_VALUES, parent=name)):
                yield piece
            opening = b"},"
        yield b',"sessions":[]' if opening.endswith(b"[") else b"}]"

    async def _found(self, part: _Part, **asked: str) -> AsyncIterator[Message]:
        """Everything that a List method answers, page after page."""
        parent = asked.get("parent")
        scope = None if parent else self._partner
        token = ""
        while True:
            request = part.request(page_size=PAGE, page_token=token, **asked)
            answer = await self._reads.read(partial(_page, part.listing, request, scope, parent))
            page: Any = part.response.FromString(answer)
            for message in getattr(page, page.DESCRIPTOR.fields_by_number[1].name):
                yield message
            token = page.next_page_token
            if not token:
                return

    async def _charge_points(self) -> AsyncIterator[Message]:
        owned = partial(_owned, self._user.name)
        for row in await self._reads.read(owned):
            if self._partner in {None, row[-1]}:
                yield charge_points.MAPPING.to_message(row)

    async def _events(self) -> AsyncIterator[Message]:
        """What was told of the user, as long as it is kept."""
        nothing: frozenset[str] = frozenset()
        subjects = frozenset({self._user.name})
        wanted = EventFilter(nothing, subjects, nothing, nothing, self._partner)
        after = 0
        while True:
            found = await self._reads.read(partial(_told, wanted, after))
            for row in found:
                yield events.to_event(row)
            if len(found) < PAGE:
                return
            after = found[-1].position


def _page(
    listing: Listing, request: Any, scope: str | None, parent: str | None, database: Database
) -> bytes:
    return listing.page(request, Reader(database), scope, parent)


def _owned(user: str, database: Database) -> list[tuple[Any, ...]]:
    return Reader(database).all(_OWNED, user=user)


def _told(wanted: EventFilter, after: int, database: Database) -> list[Row]:
    return event_pages.page(database, wanted, Stretch(after, None, False), PAGE).rows


def _json(message: Message) -> bytes:
    return json.dumps(MessageToDict(message), ensure_ascii=False).encode()


async def _list(name: str, messages: AsyncIterator[Message]) -> AsyncIterator[bytes]:
    """`,"name":[…]`."""
    opening = f',"{name}":['.encode()
    async for message in messages:
        yield opening + _json(message)
        opening = b","
    yield b"]" if opening == b"," else opening + b"]"
