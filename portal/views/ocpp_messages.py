"""What a charger and Ampline say to each other: the log, and its live tail."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.ocpp_message_pb2 import (
    ListOcppMessagesRequest,
    OcppMessage,
    StreamOcppMessagesRequest,
    StreamOcppMessagesResponse,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Text
from portal.language import lazy
from portal.listing import asked, choice
from portal.live import respond, row
from portal.lookups import location_zone
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("ocpp_messages", __name__, url_prefix="/charge-points/<key>/messages")

FILTERS = (
    Field("action", lazy("Action"), Text("search"), placeholder="MeterValues"),
    choice("direction", lazy("From"), one_of("message_direction", empty=lazy("Both"))),
    Field("since", zoned("From (%(zone)s)"), Moment()),
    Field("before", zoned("Before (%(zone)s)"), Moment()),
)


@room.get("")
def index(key: str) -> str:
    name = f"chargePoints/{key}"
    listing, filters = asked(ListOcppMessagesRequest(parent=name), FILTERS)
    return render_template(
        "ocpp_messages/index.html",
        charger=api().charge_points.GetChargePoint(GetChargePointRequest(name=name)),
        answer=api().ocpp_messages.ListOcppMessages(listing),
        filters=filters,
        stream=None if listing.page_token or listing.HasField("before") else tail_address(key),
    )


def tail_address(key: str) -> str:
    """The tail of what the filters want."""
    action, direction = request.args.get("action"), request.args.get("direction")
    return url_for(".stream", key=key, action=action or None, direction=direction or None)


@room.get("/stream")
def stream(key: str) -> Response:
    """The messages as rows of the page, as they are said; one that is answered comes once more."""
    name = f"chargePoints/{key}"
    charger = api().charge_points.GetChargePoint(GetChargePointRequest(name=name))
    zone = location_zone(charger.location)
    wanted = StreamOcppMessagesRequest(parent=name, action=request.args.get("action", ""))
    direction = request.args.get("direction", "")
    if direction in OcppMessage.Direction.keys():  # noqa: SIM118 - no dict
        wanted.direction = OcppMessage.Direction.Value(direction)

    def told(answer: StreamOcppMessagesResponse) -> str:
        if not answer.HasField("message"):
            return "event: beat\ndata:\n\n"
        return f"{row('ocpp_messages/row.html', message=answer.message, zone=zone)}\n"

    return respond(api().follow_messages(wanted), told)
