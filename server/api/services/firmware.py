"""Firmware: images are kept, updates shown."""

from ampline.v1 import firmware_image_pb2 as image_pb
from ampline.v1 import firmware_update_pb2 as update_pb
from ampline.v1.firmware_image_pb2_grpc import FirmwareImageServiceServicer
from ampline.v1.firmware_update_pb2_grpc import FirmwareUpdateServiceServicer
from server.api import referrers
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, before, contains
from server.api.lanes import Call, writing
from server.api.shown import Shown
from server.resources.firmware import IMAGES, UPDATES, faults_of
from server.store.models import FirmwareUpdate
from server.store.unit import Unit
from server.work import tickets
from server.work.rules import Rules
from server.work.stations import firmware_images as verbs
from server.work.stations import firmware_updates as firmware_updates_verbs


def _removed(change: Change[image_pb.FirmwareImage]) -> None:
    firmware_updates_verbs.forget_image(change.unit, change.after.name)
    tickets.withdraw(change.unit, change.after.name)


firmware_images = Crud(
    IMAGES,
    image_pb.ListFirmwareImagesRequest,
    image_pb.ListFirmwareImagesResponse,
    orders=("create_time", "display_name", "firmware_version", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of, removed=_removed),
)
firmware_updates = Shown(
    UPDATES,
    update_pb.ListFirmwareUpdatesRequest,
    update_pb.ListFirmwareUpdatesResponse,
    orders=("create_time desc", "update_time"),
    filters={
        "created_since": at_least("create_time"),
        "created_before": before("create_time"),
        "updated_since": at_least("update_time"),
    },
)


referrers.seen_to(FirmwareUpdate.charge_point, FirmwareUpdate.firmware_image)


class FirmwareImageService(FirmwareImageServiceServicer):
    """Keeps firmware, and hands out its files."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    GetFirmwareImage = firmware_images.get
    ListFirmwareImages = firmware_images.list
    CreateFirmwareImage = firmware_images.create
    UpdateFirmwareImage = firmware_images.update
    DeleteFirmwareImage = firmware_images.delete

    @writing
    def UploadFirmwareImage(
        self, request: image_pb.UploadFirmwareImageRequest, call: Call, unit: Unit
    ) -> image_pb.UploadFirmwareImageResponse:
        """A URL that takes the file."""
        firmware_images.find(unit, request.name, call.caller, lock=True)
        issued = verbs.upload(unit, self._rules, request.name)
        answer = image_pb.UploadFirmwareImageResponse(uri=issued.uri)
        answer.expire_time.FromMicroseconds(issued.expire_time)
        return answer

    @writing
    def DownloadFirmwareImage(
        self, request: image_pb.DownloadFirmwareImageRequest, call: Call, unit: Unit
    ) -> image_pb.DownloadFirmwareImageResponse:
        """A URL of the file."""
        firmware_images.find(unit, request.name, call.caller)
        issued = verbs.download(unit, self._rules, request.name)
        answer = image_pb.DownloadFirmwareImageResponse(uri=issued.uri)
        answer.expire_time.FromMicroseconds(issued.expire_time)
        return answer


class FirmwareUpdateService(FirmwareUpdateServiceServicer):
    """Shows which charger was given which firmware."""

    GetFirmwareUpdate = firmware_updates.get
    ListFirmwareUpdates = firmware_updates.list
