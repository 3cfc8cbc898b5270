"""Firmware images: the list, the form, the page of each with its file and its campaigns."""

from urllib.parse import urlsplit

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ampline.v1.firmware_campaign_pb2 import ListFirmwareCampaignsRequest
from ampline.v1.firmware_image_pb2 import (
    DownloadFirmwareImageRequest,
    FirmwareImage,
    GetFirmwareImageRequest,
    ListFirmwareImagesRequest,
    UploadFirmwareImageRequest,
)
from ampline.v1.firmware_update_pb2 import ListFirmwareUpdatesRequest
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Text
from portal.language import lazy
from portal.listing import asked, choice, search
from portal.resource_form import Editor
from portal.views.logs import to_file

room = Blueprint("firmware", __name__, url_prefix="/firmware")

FILTERS = (
    search(placeholder=lazy("Name, version, vendor or model")),
    choice("state", lazy("File"), one_of("firmware_state", empty=lazy("Any"))),
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), placeholder=lazy("Spring release")),
    Field(
        "firmware_version",
        lazy("Version"),
        Text(),
        lazy("As chargers tell it once they run it."),
        required=True,
        placeholder="2.1.0",
    ),
    Field(
        "vendor", lazy("For chargers of"), Text(), lazy("The vendor, as they tell it. Empty: any.")
    ),
    Field("description", lazy("What is new in it"), Text()),
    Field("external_id", lazy("Your own id"), Text()),
)

Editor(
    room=room,
    collection="firmwareImages",
    resource=FirmwareImage,
    service=lambda api: api.firmware_images,
    fields=FIELDS,
    deletes=lazy("Its file goes with it. One that a campaign is about cannot be deleted."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListFirmwareImagesRequest(), FILTERS)
    answer = api().firmware_images.ListFirmwareImages(listing)
    return render_template("firmware/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    name = f"firmwareImages/{key}"
    updates = ListFirmwareUpdatesRequest(firmware_image=name, page_size=25)
    campaigns = ListFirmwareCampaignsRequest(firmware_image=name, page_size=25)
    return render_template(
        "firmware/page.html",
        image=api().firmware_images.GetFirmwareImage(GetFirmwareImageRequest(name=name)),
        updates=api().firmware_updates.ListFirmwareUpdates(updates).firmware_updates,
        campaigns=api().firmware_campaigns.ListFirmwareCampaigns(campaigns).firmware_campaigns,
    )


@room.post("/<key>/upload")
def upload(key: str) -> str:
    """A form that brings the file where the API takes it, and comes back here."""
    wanted = UploadFirmwareImageRequest(
        name=f"firmwareImages/{key}", request_id=request.form.get("request_id", "")
    )
    issued = api().firmware_images.UploadFirmwareImage(wanted)
    return render_template(
        "firmware/upload.html",
        key=key,
        target=urlsplit(issued.uri).path,
        back=url_for(".page", key=key),
    )


@room.get("/<key>/file")
def file(key: str) -> Response:
    wanted = DownloadFirmwareImageRequest(name=f"firmwareImages/{key}")
    return to_file(api().firmware_images.DownloadFirmwareImage(wanted).uri)
