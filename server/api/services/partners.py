"""Partners."""

from ampline.v1 import partner_pb2 as pb
from ampline.v1.partner_pb2_grpc import PartnerServiceServicer
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.resources.partner_faults import faults_of
from server.resources.partners import MAPPING
from server.store.ids import new_id


def _its_own(change: Change[pb.Partner]) -> str:
    """A partner is its own: so its people see it, and no other."""
    change.partner = f"partners/{change.request.partner_id or new_id()}"
    return change.partner


partners = Crud(
    MAPPING,
    pb.ListPartnersRequest,
    pb.ListPartnersResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of, new_name=_its_own),
)


class PartnerService(PartnerServiceServicer):
    """Keeps partners."""

    GetPartner = partners.get
    ListPartners = partners.list
    CreatePartner = partners.create
    UpdatePartner = partners.update
    DeletePartner = partners.delete
