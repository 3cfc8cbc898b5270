"""The history of charge points' statuses."""

from ampline.v1 import status_log_pb2 as pb
from ampline.v1.status_log_pb2_grpc import StatusLogServiceServicer
from server.api import vendor_errors
from server.api.below_charge_points import BelowChargePoints
from server.api.filters import at_least, before
from server.resources.status_log import MAPPING

status_log = BelowChargePoints(
    MAPPING,
    pb.ListStatusLogEntriesRequest,
    pb.ListStatusLogEntriesResponse,
    order="time desc",
    by=("time", "number"),
    filters={"since": at_least("time"), "before": before("time")},
    addition=vendor_errors.of_status_log(MAPPING),
)


class StatusLogService(StatusLogServiceServicer):
    """Shows what charge points were, newest first."""

    ListStatusLogEntries = status_log.list
