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
from portal.listing import asked, choice
from portal.resource_form import Editor, Page

room = Blueprint("firmware_campaigns", __name__, url_prefix="/firmware-campaigns")

FIELDS = (
    Field("display_name", "Name", Text(), placeholder="Spring release, the north"),
    Field("firmware_image", "Firmware", Reference("firmware"), required=True),
    Field("selection.vendor", "Chargers of", Text(), "The vendor, as they tell it."),
    Field("selection.model", "Of the model", Text(), "As they tell it."),
    Field("selection.firmware_version", "That run now", Text(), placeholder="2.0.9"),
    Field("selection.location", "At", Reference("locations"), placeholder="Any location"),
    Field("max_concurrent", "At once, at most", Whole(), "Empty: 10.", placeholder="10"),
    Field("max_failures", "Pause after more failures than", Whole(), "Empty: 5."),
    Field("without_signature", "Sent without its signature", Flag()),
)
DONE = {"start": "Started.", "pause": "Paused.", "resume": "It goes on.", "cancel": "Given up."}
ASKED = {
    "start": ("Start the campaign", "Start", "Chargers are told as they are connected."),
    "pause": ("Pause the campaign", "Pause", "Chargers that were told go on."),
    "resume": ("Go on with the campaign", "Go on", "Failures up to now are forgiven."),
    "cancel": ("Give the campaign up", "Give up", "Chargers that were told go on."),
}
AGAIN = Field("again", "Tell the chargers again that failed", Flag())

Editor(
    room=room,
    collection="firmwareCampaigns",
    resource=pb.FirmwareCampaign,
    service=lambda api: api.firmware_campaigns,
    fields=FIELDS,
    deletes="What became of each charger stays. One that runs cannot be deleted.",
).add_pages()


@room.get("")
def index() -> Response:
    return redirect(url_for("firmware.index"), 303)


@room.get("/<key>")
def page(key: str) -> str:
    name = f"firmwareCampaigns/{key}"
    wanted = pb.GetFirmwareCampaignRequest(name=name)
    filters = (choice("state", "State", one_of("update_state", empty="Any")),)
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
        return DONE[verb]

    title, button, text = ASKED[verb]
    fields = (AGAIN,) if verb == "resume" else ()
    action = Action(title, button, run, text, fields, danger=verb == "cancel")
    return run_action(action, url_for(".page", key=key))
