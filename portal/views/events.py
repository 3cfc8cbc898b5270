"""Everything that happens, as it happens."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ampline.v1.event_pb2 import Event, ListEventsRequest
from portal.auth import api
from portal.event_words import KINDS
from portal.forms import Field, Form
from portal.kinds import Choice, Options, Reference
from portal.language import lazy
from portal.listing import PAGE_SIZE, instead_of_a_file
from portal.live import asked_for, row, sse

room = Blueprint("events", __name__, url_prefix="/events")

EVERYTHING = "everything"


def kinds() -> Options:
    yield from ((key, kind.title) for key, kind in KINDS.items())
    yield EVERYTHING, "Everything"


FILTERS = (
    Field("kind", lazy("What"), Choice(kinds), assumed="most"),
    Field(
        "charge_point", lazy("Charge point"), Reference("charge-points"), placeholder=lazy("Any")
    ),
)


@room.get("")
def index() -> str:
    filters = Form(FILTERS).submitted(request.args.to_dict(flat=False))
    listing = ListEventsRequest(
        types=wanted_types(),
        charge_points=request.args.getlist("charge_point"),
        newest_first=True,
        page_size=2 * PAGE_SIZE,
        page_token=request.args.get("page", ""),
    )
    instead_of_a_file(listing)
    answer = api().event_log.ListEvents(listing)
    return render_template(
        "events/index.html",
        answer=answer,
        filters=filters,
        stream=None if listing.page_token else stream_address(answer.events),
    )


def wanted_types() -> tuple[str, ...]:
    kind = KINDS.get(request.args.get("kind", "most"))
    return kind.types if kind else ()


def stream_address(shown: Sequence[Event]) -> str:
    """The stream of what comes after the newest event that is shown."""
    after = shown[0].cursor if shown else None
    chargers = request.args.getlist("charge_point")
    return url_for(".stream", type=wanted_types(), charge_point=chargers, after=after)


@room.get("/stream")
def stream() -> Response:
    """The events as rows of the page."""
    return sse(asked_for(), lambda event: row("events/row.html", event=event, new=True))
