"""How the network does right now, and what needs somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request

from ampline.v1.charge_point_pb2 import ChargePoint, ListChargePointsRequest
from ampline.v1.connectivity_pb2 import NetworkStatus
from ampline.v1.evse_pb2 import Evse, ListEvsesRequest
from ampline.v1.network_summary_pb2 import GetNetworkSummaryRequest, NetworkSummary
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from portal.auth import api
from portal.language import lazy
from portal.listing import if_seen
from portal.views.map import map_settings
from portal.words import Status, status

room = Blueprint("dashboard", __name__)

MOST_SHOWN = 8
PERIODS = {1: lazy("Today"), 7: lazy("7 days"), 30: lazy("30 days")}
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
    days = request.args.get("days", 1, type=int)
    days = days if days in PERIODS else 1
    summary = summed_up(days)
    return render_template(
        "dashboard/page.html",
        summary=summary,
        periods=PERIODS,
        days=days,
        utilisation=share_of(summary.occupied_seconds, summary, sum(summary.evse_counts.values())),
        away=share_of(summary.unavailable_seconds, summary, seen_chargers(summary)),
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


def summed_up(days: int) -> NetworkSummary:
    """The network's figures of today, by the clock of the API's days, or of so many days back."""
    asked = GetNetworkSummaryRequest()
    if days > 1:
        asked.since.FromDatetime(datetime.now(UTC) - timedelta(days=days))
    return api().network_summary.GetNetworkSummary(asked)


def seen_chargers(summary: NetworkSummary) -> int:
    """Charge points that were connected once: how long the others were away says nothing."""
    counts = summary.charge_point_counts
    return sum(count for name, count in counts.items() if name != "NEVER_CONNECTED")


def share_of(seconds: int, summary: NetworkSummary, of_how_many: int) -> float | None:
    """That time in percent of all the time that so many had; None if there was none."""
    lasted = datetime.now(UTC).timestamp() - summary.since.ToMicroseconds() / 1e6
    return min(100.0, 100 * seconds / (lasted * of_how_many)) if lasted * of_how_many > 0 else None


def sessions(state: "Session.State.ValueType") -> list[Session]:
    asked = ListSessionsRequest(state=state, page_size=MOST_SHOWN)
    return if_seen(asked)


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
        "faulty": if_seen(faulty),
        "broken": broken(),
        "away": [*away("TEMPORARILY_UNAVAILABLE"), *away("LONG_TERM_UNAVAILABLE")][:MOST_SHOWN],
        "held": if_seen(held),
    }


def broken() -> list[ChargePoint]:
    asked = ListChargePointsRequest(hardware_status=ChargePoint.FAULTED, page_size=MOST_SHOWN)
    return if_seen(asked)


def away(network_status: str) -> list[ChargePoint]:
    asked = ListChargePointsRequest(
        network_status=NetworkStatus.Value(network_status), page_size=MOST_SHOWN
    )
    return if_seen(asked)
