"""Live pages: the event stream on to the browser, as server-sent events.

Each message's `id` is the stream's cursor, so a browser that comes back misses nothing: it sends
Last-Event-ID, or the cursor in the address. The API's own stream ends now and then; then so does
ours, and the browser resumes.
"""

import json
import threading
import weakref
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, render_template, request, stream_with_context
from google.protobuf.timestamp_pb2 import Timestamp
from werkzeug.wrappers import Response

from ampline import AmplineError, OutOfRange, PermissionDenied, Unauthenticated
from ampline.v1.event_pb2 import Event, StreamEventsRequest, StreamEventsResponse
from portal.api import Following
from portal.auth import api

# How far before a page was made its stream begins, so that nothing falls between the two.
OVERLAP = timedelta(seconds=2)

# The page must begin anew: its cursor is too old, or its operator signed out.
HOPELESS = (OutOfRange, PermissionDenied, Unauthenticated)

live = Blueprint("live", __name__)
_open: "weakref.WeakSet[Following]" = weakref.WeakSet()
_stopping = threading.Event()


def register(app: Flask) -> None:
    app.register_blueprint(live)
    app.add_template_global(page_time)


def page_time() -> str:
    """From when on a page made now must be told of changes."""
    return (datetime.now(UTC) - OVERLAP).isoformat()


@live.get("/live")
def stream() -> Response:
    """Tells that something happened, and to what; the page then reads again what it shows."""
    return sse(asked_for(), notice)


def asked_for() -> StreamEventsRequest:
    """Which events the page wants, and from where on."""
    asked = StreamEventsRequest(
        types=request.args.getlist("type"),
        subjects=request.args.getlist("subject"),
        charge_points=request.args.getlist("charge_point"),
        locations=request.args.getlist("location"),
        after=request.headers.get("Last-Event-ID") or request.args.get("after", ""),
    )
    since = request.args.get("since", "")
    if since and not asked.after:
        asked.start_time.CopyFrom(moment_of(since))
    return asked


def moment_of(text: str) -> Timestamp:
    time = Timestamp()
    try:
        time.FromJsonString(text)
    except ValueError:
        time.GetCurrentTime()
    return time


def sse(asked: StreamEventsRequest, render: Callable[[Event], str]) -> Response:
    """Events as they happen; `render` gives each event's message."""

    def told(answer: StreamEventsResponse) -> str:
        text = render(answer.event) if answer.HasField("event") else "event: beat\ndata:\n"
        return f"id: {answer.cursor}\n{text}\n"

    return respond(api().follow_events(asked), told)


def respond(upstream: Following, told: Callable[[Any], str]) -> Response:
    """A response that never ends by itself; `told` gives each answer's message."""
    _open.add(upstream)
    if _stopping.is_set():
        upstream.close()
    response = Response(
        stream_with_context(messages(upstream, told)), content_type="text/event-stream"
    )
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(upstream.close)
    return response


def messages(upstream: Following, told: Callable[[Any], str]) -> Iterator[str]:
    """What goes over the wire: first a sign of life, then a message for each event."""
    yield "retry: 1000\nevent: open\ndata:\n\n"
    try:
        for answer in upstream:
            yield told(answer)
    except AmplineError as error:
        yield f"event: {'restart' if isinstance(error, HOPELESS) else 'away'}\ndata:\n\n"


def row(template: str, **shown: object) -> str:
    """A message that is a row of the page, each line of it as the protocol wants it."""
    html = render_template(template, **shown)
    return "event: row\n" + "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())


def notice(event: Event) -> str:
    """What happened, without what it carries; of meter values the figures for the chart."""
    told: dict[str, object] = {"type": event.type, "subject": event.subject}
    if event.HasField("session_meter_values"):
        told["point"] = point(event)
    return f"event: change\ndata: {json.dumps(told)}\n"


def point(event: Event) -> dict[str, float | None]:
    """The figures of a set of meter values: seconds, Wh, W, percent, A."""
    values = event.session_meter_values
    return {
        "time": event.time.ToMilliseconds() / 1000,
        "energy_wh": values.energy_wh,
        "power_w": values.power_import_w if values.HasField("power_import_w") else None,
        "soc_percent": values.soc_percent if values.HasField("soc_percent") else None,
        "current_a": values.current_import_a if values.HasField("current_import_a") else None,
    }


def close_all() -> None:
    """Ends every stream, so that the process can stop at once; the browsers come back."""
    _stopping.set()
    for upstream in list(_open):
        upstream.close()
