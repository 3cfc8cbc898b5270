"""Sessions that run and are given no energy yet, and why."""

from ampline.v1.session_pb2 import Session
from server.store.unit import Unit
from server.work.sessions import announce, session_rows


def in_line(unit: Unit, session: str, waits: bool) -> None:
    """A session stands in its circuit's line, or does not any more."""
    row = session_rows.by_name(unit, session)
    if row is None or row.stop_time is not None:
        return
    reason = Session.CIRCUIT_FULL if waits else None
    session_rows.change(unit, session, waiting_reason=reason)
    announce.session(unit, "session.updated", session, row.state, unit.now)
