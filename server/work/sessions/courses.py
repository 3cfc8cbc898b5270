"""Where running sessions are going: what they will cost soon, and how far their money reaches."""

from datetime import timedelta
from typing import NamedTuple

from server.domain import limits
from server.domain.limits import Outlook
from server.domain.money import Money
from server.store.clock import to_datetime
from server.store.models import Evse
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import billing, session_rows
from server.work.sessions.session_rows import SessionRow

_MOST_POWER = Statement(Evse.select(Evse.max_power_w).where(Evse.name == param("name")))
_MICROSECOND = timedelta(microseconds=1)
_HOUR = 3_600_000_000
_SLACK_WH = 20
"""What a session may draw more than was reckoned with before it is looked at."""


class Reach(NamedTuple):
    """How far a session's money reaches without another look: a time, in µs, and its energy."""

    time: int
    energy_wh: int


class Course:
    """How a session goes on, as far as one can tell: at the power that it draws."""

    def __init__(self, unit: Unit, session: SessionRow) -> None:
        """Prices it, too: its price so far is kept along the way."""
        self._now_us, self._now = unit.now, to_datetime(unit.now)
        self._session = session
        self._running = billing.reprice(unit, session)
        self._told_us = session.meter_time or session.start_time
        self._power_w = self._power(unit)
        self.elapsed = self._now - to_datetime(session.start_time)

    def price_ahead(self, ahead: timedelta) -> Money:
        """What the session will have cost so long from now."""
        return self._running.price_ahead(self._now + ahead, self._power_w).total

    def reach(self, window: timedelta) -> Reach:
        """Where the session is expected to be so long from now, at the most."""
        then = self._now_us + window // _MICROSECOND
        ahead = max(then - self._told_us, window // _MICROSECOND)  # a charger's clock may be ahead
        reckoned = self._power_w * ahead / _HOUR
        return Reach(then, self._session.energy_wh + round(reckoned) + _SLACK_WH)

    def _power(self, unit: Unit) -> int:
        session = self._session
        hours = (self._told_us - session.start_time) / _HOUR
        mean = round(session.energy_wh / hours) if hours > 0 else 0
        row = unit.one(_MOST_POWER, name=session.evse) if session.evse else None
        return limits.power_ahead(session.power_w, mean, row[0] if row else None)


def hold(unit: Unit, session: SessionRow, course: Course, found: Outlook | None) -> None:
    """Holds what was found; of a session that is to end, what it costs until it has."""
    held = found.hold if found else course.price_ahead(limits.TO_STOP)
    session_rows.change(unit, session.name, held_micros=held.micros)


def hold_less(unit: Unit, session: SessionRow) -> None:
    """What else the user runs, or the company pays for, holds no more than it needs for a moment,
    and is looked at sooner: a session does not end for what another one holds in store."""
    if session.company is not None:
        others = session_rows.open_of_company(unit, session.company)
    else:
        others = session_rows.open_of(unit, session.user or "")
    for other in others:
        same_purse = other.company == session.company
        if other.name == session.name or not same_purse:
            continue
        if other.held_micros is None or other.stop_due_time:
            continue
        course = Course(unit, other)
        needed = course.price_ahead(limits.SHORTEST + limits.TO_STOP)
        if needed.micros < other.held_micros:
            reach = course.reach(limits.SHORTEST)
            columns = {"watch_time": reach.time, "watch_wh": reach.energy_wh}
            if other.watch_wh is not None:
                columns["watch_wh"] = min(reach.energy_wh, other.watch_wh)
            session_rows.change(unit, other.name, held_micros=needed.micros, **columns)
