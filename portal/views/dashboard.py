"""How the network does right now, and what needs somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template

from ampline.v1.charge_point_pb2 import ChargePoint, ListChargePointsRequest
from ampline.v1.connectivity_pb2 import NetworkStatus
from ampline.v1.evse_pb2 import Evse, ListEvsesRequest
from ampline.v1.network_summary_pb2 import GetNetworkSummaryRequest, NetworkSummary
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from portal.auth import api
from portal.views.map import map_settings
from portal.words import Status, status

room = Blueprint("dashboard", __name__)

MOST_SHOWN = 8
LIVE_TYPES = (
    "session.*",
    "evse.hardware_status_changed",
    "charge_point.hardware_status_changed",
    "charge_point.network_status_changed",
    "charge_point.created",
    "charge_point.deleted",
)


@dataclass(frozen=True)
class Share:
    """A piece of the bar that shows how all EVSEs stand."""

    status: Status
    count: int
    start: float
    """Where it begins, in thousandths of the bar."""
    length: float


@room.get("/")
def page() -> str:
    summary = api().network_summary.GetNetworkSummary(GetNetworkSummaryRequest())
    return render_template(
        "dashboard/page.html",
        summary=summary,
        shares=shares(summary),
        total_chargers=sum(summary.charge_point_counts.values()),
        total_evses=sum(summary.evse_counts.values()),
        running=sessions(Session.ACTIVE),
        recent=sessions(Session.FINISHED),
        needs=needs(),
        today=datetime.now(UTC),
        live_types=LIVE_TYPES,
        map=map_settings(),
    )


def sessions(state: "Session.State.ValueType") -> list[Session]:
    asked = ListSessionsRequest(state=state, page_size=MOST_SHOWN)
    return list(api().sessions.ListSessions(asked).sessions)


def shares(summary: NetworkSummary) -> list[Share]:
    """The EVSEs by what they do, in the order of the API's enum; nothing for what no EVSE does."""
    total = sum(summary.evse_counts.values())
    pieces: list[Share] = []
    start = 0.0
    for name, number in Evse.HardwareStatus.items():
        count = summary.evse_counts.get(name, 0)
        if count:
            length = 1000 * count / total
            pieces.append(Share(status(number, "evse_status"), count, start, length))
            start += length
    return pieces


def needs() -> dict[str, Sequence[object]]:
    """What somebody should look at: faults, chargers that are away, bills that are held back."""
    faulty = ListEvsesRequest(
        parent="chargePoints/-", hardware_status=Evse.FAULTED, page_size=MOST_SHOWN
    )
    held = ListSessionsRequest(billing_state=Session.BILLING_SUSPENDED, page_size=MOST_SHOWN)
    return {
        "faulty": list(api().evses.ListEvses(faulty).evses),
        "broken": broken(),
        "away": [*away("TEMPORARILY_UNAVAILABLE"), *away("LONG_TERM_UNAVAILABLE")][:MOST_SHOWN],
        "held": list(api().sessions.ListSessions(held).sessions),
    }


def broken() -> list[ChargePoint]:
    asked = ListChargePointsRequest(hardware_status=ChargePoint.FAULTED, page_size=MOST_SHOWN)
    return list(api().charge_points.ListChargePoints(asked).charge_points)


def away(network_status: str) -> list[ChargePoint]:
    asked = ListChargePointsRequest(
        network_status=NetworkStatus.Value(network_status), page_size=MOST_SHOWN
    )
    return list(api().charge_points.ListChargePoints(asked).charge_points)
