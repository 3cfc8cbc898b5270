"""The OCPP message log of a charge point."""

from ampline.v1 import ocpp_message_pb2 as pb
from ampline.v1.ocpp_message_pb2_grpc import OcppMessageServiceServicer
from server.api.below_charge_points import BelowChargePoints
from server.api.filters import at_least, before
from server.resources.ocpp_messages import MAPPING

messages = BelowChargePoints(
    MAPPING,
    pb.ListOcppMessagesRequest,
    pb.ListOcppMessagesResponse,
    order="number desc",
    by=("number",),
    filters={"since": at_least("call_time"), "before": before("call_time")},
)


class OcppMessageService(OcppMessageServiceServicer):
    """Shows what chargers and we said to each other, newest first."""

    ListOcppMessages = messages.list
