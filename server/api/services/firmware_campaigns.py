"""Firmware campaigns: kept, begun, paused, resumed, canceled."""

from ampline.v1 import firmware_campaign_pb2 as pb
from ampline.v1.firmware_campaign_pb2_grpc import FirmwareCampaignServiceServicer
from server.api import referrers
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least
from server.api.lanes import Call, writing
from server.domain.errors import invalid_field
from server.resources.firmware import CAMPAIGNS, campaign_faults_of
from server.store.models import FirmwareUpdate
from server.store.unit import Unit
from server.work.stations import firmware_campaigns as verbs

_SETTLED_AT_THE_START = (
    "firmware_image",
    "charge_points",
    "selection",
    "start_time",
    "partner",
)


def _prepare(change: Change[pb.FirmwareCampaign]) -> None:
    """What and whom it is for is not changed any more once it has begun."""
    if change.before is None or change.before.state == pb.FirmwareCampaign.DRAFT:
        return
    for field in _SETTLED_AT_THE_START:
        if field in change.changed:
            raise invalid_field(f"firmware_campaign.{field}", "cannot change: it has begun")


def _removed(change: Change[pb.FirmwareCampaign]) -> None:
    verbs.forget(change.unit, change.after.name)


firmware_campaigns = Crud(
    CAMPAIGNS,
    pb.ListFirmwareCampaignsRequest,
    pb.ListFirmwareCampaignsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"updated_since": at_least("update_time")},
    particulars=Particulars(
        faults=campaign_faults_of,
        prepare=_prepare,
        removed=_removed,
        addition=verbs.counted,
    ),
)
referrers.seen_to(FirmwareUpdate.firmware_campaign)


class FirmwareCampaignService(FirmwareCampaignServiceServicer):
    """Keeps firmware campaigns."""

    GetFirmwareCampaign = firmware_campaigns.get
    ListFirmwareCampaigns = firmware_campaigns.list
    CreateFirmwareCampaign = firmware_campaigns.create
    UpdateFirmwareCampaign = firmware_campaigns.update
    DeleteFirmwareCampaign = firmware_campaigns.delete

    @writing
    def StartFirmwareCampaign(
        self, request: pb.StartFirmwareCampaignRequest, call: Call, unit: Unit
    ) -> pb.FirmwareCampaign:
        """Queues whoever it is for."""
        firmware_campaigns.find(unit, request.name, call.caller, lock=True)
        return verbs.start(unit, request.name)

    @writing
    def PauseFirmwareCampaign(
        self, request: pb.PauseFirmwareCampaignRequest, call: Call, unit: Unit
    ) -> pb.FirmwareCampaign:
        """Tells no more chargers."""
        firmware_campaigns.find(unit, request.name, call.caller, lock=True)
        return verbs.pause(unit, request.name)

    @writing
    def ResumeFirmwareCampaign(
        self, request: pb.ResumeFirmwareCampaignRequest, call: Call, unit: Unit
    ) -> pb.FirmwareCampaign:
        """Goes on."""
        firmware_campaigns.find(unit, request.name, call.caller, lock=True)
        return verbs.resume(unit, request.name, again=request.again)

    @writing
    def CancelFirmwareCampaign(
        self, request: pb.CancelFirmwareCampaignRequest, call: Call, unit: Unit
    ) -> pb.FirmwareCampaign:
        """Calls off whoever is queued."""
        firmware_campaigns.find(unit, request.name, call.caller, lock=True)
        return verbs.cancel(unit, request.name)
