"""Partners."""

from collections.abc import Mapping, Sequence
from typing import Any

from ampline.v1 import partner_pb2 as pb
from ampline.v1.partner_pb2_grpc import PartnerServiceServicer
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, writing
from server.resources.partner_faults import faults_of
from server.resources.partners import MAPPING
from server.store.clock import now_us
from server.store.ids import new_id
from server.store.reads import Rows
from server.store.unit import Unit
from server.work.money.partner_revenue import month_figures
from server.work.rules import Rules


def _its_own(change: Change[pb.Partner]) -> str:
    """A partner is its own: so its people see it, and no other."""
    change.partner = f"partners/{change.request.partner_id or new_id()}"
    return change.partner


def _month_figures(rows: Rows, names: Sequence[str]) -> Mapping[str, bytes]:
    """What the month has brought so far."""
    found = month_figures(rows, names, now_us())
    return {
        name: pb.Partner(month_figures=lines).SerializeToString() for name, lines in found.items()
    }


partners = Crud(
    MAPPING,
    pb.ListPartnersRequest,
    pb.ListPartnersResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of, new_name=_its_own, addition=_month_figures),
)


class PartnerService(PartnerServiceServicer):
    """Keeps partners."""

    GetPartner = partners.get
    ListPartners = partners.list
    UpdatePartner = partners.update
    DeletePartner = partners.delete

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @writing
    def CreatePartner(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes a partner, whose months are those of the operator's time zone unless another is
        said."""
        request.partner.time_zone = request.partner.time_zone or self._rules.time_zone
        answer: bytes = partners.create(request, call, unit)
        return answer
