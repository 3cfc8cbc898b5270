"""What charge points show on their displays."""

from ampline.v1 import display_message_pb2 as pb
from ampline.v1.display_message_pb2_grpc import DisplayMessageServiceServicer
from server.api.below_charge_points import BelowChargePoints
from server.resources.display_messages import MAPPING

display_messages = BelowChargePoints(
    MAPPING,
    pb.ListDisplayMessagesRequest,
    pb.ListDisplayMessagesResponse,
    order="message_id",
    by=("message_id",),
)


class DisplayMessageService(DisplayMessageServiceServicer):
    """Shows the messages that charge points have, by number."""

    ListDisplayMessages = display_messages.list
