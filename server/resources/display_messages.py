"""Display messages."""

from ampline.v1.display_message_pb2 import DisplayMessage
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(DisplayMessage, models.DisplayMessage)


def message_name(charge_point: str, number: int) -> str:
    """The resource name of a charge point's message."""
    return f"{charge_point}/displayMessages/{number}"
