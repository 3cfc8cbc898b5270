"""Firmware campaigns: the form, the page of each, and what can be done with one."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ampline.v1 import firmware_campaign_pb2 as pb
from ampline.v1.firmware_update_pb2 import ListFirmwareUpdatesRequest
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Form
from portal.kinds import Flag, Reference, Text, Whole
from portal.language import _, lazy
from portal.listing import asked, choice
from portal.resource_form import Editor, Page

room = Blueprint("firmware_campaigns", __name__, url_prefix="/firmware-campaigns")

FIELDS = (
    Field("display_name", lazy("Name"), Text(), placeholder=lazy("Spring release, the north")),
    Field("firmware_image", lazy("Firmware"), Reference("firmware"), required=True),
    Field("selection.vendor", lazy("Chargers of"), Text(), lazy("The vendor, as they tell it.")),
    Field("selection.model", lazy("Of the model"), Text(), lazy("As they tell it.")),
    Field("selection.firmware_version", lazy("That run now"), Text(), placeholder="2.0.9"),
    Field(
        "selection.location", lazy("At"), Reference("locations"), placeholder=lazy("Any location")
    ),
    Field(
        "max_concurrent", lazy("At once, at most"), Whole(), lazy("Empty: 10."), placeholder="10"
    ),
    Field("max_failures", lazy("Pause after more failures than"), Whole(), lazy("Empty: 5.")),
    Field("without_signature", lazy("Sent without its signature"), Flag()),
)
DONE = {
    "start": lazy("Started."),
    "pause": lazy("Paused."),
    "resume": lazy("It goes on."),
    "cancel": lazy("Given up."),
}
ASKED = {
    "start": (
        lazy("Start the campaign"),
        lazy("Start"),
        lazy("Chargers are told as they are connected."),
    ),
    "pause": (lazy("Pause the campaign"), lazy("Pause"), lazy("Chargers that were told go on.")),
    "resume": (
        lazy("Go on with the campaign"),
        lazy("Go on"),
        lazy("Failures up to now are forgiven."),
    ),
    "cancel": (
        lazy("Give the campaign up"),
        lazy("Give up"),
        lazy("Chargers that were told go on."),
    ),
}
AGAIN = Field("again", lazy("Tell the chargers again that failed"), Flag())

Editor(
    room=room,
    collection="firmwareCampaigns",
    resource=pb.FirmwareCampaign,
    service=lambda api: api.firmware_campaigns,
    fields=FIELDS,
    deletes=lazy("What became of each charger stays. One that runs cannot be deleted."),
).add_pages()


@room.get("")
def index() -> Response:
    return redirect(url_for("firmware.index"), 303)


@room.get("/<key>")
def page(key: str) -> str:
    name = f"firmwareCampaigns/{key}"
    wanted = pb.GetFirmwareCampaignRequest(name=name)
    filters = (choice("state", _("State"), one_of("update_state", empty=_("Any"))),)
    listing, form = asked(ListFirmwareUpdatesRequest(firmware_campaign=name), filters)
    return render_template(
        "firmware_campaigns/page.html",
        campaign=api().firmware_campaigns.GetFirmwareCampaign(wanted),
        answer=api().firmware_updates.ListFirmwareUpdates(listing),
        filters=form,
    )


@room.route("/<key>/do/<verb>", methods=["GET", "POST"])
def do(key: str, verb: str) -> Page:
    """Start, pause, resume, cancel."""
    if verb not in ASKED:
        abort(404)
    method = f"{verb.capitalize()}FirmwareCampaign"

    def run(form: Form, request_id: str) -> str:
        wanted: Any = getattr(pb, f"{method}Request")(name=f"firmwareCampaigns/{key}")
        wanted.request_id = request_id
        form.into(wanted)
        form.must_be_readable()
        getattr(api().firmware_campaigns, method)(wanted)
        return str(DONE[verb])

    title, button, text = ASKED[verb]
    fields = (AGAIN,) if verb == "resume" else ()
    action = Action(title, button, run, text, fields, danger=verb == "cancel")
    return run_action(action, url_for(".page", key=key))
