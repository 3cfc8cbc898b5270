"""The network on one page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import Case, fn

from ampline.v1 import connectivity_pb2, evse_pb2
from ampline.v1 import network_summary_pb2 as pb
from ampline.v1.network_summary_pb2_grpc import NetworkSummaryServiceServicer
from server.api.lanes import Call, reading
from server.domain.access import Permission
from server.domain.errors import invalid_field
from server.domain.money import Money
from server.resources.prices import money_to_message
from server.store.clock import to_datetime, to_us
from server.store.models import ChargePoint, Evse, Session, StatusLogEntry
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.sessions.session_rows import BillingState, SessionState
from server.work.stations.status_log import Kind

FARTHEST_BACK = timedelta(days=31)
"""How much of the past is summed at most: bounds what a call costs."""

_SECOND = 1_000_000
_SCOPE = param("partner")
_BEGIN = Case(None, [(Session.start_time < param("since"), param("since"))], Session.start_time)
"""Since when a session counts."""
_CHARGE_POINTS = (
    ChargePoint.select(ChargePoint.network_status, fn.COUNT(ChargePoint.name)).group_by(
        ChargePoint.network_status
    ),
    ChargePoint.partner,
)
_EVSES = (
    Evse.select(Evse.hardware_status, fn.COUNT(Evse.name)).group_by(Evse.hardware_status),
    Evse.partner,
)
_RUNNING = (
    Session.select(
        fn.COUNT(Session.name),
        fn.COALESCE(fn.SUM(Session.power_w), 0),
        fn.COALESCE(fn.SUM(Session.energy_wh), 0),
        fn.COALESCE(fn.SUM(param("now") - _BEGIN), 0),
    ).where(Session.state == SessionState.ACTIVE),
    Session.partner,
)
_ENDED = (
    Session.select(
        fn.COUNT(Session.name),
        fn.COALESCE(fn.SUM(Session.energy_wh), 0),
        fn.COALESCE(fn.SUM(Session.stop_time - _BEGIN), 0),
    ).where(Session.stop_time >= param("since")),
    Session.partner,
)
_REVENUE = (
    Session.select(Session.currency, fn.SUM(Session.total_micros))
    .where(
        (Session.stop_time >= param("since")) & (Session.billing_state == BillingState.COMPLETED)
    )
    .where(Session.currency.is_null(False))
    .group_by(Session.currency)
    .order_by(Session.currency),
    Session.partner,
)


_AWAY = (
    connectivity_pb2.TEMPORARILY_UNAVAILABLE,
    connectivity_pb2.LONG_TERM_UNAVAILABLE,
)
_SINCE_THEN = StatusLogEntry.record_time - param("since")
_CAME_AND_WENT = (
    # Whoever is away now was so all the time, but for what lies before it went; and whoever came
    # back was away before. So each change adds or takes the time until it, and none is looked up.
    StatusLogEntry.select(
        fn.COALESCE(
            fn.SUM(
                Case(
                    None,
                    [
                        (
                            StatusLogEntry.old_status.in_(_AWAY)
                            & StatusLogEntry.status.not_in(_AWAY),
                            _SINCE_THEN,
                        ),
                        (
                            StatusLogEntry.old_status.not_in(_AWAY)
                            & StatusLogEntry.status.in_(_AWAY),
                            param("since") - StatusLogEntry.record_time,
                        ),
                    ],
                    0,
                )
            ),
            0,
        )
    )
    .join(ChargePoint, on=(ChargePoint.name == StatusLogEntry.charge_point))
    .where(StatusLogEntry.kind == Kind.NETWORK)
    .where(StatusLogEntry.record_time >= param("since")),
    ChargePoint.partner,
)


class _Scoped:
    """A query for all, and the same for one partner alone."""

    def __init__(self, query: Any, partner: Any) -> None:
        self._all = Statement(query)
        self._own = Statement(query.where(partner == _SCOPE))

    def rows(self, rows: Rows, call: Call, **values: Any) -> list[tuple[Any, ...]]:
        """What the caller may see."""
        partner = call.caller.partner
        if partner is None:
            return rows.all(self._all, **values)
        return rows.all(self._own, partner=partner, **values)


_charge_points, _evses, _running, _ended, _revenue, _came_and_went = (
    _Scoped(*query)
    for query in (
        _CHARGE_POINTS,
        _EVSES,
        _RUNNING,
        _ENDED,
        _REVENUE,
        _CAME_AND_WENT,
    )
)


class NetworkSummaryService(NetworkSummaryServiceServicer):
    """Sums the network up."""

    @reading
    def GetNetworkSummary(
        self, request: pb.GetNetworkSummaryRequest, call: Call, rows: Rows
    ) -> pb.NetworkSummary:
        """The figures of this moment, and of the time since."""
        now = to_us(datetime.now(UTC))
        since = min(_since(request), now)
        summary = pb.NetworkSummary(name="networkSummary")
        summary.since.FromMicroseconds(since)
        if call.caller.may(Permission.READ_CHARGE_POINTS):
            summary.MergeFrom(_equipment(rows, call, since, now))
        if call.caller.may(Permission.READ_SESSIONS):
            summary.MergeFrom(_sessions(rows, call, since, now))
        return summary


def _equipment(rows: Rows, call: Call, since: int, now: int) -> pb.NetworkSummary:
    statuses = connectivity_pb2.NetworkStatus
    charge_points = _charge_points.rows(rows, call)
    away = sum(count for status, count in charge_points if status in _AWAY)
    ((changed,),) = _came_and_went.rows(rows, call, since=since)
    return pb.NetworkSummary(
        charge_point_counts=_named(charge_points, statuses),
        evse_counts=_named(_evses.rows(rows, call), evse_pb2.Evse.HardwareStatus),
        unavailable_seconds=max(0, away * (now - since) + int(changed)) // _SECOND,
    )


def _sessions(rows: Rows, call: Call, since: int, now: int) -> pb.NetworkSummary:
    ((count, power_w, running_wh, running_us),) = _running.rows(rows, call, since=since, now=now)
    ((ended, ended_wh, ended_us),) = _ended.rows(rows, call, since=since)
    return pb.NetworkSummary(
        active_session_count=count,
        power_w=int(power_w),
        finished_session_count=ended,
        energy_wh=int(running_wh) + int(ended_wh),
        occupied_seconds=(int(running_us) + int(ended_us)) // _SECOND,
        revenue=[
            money_to_message(Money.from_micros(currency, int(micros)))
            for currency, micros in _revenue.rows(rows, call, since=since)
        ],
    )


def _since(request: pb.GetNetworkSummaryRequest) -> int:
    now = datetime.now(UTC)
    if not request.HasField("since"):
        return to_us(now.replace(hour=0, minute=0, second=0, microsecond=0))
    since = request.since.ToMicroseconds()
    if since < to_us(now - FARTHEST_BACK):
        raise invalid_field("since", f"{to_datetime(since)} is more than 31 days ago")
    return int(since)


def _named(counts: list[tuple[Any, ...]], kind: Any) -> dict[str, int]:
    """Counts by the enum's names; what has no status yet goes without."""
    return {kind.Name(number): count for number, count in counts if number}
