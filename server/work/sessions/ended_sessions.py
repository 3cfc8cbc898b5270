"""Which session a charger's stop ends: some name no transaction of ours."""

from server.domain.facts import TransactionEnded
from server.store.clock import to_us
from server.store.unit import Unit
from server.work.sessions import session_rows
from server.work.sessions.session_rows import SessionRow, SessionState
from server.work.sessions.times import believed


def find(unit: Unit, charge_point: str, fact: TransactionEnded) -> SessionRow | None:
    """That of its transaction. Without one the session that it ended when it was told first, or the
    only one that runs and that it fits; None if there is none."""
    found = session_rows.by_transaction(unit, charge_point, fact.transaction_id)
    if found := found or _ended_by_it(unit, charge_point, fact):
        return found
    candidates = [
        session
        for session in session_rows.at_charge_point(unit, charge_point, SessionState.ACTIVE)
        if _may_be(session, fact)
    ]
    return candidates[0] if len(candidates) == 1 else None


def _ended_by_it(unit: Unit, charge_point: str, fact: TransactionEnded) -> SessionRow | None:
    """The session that a stop without its id ended when it was told first."""
    time, _ = believed(fact.time, unit.now)
    for session in session_rows.stopped_at(unit, charge_point, time):
        same = session.meter_stop_wh == fact.meter_stop_wh and _may_be(session, fact)
        if same and session.ocpp_transaction_id is not None:
            return session
    return None


def _may_be(session: SessionRow, fact: TransactionEnded) -> bool:
    """Whether a stop that names no transaction of ours can be this session's."""
    token_fits = not fact.token or session_rows.same_token(session, fact.token)
    meter_stop = fact.meter_stop_wh
    meter_fits = meter_stop is None or (session.meter_start_wh or 0) <= meter_stop
    time_fits = fact.time is None or session.start_time <= to_us(fact.time)
    return token_fits and meter_fits and time_fits
