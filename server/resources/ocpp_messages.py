"""The OCPP message log."""

from ampline.v1.ocpp_message_pb2 import OcppMessage
from server.resources.mapping import Computed, Mapping
from server.store import models


def _name(charge_point: str, number: int) -> str:
    return f"{charge_point}/messages/{number}"


MAPPING = Mapping(
    OcppMessage,
    models.OcppMessage,
    computed={"name": Computed(("charge_point", "number"), _name)},
)
