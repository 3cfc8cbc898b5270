"""Chargers that knocked and that nobody has registered. They are nobody's: no partner sees them."""

from typing import Any

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import charge_point_pb2
from ampline.v1 import unknown_charge_point_pb2 as pb
from ampline.v1.unknown_charge_point_pb2_grpc import UnknownChargePointServiceServicer
from server.api.filters import at_least
from server.api.lanes import Call, looking_up, reading, writing
from server.api.listing import Listing
from server.api.services.charge_points import charge_points
from server.api.written_rows import stale
from server.domain.errors import not_found
from server.resources import events
from server.resources.unknown_charge_points import MAPPING, identity_in, is_charge_point_id
from server.store.models import UnknownChargePoint
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.stations import unknown_chargers

_FIND = Statement(MAPPING.query().where(UnknownChargePoint.identity == param("identity")))

_listing = Listing(
    MAPPING,
    pb.ListUnknownChargePointsRequest.DESCRIPTOR,
    pb.ListUnknownChargePointsResponse,
    orders=("last_seen_time desc", "first_seen_time", "identity"),
    own_orders={
        "last_seen_time": ("last_seen_time", "identity"),
        "first_seen_time": ("first_seen_time", "identity"),
        "identity": ("identity",),
    },
    filters={"seen_since": at_least("last_seen_time")},
)


class UnknownChargePointService(UnknownChargePointServiceServicer):
    """Shows who knocked, and registers them."""

    @looking_up
    def GetUnknownChargePoint(self, request: Any, call: Call, rows: Rows) -> bytes:
        """One of them, by its name."""
        return _find(rows, request.name, call).SerializeToString()

    @reading
    def ListUnknownChargePoints(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of them, whoever knocked last first."""
        return b"" if call.caller.partner else _listing.page(request, rows, None)

    @writing
    def DeleteUnknownChargePoint(self, request: Any, call: Call, unit: Unit) -> Empty:
        """Forgets one, until it knocks again."""
        found = _find(unit, request.name, call)
        if request.etag and request.etag != found.etag:
            raise stale(request.name)
        unknown_chargers.forget(unit, found.identity)
        unit.tell(events.resource_changed("deleted", found, unit.now))
        return Empty()

    @writing
    def RegisterUnknownChargePoint(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes a charge point with its identity."""
        identity = _find(unit, request.name, call).identity
        wanted = charge_point_pb2.CreateChargePointRequest(charge_point=request.charge_point)
        wanted.charge_point.ClearField("ocpp_identity")
        if not wanted.charge_point.location:
            unknown_chargers.make_unassigned(unit)
            wanted.charge_point.location = unknown_chargers.UNASSIGNED
        if is_charge_point_id(identity):
            wanted.charge_point_id = identity
        else:
            wanted.charge_point.ocpp_identity = identity
        answer: bytes = charge_points.create(wanted, call, unit)
        return answer


def _find(rows: Rows | Unit, name: str, call: Call) -> pb.UnknownChargePoint:
    identity = None if call.caller.partner else identity_in(name)
    row = None if identity is None else rows.one(_FIND, identity=identity)
    if row is None:
        raise not_found(name)
    return MAPPING.to_message(row)
