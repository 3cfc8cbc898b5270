"""What time does to sessions: jobs for the clock, each a bounded piece of work."""

from peewee import JOIN

from server.domain.facts import EvseStatus, StopReason
from server.store.models import ChargePoint, Evse, Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import billing, charging, remote, session_rows, transactions
from server.work.sessions.session_rows import SessionState

MOST = 100
"""The most sessions that one run of a job changes: the lane is never held long."""
_CONNECTED = 2  # ampline.v1.NetworkStatus

_OVERDUE = Statement(
    Session.select(Session.name)
    .where((Session.state == SessionState.PENDING) & (Session.expire_time <= param("now")))
    .limit(MOST)
)
_LOST = Statement(
    Session.select(Session.name)
    .join(Evse, on=(Evse.name == Session.evse))
    .where(
        (Session.state == SessionState.ACTIVE)
        & (Evse.hardware_status == int(EvseStatus.AVAILABLE))
        & (Evse.hardware_status_time <= param("before"))
        & (Evse.hardware_status_time >= Session.start_time)
    )
    .limit(MOST)
)
_GOES_ON = [
    int(EvseStatus.CHARGING),
    int(EvseStatus.SUSPENDED_EV),
    int(EvseStatus.SUSPENDED_EVSE),
    int(EvseStatus.FINISHING),
]
_FORGOTTEN = Statement(
    Session.select(Session.name)
    .join(ChargePoint, on=(ChargePoint.name == Session.charge_point))
    .switch(Session)
    .join(Evse, JOIN.LEFT_OUTER, on=(Evse.name == Session.evse))
    .where(
        (Session.state == SessionState.ACTIVE)
        & (ChargePoint.network_status == _CONNECTED)
        & (ChargePoint.last_boot_time <= param("before"))
        & (Session.start_time < ChargePoint.last_boot_time)
        & (Session.meter_time.is_null() | (Session.meter_time < ChargePoint.last_boot_time))
        & (Evse.hardware_status.is_null() | Evse.hardware_status.not_in(_GOES_ON))
    )
    .limit(MOST)
)
_STALE_PRICES = Statement(
    Session.select(Session.name)
    .where(
        (Session.state == SessionState.ACTIVE)
        & (Session.update_time <= param("before"))
        & (Session.tariff_snapshot.is_null(False))
    )
    .order_by(Session.update_time)
    .limit(param("limit"))
)


def expire_pending(unit: Unit, rules: Rules) -> int:
    """Gives up PENDING sessions whose time is over; returns how many."""
    overdue = unit.all(_OVERDUE, now=unit.now)
    for (name,) in overdue:
        row = session_rows.by_name(unit, name)
        if row:
            remote.expire(unit, row, StopReason.TIMEOUT)
    return len(overdue)


def give_up_steps(unit: Unit, rules: Rules) -> int:
    """Makes do with what is known of transactions whose steps got lost; returns how many."""
    return transactions.give_up(unit, rules, MOST)


def close_lost(unit: Unit, rules: Rules) -> int:
    """Ends sessions whose EVSE has been free again for so long that their stop must be lost, and
    those that a charger says nothing of for so long after it booted: it has forgotten them. Some
    chargers never tell that an EVSE is taken: it has to be told free after the session began."""
    before = unit.now - rules.lost_stop * 1_000_000
    lost = {*unit.all(_LOST, before=before), *unit.all(_FORGOTTEN, before=before)}
    for (name,) in sorted(lost):
        row = session_rows.by_name(unit, name)
        if row:
            charging.close(unit, rules, row, StopReason.CHARGE_POINT_TIMEOUT)
    return len(lost)


def refresh_prices(unit: Unit, older_than: int, limit: int = MOST) -> int:
    """Refreshes the prices so far that are older than so many seconds; returns how many."""
    stale = unit.all(_STALE_PRICES, before=unit.now - older_than * 1_000_000, limit=limit)
    for (name,) in stale:
        row = session_rows.by_name(unit, name)
        if row and row.tariff_snapshot is not None:
            billing.reprice(unit, row)
    return len(stale)
