"""Which variables charge points watch."""

from ampline.v1 import variable_monitor_pb2 as pb
from ampline.v1.variable_monitor_pb2_grpc import VariableMonitorServiceServicer
from server.api.below_charge_points import BelowChargePoints
from server.resources.monitoring import MONITORS

variable_monitors = BelowChargePoints(
    MONITORS,
    pb.ListVariableMonitorsRequest,
    pb.ListVariableMonitorsResponse,
    order="monitor_id",
    by=("monitor_id",),
)


class VariableMonitorService(VariableMonitorServiceServicer):
    """Shows the monitors of charge points, by number."""

    ListVariableMonitors = variable_monitors.list
