"""What charge points told of their components."""

from ampline.v1 import device_event_pb2 as pb
from ampline.v1.device_event_pb2_grpc import DeviceEventServiceServicer
from server.api.below_charge_points import BelowChargePoints
from server.api.filters import at_least, before
from server.resources.monitoring import EVENTS

device_events = BelowChargePoints(
    EVENTS,
    pb.ListDeviceEventsRequest,
    pb.ListDeviceEventsResponse,
    order="time desc",
    by=("time", "number"),
    filters={"since": at_least("time"), "before": before("time")},
)


class DeviceEventService(DeviceEventServiceServicer):
    """Shows what charge points told of their components, newest first."""

    ListDeviceEvents = device_events.list
