"""Sessions that go on where the charger broke one off: it lost power, began anew, or was gone, and
the same driver charges on at the same EVSE. Each is billed by itself, and they name one another."""

from server.domain.facts import StopReason
from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import announce, session_rows
from server.work.sessions.session_rows import SessionRow

WITHIN_US = 15 * 60 * 1_000_000
"""How long after the break a session may begin that goes on."""
BREAKS = (
    StopReason.CHARGE_POINT_TIMEOUT,
    StopReason.HARD_RESET,
    StopReason.IMMEDIATE_RESET,
    StopReason.NEW_TRANSACTION_RECEIVED,
    StopReason.POWER_LOSS,
    StopReason.REBOOT,
    StopReason.SOFT_RESET,
)
"""Why sessions end that nobody wanted to end."""

_BEFORE = Statement(
    Session.select(Session.name, Session.stop_reason, Session.stop_time)
    .where(
        Session.evse == param("evse"),
        Session.start_time <= param("time"),
        Session.name != param("session"),
    )
    .order_by(Session.start_time.desc(), Session.name.desc())
    .limit(1)
)


def link(unit: Unit, evse: str, session: str, time_us: int) -> None:
    """Ties a session that begins on an EVSE to the one before it, if it goes on with that."""
    found = unit.one(_BEFORE, evse=evse, session=session, time=time_us)
    if found is None or not _was_broken_off(found[1], found[2], time_us):
        return
    begun, original = (session_rows.by_name(unit, name) for name in (session, found[0]))
    if begun is None or original is None or not _same_driver(begun, original):
        return
    session_rows.change(unit, begun.name, original_session=original.name)
    session_rows.change(unit, original.name, extending_session=begun.name)
    announce.session(unit, "session.updated", original.name, original.state, unit.now)


def _was_broken_off(reason: int | None, stop_time: int | None, time_us: int) -> bool:
    return stop_time is not None and reason in BREAKS and 0 <= time_us - stop_time <= WITHIN_US


def _same_driver(begun: SessionRow, original: SessionRow) -> bool:
    if begun.user or original.user:
        return begun.user == original.user
    return bool(begun.token) and session_rows.same_token(original, begun.token or "")
