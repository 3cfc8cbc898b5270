"""A session turns from charging to idling and back, as the status of its EVSE says."""

from datetime import datetime

from server.domain.facts import EvseStatus
from server.store.unit import Unit
from server.work.sessions import announce, clocks, periods, reservations, session_rows
from server.work.sessions.session_rows import SessionRow


def status_changed(
    unit: Unit,
    charge_point: str,
    evse: str,
    old: EvseStatus | None,
    new: EvseStatus,
    time: datetime,
) -> None:
    """An EVSE's status says whether the session on it charges or idles. `evse` is its name."""
    if old is EvseStatus.RESERVED and new is EvseStatus.AVAILABLE:
        reservations.freed(unit, charge_point, evse)
    if new not in periods.STATE_OF or old == new:
        return
    for session in session_rows.active_on(unit, evse):
        turned(unit, session, new, clocks.placed(unit, session, time))


def turned(unit: Unit, session: SessionRow, status: EvseStatus, time: int) -> None:
    """A session charges or idles from now on, as the status of its EVSE says."""
    state = periods.STATE_OF.get(status)
    stretches = periods.load(session.charging_periods)
    if state is None or not stretches:
        return
    if periods.turn(stretches, state, time, session.energy_wh):
        columns = {"charging_periods": periods.save(stretches), **periods.durations(stretches)}
        session_rows.change(unit, session.name, **columns)
        announce.session(unit, "session.updated", session.name, session.state, time)
