"""Meter values of sessions: listed, and summed up to a chart."""

from typing import Any

from ampline.v1 import meter_value_pb2 as pb
from ampline.v1.meter_value_pb2_grpc import MeterValueServiceServicer
from server.api.lanes import Call, reading
from server.api.listing import Listing
from server.api.services import session_chart
from server.api.services.sessions import sessions
from server.resources.meter_values import MAPPING
from server.store.models import MeterValue
from server.store.reads import Rows

meter_values = Listing(
    MAPPING,
    pb.ListMeterValuesRequest.DESCRIPTOR,
    pb.ListMeterValuesResponse,
    orders=("time",),
    own_orders={"time": ("time", "number")},
    parent=MeterValue.session,
)


class MeterValueService(MeterValueServiceServicer):
    """Shows what was measured in sessions."""

    @reading
    def ListMeterValues(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a session's meter values, oldest first."""
        sessions.find(rows, request.parent, call.caller)
        return meter_values.page(request, rows, None, request.parent)

    @reading
    def SummarizeSession(self, request: Any, call: Call, rows: Rows) -> pb.SummarizeSessionResponse:
        """A chart of a session."""
        session = sessions.message(rows, request.name, call.caller)
        points = session_chart.points_of(rows, session, request.max_points)
        return pb.SummarizeSessionResponse(points=points)
