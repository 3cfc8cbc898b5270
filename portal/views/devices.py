"""Components of a charger of OCPP 2.x: its display, its monitors, and what they noticed."""

from flask import Blueprint, render_template

from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.device_event_pb2 import ListDeviceEventsRequest
from ampline.v1.display_message_pb2 import ListDisplayMessagesRequest
from ampline.v1.variable_monitor_pb2 import ListVariableMonitorsRequest
from portal.auth import api
from portal.listing import asked

room = Blueprint("devices", __name__, url_prefix="/charge-points/<key>/devices")

MOST = 200


@room.get("")
def index(key: str) -> str:
    name = f"chargePoints/{key}"
    listing, _form = asked(ListDeviceEventsRequest(parent=name), ())
    told = api().device_events.ListDeviceEvents(listing)
    shown = ListDisplayMessagesRequest(parent=name, page_size=MOST)
    monitors = ListVariableMonitorsRequest(parent=name, page_size=MOST)
    return render_template(
        "devices/index.html",
        charger=api().charge_points.GetChargePoint(GetChargePointRequest(name=name)),
        shown=api().display_messages.ListDisplayMessages(shown).display_messages,
        monitors=api().variable_monitors.ListVariableMonitors(monitors).variable_monitors,
        events=told.device_events,
        next_page_token=told.next_page_token,
    )
