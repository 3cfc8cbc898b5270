"""The event log: listed, and followed."""

from collections.abc import AsyncIterator
from typing import Any

from ampline.v1 import event_pb2 as pb
from ampline.v1.event_pb2_grpc import EventServiceServicer
from server.api import paging
from server.api.lanes import Call, reading, streaming
from server.domain.errors import Outcome, RefusedError, invalid_field
from server.resources import cursor, event_types, events, wire
from server.store.reads import Rows
from server.work import event_log, event_pages
from server.work.event_pages import Stretch
from server.work.ports import EventFilter, EventTail

_WRITE_EVENT = wire.body(pb.ListEventsResponse.DESCRIPTOR.fields_by_name["events"].number)
_WRITE_TOKEN = wire.text(pb.ListEventsResponse.DESCRIPTOR.fields_by_name["next_page_token"].number)
_STREAMED = pb.StreamEventsResponse.DESCRIPTOR.fields_by_name
_STREAM_EVENT = wire.body(_STREAMED["event"].number)
_STREAM_CURSOR = wire.text(_STREAMED["cursor"].number)
_ENDS = {
    "SLOW_SUBSCRIBER": RefusedError(
        Outcome.RESOURCE_EXHAUSTED,
        "SLOW_SUBSCRIBER",
        "events came faster than they were read; resume from the cursor",
    ),
    "SHUTTING_DOWN": RefusedError(
        Outcome.UNAVAILABLE, "SHUTTING_DOWN", "the server is stopping; resume from the cursor"
    ),
}


class EventService(EventServiceServicer):
    """Shows what happened, in order."""

    def __init__(self, tail: EventTail) -> None:
        self._tail = tail

    @streaming
    async def StreamEvents(
        self, request: Any, call: Call
    ) -> AsyncIterator[pb.StreamEventsResponse | bytes]:
        """Events behind the cursor, then those that happen; an empty one now and then."""
        after, since = _beginning(request)
        async for step in self._tail.follow(_wanted(request, call), after, since):
            place = cursor.encode(step.position)
            if step.body:
                yield _STREAM_EVENT(step.body) + _STREAM_CURSOR(place)
                continue
            response = pb.StreamEventsResponse(cursor=place)
            if step.end:
                response.stream_end.reason = step.end
                response.stream_end.cursor = place
            yield response
            if step.end:
                raise _ENDS[step.end]

    @reading
    def ListEvents(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of events, oldest or newest first."""
        asked = paging.fingerprint(request, call.caller.partner)
        key = paging.from_token(request.page_token, asked)
        after, since = _beginning(request)
        if after is not None:
            event_log.refuse_expired(rows.database, after)
        begin = 0 if since is None else event_log.before_time(rows.database, since)
        size = paging.page_size(request.page_size)
        stretch = Stretch(max(after or 0, begin), key[0] if key else None, request.newest_first)
        found, last = event_pages.page(rows.database, _wanted(request, call), stretch, size + 1)
        if len(found) > size:
            last = found[size - 1].position
        token = "" if last is None else paging.to_token([last], asked)
        parts = [_WRITE_EVENT(events.to_bytes(row)) for row in found[:size]]
        return b"".join(parts) + (_WRITE_TOKEN(token) if token else b"")


def _wanted(request: Any, call: Call) -> EventFilter:
    return EventFilter(
        frozenset(request.types),
        frozenset(request.subjects),
        frozenset(request.charge_points),
        frozenset(request.locations),
        call.caller.partner,
        event_types.hidden_from(call.caller),
    )


def _beginning(request: Any) -> tuple[int | None, int | None]:
    """The position, and the time in microseconds, that the request begins after and at."""
    after = None
    if request.after:
        try:
            after = cursor.decode(request.after)
        except ValueError as error:
            raise invalid_field("after", str(error)) from error
    since = request.start_time
    given = request.HasField("start_time")
    return after, since.seconds * 1_000_000 + since.nanos // 1000 if given else None
