"""Firmware: images, the updates of single chargers, and campaigns."""

from ampline.v1.firmware_campaign_pb2 import FirmwareCampaign
from ampline.v1.firmware_image_pb2 import FirmwareImage
from ampline.v1.firmware_update_pb2 import FirmwareUpdate
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models

IMAGES = Mapping(
    FirmwareImage,
    models.FirmwareImage,
    derived={
        "search_text": lambda image: fold(
            image.display_name, image.firmware_version, image.vendor, *image.models
        )
    },
)
CAMPAIGNS = Mapping(
    FirmwareCampaign,
    models.FirmwareCampaign,
    elsewhere=("counts",),  # of its updates, by whoever reads it
)
UPDATES = Mapping(FirmwareUpdate, models.FirmwareUpdate)


def faults_of(image: FirmwareImage) -> dict[str, str]:
    """Every fault of an image, by path."""
    if image.signature and not image.signing_certificate:
        return {"signing_certificate": "is required with a signature"}
    if image.signing_certificate and not image.signature:
        return {"signature": "is required with a certificate"}
    return {}


def campaign_faults_of(campaign: FirmwareCampaign) -> dict[str, str]:
    """Every fault of a campaign, by path."""
    if campaign.HasField("selection") and not campaign.selection.ListFields():
        return {"selection": "must say something, or it would be of every charge point"}
    return {}
