"""Events as newline-delimited JSON: from now, from a cursor, filtered, and refused."""

import json
from collections.abc import Callable
from http.client import HTTPResponse

from tests.rest.rest import Json, Rest


def line(response: HTTPResponse) -> Json:
    """The next message; one a line."""
    text = response.readline()
    assert text.endswith(b"\n"), text
    read: Json = json.loads(text)
    return read


def event(response: HTTPResponse) -> Json:
    """The next event; heartbeats are passed over."""
    while "event" not in (message := line(response)):
        assert "streamEnd" not in message
    found: Json = message["event"]
    return found


def test_a_line_for_each_event_as_it_happens(rest: Rest, new_location: Callable[..., Json]) -> None:
    with rest.opened("GET", "/v1/events:stream", types="location.*") as stream:
        assert stream.status == 200
        assert stream.getheader("content-type") == "application/json"
        first = line(stream)
        assert "event" not in first, "the first line says that the stream has begun"
        assert first["cursor"]
        name = new_location(displayName="Live")["name"]
        told = event(stream)
    assert (told["type"], told["subject"]) == ("location.created", name)
    assert told["resourceChanged"]["location"]["displayName"] == "Live"
    assert told["cursor"]


def test_who_resumes_misses_nothing(rest: Rest, new_location: Callable[..., Json]) -> None:
    with rest.opened("GET", "/v1/events:stream", types="location.created") as stream:
        cursor = line(stream)["cursor"]
    names = [new_location()["name"] for _ in range(5)]
    seen: list[str] = []
    while len(seen) < len(names):  # a new connection for each event
        with rest.opened(
            "GET", "/v1/events:stream", types="location.created", after=cursor
        ) as stream:
            told = event(stream)
        seen.append(told["subject"])
        cursor = told["cursor"]
    assert seen == names


def test_only_what_is_asked_for(rest: Rest, new_location: Callable[..., Json]) -> None:
    ours = new_location()["name"]
    with rest.opened("GET", "/v1/events:stream", subjects=ours) as stream:
        line(stream)
        new_location()
        rest.patch(f"/v1/{ours}", {"displayName": "Changed"})
        told = event(stream)
    assert (told["type"], told["subject"]) == ("location.updated", ours)
    assert told["resourceChanged"]["changedFields"] == ["display_name"]


def test_the_log_can_be_listed(rest: Rest, location: Json) -> None:
    page = rest.get("/v1/events", subjects=location["name"]).json
    assert [each["type"] for each in page["events"]] == ["location.created"]


def test_what_cannot_be_streamed_is_refused_at_once(rest: Rest) -> None:
    answer = rest.get("/v1/events:stream", after="nonsense")
    assert (answer.status, answer.json["code"]) == (400, 3)
    assert answer.faulty_fields == ["after"]
    assert rest.get("/v1/events:stream", typess="x").status == 400


def sent_event(response: HTTPResponse) -> Json:
    """The data of the next server-sent event."""
    text = response.readline()
    assert text.startswith(b"data: "), text
    assert response.readline() == b"\n", "an event ends with an empty line"
    read: Json = json.loads(text.removeprefix(b"data: "))
    return read


def sent_event_of_log(response: HTTPResponse) -> Json:
    """The same, heartbeats passed over."""
    while "event" not in (message := sent_event(response)):
        assert "streamEnd" not in message
    return message


def test_the_same_stream_as_server_sent_events(
    rest: Rest, new_location: Callable[..., Json]
) -> None:
    with rest.opened("GET", "/v1/events:sse", types="location.*") as stream:
        assert stream.status == 200
        assert stream.getheader("content-type") == "text/event-stream"
        assert stream.getheader("cache-control") == "no-cache"
        cursor = sent_event(stream)["cursor"]
        name = new_location(displayName="Live")["name"]
        told = sent_event_of_log(stream)
    assert (told["event"]["type"], told["event"]["subject"]) == ("location.created", name)
    with rest.opened("GET", "/v1/events:sse", types="location.*", after=cursor) as again:
        assert sent_event_of_log(again) == told
    refused = rest.get("/v1/events:sse", after="nonsense")
    assert (refused.status, refused.faulty_fields) == (400, ["after"])
    assert rest.get("/v1/events:sse", typess="x").status == 400
