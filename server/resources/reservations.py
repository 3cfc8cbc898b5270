"""Reservations."""

from ampline.v1.reservation_pb2 import Reservation
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(Reservation, models.Reservation)
