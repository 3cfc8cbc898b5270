"""Logs that chargers uploaded."""

from ampline.v1 import charge_point_log_pb2 as pb
from ampline.v1.charge_point_log_pb2_grpc import ChargePointLogServiceServicer
from server.api import referrers
from server.api.filters import at_least, before
from server.api.lanes import Call, writing
from server.api.shown import Shown
from server.resources.charge_point_logs import MAPPING
from server.store.models import ChargePointLog
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations import logs

charge_point_logs = Shown(
    MAPPING,
    pb.ListChargePointLogsRequest,
    pb.ListChargePointLogsResponse,
    orders=("create_time desc", "update_time"),
    filters={
        "created_since": at_least("create_time"),
        "created_before": before("create_time"),
        "updated_since": at_least("update_time"),
    },
)


referrers.seen_to(ChargePointLog.charge_point)


class ChargePointLogService(ChargePointLogServiceServicer):
    """Shows logs, and hands out their files."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    GetChargePointLog = charge_point_logs.get
    ListChargePointLogs = charge_point_logs.list

    @writing
    def DownloadChargePointLog(
        self, request: pb.DownloadChargePointLogRequest, call: Call, unit: Unit
    ) -> pb.DownloadChargePointLogResponse:
        """A URL of the file."""
        charge_point_logs.find(unit, request.name, call.caller)
        issued = logs.download(unit, self._rules, request.name)
        answer = pb.DownloadChargePointLogResponse(uri=issued.uri)
        answer.expire_time.FromMicroseconds(issued.expire_time)
        return answer
