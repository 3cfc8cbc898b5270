"""The loop over events goes on, whatever happens to the stream."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from threading import Event as Flag
from threading import Thread
from typing import Any

import grpc
import pytest

from ampline import Client, OutOfRange
from ampline.v1.event_pb2 import Event, StreamEventsRequest, StreamEventsResponse
from tests.clients.peer import Context, Peer, info, refuse

DEADLINE = 10


def event(number: int) -> StreamEventsResponse:
    told = Event(name=f"events/{number}", type="session.updated", cursor=f"c{number}")
    return StreamEventsResponse(event=told, cursor=f"c{number}")


def heartbeat(cursor: str) -> StreamEventsResponse:
    return StreamEventsResponse(cursor=cursor)


def end(reason: str) -> StreamEventsResponse:
    return StreamEventsResponse(stream_end=StreamEventsResponse.StreamEnd(reason=reason))


def names(events: Iterator[Event], count: int) -> list[str]:
    return [one.name for one in islice(events, count)]


def test_the_stream_resumes_after_any_end(peer: Peer, client: Client) -> None:
    def answer(request: StreamEventsRequest, context: Context) -> Iterator[StreamEventsResponse]:
        match request.after:
            case "c0":
                yield event(1)
                yield end("SHUTTING_DOWN")
            case "c1":
                yield event(2)
                refuse(context, grpc.StatusCode.UNAVAILABLE)
            case "c2":
                yield heartbeat("c2b")
            case "c2b":
                yield event(3)
                yield end("SLOW_SUBSCRIBER")
                refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "slow", info("SLOW_SUBSCRIBER"))
            case "c3":
                refuse(context, grpc.StatusCode.INTERNAL)

    peer.answer = answer
    with client.events(["session.*"], after="c0") as events:
        assert names(events, 3) == ["events/1", "events/2", "events/3"]
        assert events.cursor == "c3"
    assert [one.after for one in peer.requests] == ["c0", "c1", "c2", "c2b"]
    assert {tuple(one.types) for one in peer.requests} == {("session.*",)}


def test_a_start_time_counts_until_there_is_a_cursor(peer: Peer, client: Client) -> None:
    counted = iter(range(1, 10))
    peer.answer = lambda request, context: iter([event(next(counted))])
    start = datetime(2026, 1, 31, tzinfo=UTC)
    with client.events(start_time=start) as events:
        names(events, 2)
    assert [one.HasField("start_time") for one in peer.requests] == [True, False]
    assert peer.requests[0].start_time.ToDatetime(UTC) == start


def test_a_cursor_too_old_is_an_error(peer: Peer, client: Client) -> None:
    expired = info("CURSOR_EXPIRED", oldest_cursor="c9")

    def answer(request: Any, context: Context) -> Iterator[StreamEventsResponse]:
        refuse(context, grpc.StatusCode.OUT_OF_RANGE, "too old", expired)

    peer.answer = answer
    with pytest.raises(OutOfRange) as caught:
        next(client.events(after="c1"))
    assert caught.value.metadata["oldest_cursor"] == "c9"
    assert len(peer.requests) == 1


def test_another_thread_ends_the_loop(peer: Peer, client: Client) -> None:
    """Closing the client does, too: it closes its streams."""
    arrived, release = Flag(), Flag()

    def answer(request: Any, context: Context) -> Iterator[StreamEventsResponse]:
        yield event(1)
        context.add_callback(release.set)
        release.wait(DEADLINE)

    def follow() -> None:
        for _ in client.events():
            arrived.set()

    peer.answer = answer
    follower = Thread(target=follow)
    follower.start()
    assert arrived.wait(DEADLINE)
    client.close()
    follower.join(DEADLINE)
    assert not follower.is_alive()
