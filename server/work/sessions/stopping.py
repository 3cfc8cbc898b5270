"""Sessions that the platform ends: wanted here, and told to their chargers until it is done."""

from typing import NamedTuple

from server.domain.facts import StopReason
from server.store.models import Session
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import announce, session_rows
from server.work.sessions.session_rows import SessionRow, SessionState

MOST = 50
"""The most chargers that are told at once."""
_FIRST_AGAIN, _LAST_AGAIN = 4, 60
"""Seconds until a charger is told again: doubled each time, up to that."""
_OURS = {StopReason.REMOTE, StopReason.DE_AUTHORIZED, StopReason.OTHER}
"""What chargers say of a stop that they were told to make."""


class Stop(NamedTuple):
    """A session that is to end, and what its charger knows it by."""

    session: str
    charge_point: str
    transaction_id: str
    tries: int


_COLUMNS = (Session.name, Session.charge_point, Session.ocpp_transaction_id, Session.stop_tries)
_DUE = Statement(
    Session.select(*_COLUMNS)
    .where(Session.stop_due_time <= param("now"))
    .order_by(Session.stop_due_time)
    .limit(MOST)
)
_ANY_DUE = Statement(
    Session.select(Session.name).where(Session.stop_due_time <= param("now")).limit(1)
)
_PUT_OFF = Statement(
    Session.update(stop_due_time=param("then"), stop_tries=param("tries")).where(
        (Session.name == param("name")) & (Session.stop_due_time <= param("now"))
    )
)
NO_WATCH: dict[str, None] = {"watch_wh": None, "watch_soc_percent": None, "watch_time": None}
"""What a session has that nobody looks at."""
NOTHING_HELD: dict[str, None] = {
    **NO_WATCH,
    "held_micros": None,
    "stop_due_time": None,
    "stop_tries": None,
}
"""What a session has that is over."""


def want(unit: Unit, session: SessionRow, reason: StopReason) -> None:
    """The session is to end for that reason: its charger is told from now on, until it has ended.
    What was wanted before stays wanted."""
    session = session_rows.held(unit, session.name) or session
    if session.state != SessionState.ACTIVE or session.stop_due_time is not None:
        return
    session_rows.change(
        unit,
        session.name,
        stop_reason=reason,
        stop_due_time=unit.now,
        stop_tries=0,
        **NO_WATCH,
    )
    announce.session(unit, "session.updated", session.name, session.state, unit.now)


def reason_of(session: SessionRow, told: StopReason) -> StopReason:
    """Why a session ended: what its charger says, unless it ended it because it was told to."""
    wanted = session.stop_due_time is not None and session.stop_reason is not None
    return StopReason(session.stop_reason or told) if wanted and told in _OURS else told


def any_due(rows: Rows, now: int) -> bool:
    """Whether somebody is to be told."""
    return rows.one(_ANY_DUE, now=now) is not None


def due(unit: Unit) -> list[Stop]:
    """Whom to tell now. Each is put off: whoever has it here tells it, and if nothing comes of
    that, it is due again."""
    taken = []
    for row in unit.all(_DUE, now=unit.now):
        name, charge_point, transaction, tries = row
        stop = Stop(name, charge_point, transaction, (tries or 0) + 1)
        seconds = min(_FIRST_AGAIN * 2 ** min(stop.tries - 1, 10), _LAST_AGAIN)
        then = unit.now + seconds * 1_000_000
        values = {"name": stop.session, "then": then, "tries": min(stop.tries, 1_000)}
        if unit.run(_PUT_OFF, **values, now=unit.now):
            taken.append(stop)
    return taken
