"""Receipts: the list, the page of each to be read and printed, its PDF, and how they are issued."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from ampline.v1.receipt_pb2 import (
    DownloadReceiptRequest,
    GetReceiptRequest,
    IssueReceiptRequest,
    ListReceiptsRequest,
    Receipt,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.downloads import downloaded
from portal.forms import Field, Form
from portal.kinds import Choice, Reference, Text
from portal.language import _, lazy
from portal.links import resource_id
from portal.listing import asked
from portal.resource_form import Page, to_address
from portal.time_kinds import Moment, Month
from portal.zones import zoned

room = Blueprint("receipts", __name__, url_prefix="/receipts")

FILTERS = (
    Field("number", lazy("Number"), Text(), placeholder=lazy("Whole number")),
    Field("user", lazy("User"), Reference("users"), placeholder=lazy("Any")),
    Field("created_since", zoned("Issued from (%(zone)s)"), Moment()),
    Field("created_before", zoned("Issued before (%(zone)s)"), Moment()),
)
CORRECTIONS = 20


@room.get("")
def index() -> str:
    listing, filters = asked(ListReceiptsRequest(), FILTERS)
    answer = api().receipts.ListReceipts(listing)
    return render_template(
        "receipts/index.html", answer=answer, items=answer.receipts, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    receipt = api().receipts.GetReceipt(GetReceiptRequest(name=f"receipts/{key}"))
    wanted = ListReceiptsRequest(corrected_receipt=receipt.name, page_size=CORRECTIONS)
    later = api().receipts.ListReceipts(wanted).receipts
    return render_template("receipts/page.html", receipt=receipt, later=later)


@room.get("/<key>/pdf")
def pdf(key: str) -> Response:
    receipt = api().receipts.GetReceipt(GetReceiptRequest(name=f"receipts/{key}"))
    wanted = DownloadReceiptRequest(name=receipt.name, format=DownloadReceiptRequest.PDF)
    return downloaded([api().receipts.DownloadReceipt(wanted)], f"{receipt.number}.pdf")


@room.route("/of-session/<key>", methods=["GET", "POST"])
def of_session(key: str) -> Page:
    def run(form: Form, request_id: str) -> Response:
        wanted = IssueReceiptRequest(session=f"sessions/{key}", request_id=request_id)
        form.into(wanted)
        return shown(api().receipts.IssueReceipt(wanted))

    text = _("It gets the next number, and stays as it is. A bill that changes later has another.")
    action = Action(_("Write the receipt?"), _("Write it"), run, text, (written_in(),))
    return run_action(action, url_for("sessions.page", key=key))


@room.route("/of-month/<key>", methods=["GET", "POST"])
def of_month(key: str) -> Page:
    def run(form: Form, request_id: str) -> Response:
        wanted = IssueReceiptRequest(user=f"users/{key}", request_id=request_id)
        form.into(wanted)
        form.must_be_readable()
        return shown(api().receipts.IssueReceipt(wanted))

    last = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    month = Field("month", _("Month"), Month(), required=True, assumed=f"{last:%Y-%m}")
    text = _("Sessions and fees of the month that have no receipt yet, on one.")
    fields = (month, written_in())
    action = Action(_("Write the receipt of a month"), _("Write it"), run, text, fields)
    return run_action(action, url_for("users.page", key=key))


def written_in() -> Field:
    languages = (
        ("", _("The user's")),
        ("en", "English"),
        ("de", "Deutsch"),
        ("nl", "Nederlands"),
        ("fr", "Français"),
    )
    return Field("language_code", _("Language"), Choice(lambda: languages))


def shown(receipt: Receipt) -> Response:
    return to_address(url_for("receipts.page", key=resource_id(receipt.name)))
