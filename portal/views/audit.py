"""The audit: who did what, who was refused, and how often strangers knocked."""

from flask import Blueprint, render_template

from ampline.v1.audit_entry_pb2 import (
    GetAuditEntryRequest,
    ListAnonymousRefusalsRequest,
    ListAuditEntriesRequest,
)
from portal.auth import api
from portal.choices import options
from portal.forms import Field
from portal.kinds import Choice, Reference, Text
from portal.language import lazy
from portal.listing import asked
from portal.time_kinds import Moment
from portal.words import Status, said
from portal.zones import zoned

room = Blueprint("audit", __name__, url_prefix="/audit")


FILTERS = (
    Field("principal", lazy("Who"), Reference("principals"), placeholder=lazy("Any")),
    Field("method", lazy("What"), Reference("methods"), placeholder=lazy("Any")),
    Field("resource", lazy("About"), Text("search"), placeholder=lazy("locations/…")),
    Field("result", lazy("Outcome"), Choice(lambda: options("grpc_status", lazy("Any"), ()))),
    Field("since", zoned("From (%(zone)s)"), Moment()),
    Field("before", zoned("Before (%(zone)s)"), Moment()),
)
ADDRESS = (Field("address", lazy("Address"), Text("search"), placeholder="203.0.113.7"),)


@room.app_template_filter("audit_result")
def audit_result(result: str) -> Status:
    return Status(said("grpc_status", result), "good" if result == "OK" else "bad")


@room.app_template_filter("method_words")
def method_words(method: str) -> str:
    """`CreateLocation` of `ampline.v1.LocationService/CreateLocation`."""
    return method.rpartition("/")[2]


@room.get("")
def index() -> str:
    listing, filters = asked(ListAuditEntriesRequest(), FILTERS)
    answer = api().audit.ListAuditEntries(listing)
    return render_template("audit/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    wanted = GetAuditEntryRequest(name=f"auditEntries/{key}")
    return render_template("audit/page.html", entry=api().audit.GetAuditEntry(wanted))


@room.get("/strangers")
def strangers() -> str:
    listing, filters = asked(ListAnonymousRefusalsRequest(), ADDRESS)
    answer = api().audit.ListAnonymousRefusals(listing)
    return render_template("audit/strangers.html", answer=answer, filters=filters)
