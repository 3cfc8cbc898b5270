"""Logs that chargers uploaded: the list, and their files."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from ampline.v1.charge_point_log_pb2 import (
    DownloadChargePointLogRequest,
    ListChargePointLogsRequest,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Reference
from portal.language import lazy
from portal.listing import asked, choice

room = Blueprint("logs", __name__, url_prefix="/logs")

FILTERS = (
    Field(
        "charge_point", lazy("Charge point"), Reference("charge-points"), placeholder=lazy("Any")
    ),
    choice("kind", lazy("Kind"), one_of("log_kind", empty=lazy("Any"))),
    choice("state", lazy("State"), one_of("log_state", empty=lazy("Any"))),
)


@room.get("")
def index() -> str:
    listing, filters = asked(ListChargePointLogsRequest(), FILTERS)
    answer = api().charge_point_logs.ListChargePointLogs(listing)
    return render_template("logs/index.html", answer=answer, filters=filters)


@room.get("/<key>/file")
def file(key: str) -> Response:
    wanted = DownloadChargePointLogRequest(name=f"chargePointLogs/{key}")
    return to_file(api().charge_point_logs.DownloadChargePointLog(wanted).uri)


def to_file(uri: str) -> Response:
    """To where the file is: on the same port as the portal, whatever it is called there."""
    return redirect(urlsplit(uri).path, 303)
