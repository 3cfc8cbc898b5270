"""Logs that chargers were asked for."""

from ampline.v1.charge_point_log_pb2 import ChargePointLog
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(ChargePointLog, models.ChargePointLog)
