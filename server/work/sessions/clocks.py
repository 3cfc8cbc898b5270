"""Sessions of chargers whose clocks cannot be believed: what they tell keeps its distances in time.

The first time that cannot be believed is taken for the time of its receipt. How late that was told
shows when another comes that waited less: then all that was placed by the clock moves back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar, cast

from server.domain import plausible
from server.domain.plausible import believable
from server.store import filing
from server.store.clock import to_us
from server.store.models import MeterValue, Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import announce, meter_log, periods, session_rows
from server.work.sessions.metered_rows import Metered
from server.work.sessions.session_rows import SessionRow
from server.work.sessions.times import believed

_CLOCK = Statement(
    Session.select(Session.clock_lag, Session.told_start_time).where(Session.name == param("name"))
)
_PLACED_VALUES = filing.along(
    MeterValue.select(MeterValue.number).where(
        (MeterValue.session == param("name")) & MeterValue.told_time.is_null(False)
    ),
    MeterValue.session,
)
_MOVE_VALUES = Statement(
    MeterValue.update(time=MeterValue.time - param("back")).where(
        MeterValue.number.in_(_PLACED_VALUES)
    )
)
Row = TypeVar("Row", bound=Metered)


class Clock(NamedTuple):
    """A charger's clock: how far behind it is, in microseconds; None = nothing was told by it that
    could not be believed."""

    lag: int | None = None

    def placed(self, told: datetime | None, now_us: int) -> tuple[int, bool]:
        """Microseconds to go by, and whether the charger's own time was replaced."""
        time, replaced = believed(told, now_us)
        if not replaced or told is None or self.lag is None:
            return time, replaced
        return plausible.placed(to_us(told), self.lag, now_us), True


RIGHT = Clock()


def of_message(times: Iterable[datetime | None], now_us: int) -> Clock:
    """The clock that a message was told by, as far as its own times say."""
    wrong = [to_us(time) for time in times if time and not believable(to_us(time), now_us)]
    return Clock(plausible.lag(None, max(wrong), now_us)) if wrong else RIGHT


def told(unit: Unit, session: Row, times: Iterable[datetime | None]) -> tuple[Row, Clock]:
    """What the times of a message tell of the clock that they are of; and the session's row, of
    which the times may have moved."""
    given = [to_us(time) for time in times if time is not None]
    for time in given:
        if time < session.start_time or not believable(time, unit.now):
            break
    else:
        return session, RIGHT
    right = [time for time in given if believable(time, unit.now)]
    known, told_start = unit.one(_CLOCK, name=session.name) or (None, None)
    lag = known
    if len(right) < len(given):
        wrong = (time for time in given if time not in right)
        lag = plausible.lag(known, max(wrong), unit.now)
    elif known is not None and told_start is not None:  # it did not begin after what came later
        lag = min(known, min(right) - told_start)
    if lag == known:
        return session, Clock(lag)
    session_rows.change(unit, session.name, clock_lag=lag)
    back = plausible.moved_back(known, lag) if lag is not None else 0
    if back > 0 and session.running:
        session = _moved(unit, session, back, starts=told_start is not None)
    return session, Clock(lag)


def placed(unit: Unit, session: SessionRow, told: datetime) -> int:
    """When that was, by what the session knows of the clock; never later than now."""
    time, replaced = believed(told, unit.now)
    if replaced:
        lag, _ = unit.one(_CLOCK, name=session.name) or (None, None)
        time, _ = Clock(lag).placed(told, unit.now)
    return min(time, unit.now)


def _moved(unit: Unit, session: Row, back: int, *, starts: bool) -> Row:
    """Moves what was placed by the clock; `starts`: the session's start was, too."""
    unit.write_log(meter_log.SAMPLES)
    unit.run(_MOVE_VALUES, name=session.name, back=back)
    start = session.start_time - back if starts else session.start_time
    metered = None if session.meter_time is None else max(start, session.meter_time - back)
    session_rows.change(unit, session.name, start_time=start, meter_time=metered)
    if starts:
        _move_periods(unit, session.name, back)
        announce.session(unit, "session.updated", session.name, session.state, unit.now)
    return cast("Row", session._replace(start_time=start, meter_time=metered))


def _move_periods(unit: Unit, name: str, back: int) -> None:
    """The session's stretches of charging and idling began that much earlier."""
    row = session_rows.by_name(unit, name)
    stretches = periods.load(row.charging_periods) if row else []
    if stretches:
        periods.move_back(stretches, back)
        columns = {"charging_periods": periods.save(stretches), **periods.durations(stretches)}
        session_rows.change(unit, name, **columns)
