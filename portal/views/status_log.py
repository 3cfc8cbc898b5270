"""What a charger and its EVSEs were, and when."""

from flask import Blueprint, render_template

from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.status_log_pb2 import ListStatusLogEntriesRequest
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.language import lazy
from portal.listing import asked, choice
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("status_log", __name__, url_prefix="/charge-points/<key>/status-log")

FILTERS = (
    choice("kind", lazy("Of"), one_of("status_kind", empty=lazy("Any"))),
    Field("since", zoned("From (%(zone)s)"), Moment()),
    Field("before", zoned("Before (%(zone)s)"), Moment()),
)


@room.get("")
def index(key: str) -> str:
    name = f"chargePoints/{key}"
    listing, filters = asked(ListStatusLogEntriesRequest(parent=name), FILTERS)
    return render_template(
        "status_log/index.html",
        charger=api().charge_points.GetChargePoint(GetChargePointRequest(name=name)),
        answer=api().status_log.ListStatusLogEntries(listing),
        filters=filters,
    )
