"""Reservations: read only."""

from ampline.v1 import reservation_pb2 as pb
from ampline.v1.reservation_pb2_grpc import ReservationServiceServicer
from server.api.filters import at_least, before
from server.api.shown import Shown
from server.resources.reservations import MAPPING

reservations = Shown(
    MAPPING,
    pb.ListReservationsRequest,
    pb.ListReservationsResponse,
    orders=("create_time desc", "expire_time", "update_time"),
    filters={
        "created_since": at_least("create_time"),
        "created_before": before("create_time"),
        "updated_since": at_least("update_time"),
    },
)


class ReservationService(ReservationServiceServicer):
    """Shows reservations."""

    GetReservation = reservations.get
    ListReservations = reservations.list
