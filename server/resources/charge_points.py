"""Charge points."""

from ampline.v1.charge_point_pb2 import ChargePoint
from server.resources.mapping import Computed, Mapping
from server.resources.search import fold
from server.store import models


def _search_text(charge_point: ChargePoint) -> str:
    identity = charge_point.name.removeprefix("chargePoints/")
    return fold(identity, charge_point.ocpp_identity, charge_point.display_name)


MAPPING = Mapping(
    ChargePoint,
    models.ChargePoint,
    computed={"password_set": Computed(("password_hash",), bool)},
    elsewhere=("vendor_error",),
    derived={"search_text": _search_text},
)
