"""The OCPP message log of a charge point."""

from typing import Any

from ampline.v1 import ocpp_message_pb2 as pb
from ampline.v1.ocpp_message_pb2_grpc import OcppMessageServiceServicer
from server.api.filters import at_least, before
from server.api.lanes import Call, reading
from server.api.listing import Listing
from server.api.references import exists
from server.domain.errors import not_found
from server.resources.ocpp_messages import MAPPING
from server.store.models import OcppMessage
from server.store.reads import Rows

_messages = Listing(
    MAPPING,
    pb.ListOcppMessagesRequest.DESCRIPTOR,
    pb.ListOcppMessagesResponse,
    orders=("number desc",),
    own_orders={"number": ("number",)},
    filters={"since": at_least("call_time"), "before": before("call_time")},
    parent=OcppMessage.charge_point,
)


class OcppMessageService(OcppMessageServiceServicer):
    """Shows what chargers and we said to each other."""

    @reading
    def ListOcppMessages(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a charge point's messages, newest first."""
        partner = call.caller.partner
        if not exists(rows, "ampline.app/ChargePoint", request.parent, partner):
            raise not_found(request.parent)
        return _messages.page(request, rows, None, request.parent)
