"""EVSEs."""

from ampline.v1.evse_pb2 import Evse
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(Evse, models.Evse, elsewhere=("power_w", "vendor_error", "charging_needs"))
