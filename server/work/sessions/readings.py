"""A session's meter values, as they are priced: its energy so far, run by run."""

from typing import NamedTuple

from server.domain.idling import Reading
from server.domain.metering import Register
from server.store import filing
from server.store.clock import to_datetime
from server.store.models import MeterValue
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import meter_log
from server.work.sessions.session_rows import SessionRow


class Row(NamedTuple):
    """What of a meter value is priced."""

    time: int
    number: int
    register_wh: int | None
    not_billed: bool
    soc_percent: int | None
    fingerprint: int


_SINCE = Statement(
    filing.along(
        MeterValue.select(*(getattr(MeterValue, column) for column in Row._fields))
        .where((MeterValue.session == param("session")) & (MeterValue.time >= param("time")))
        .order_by(MeterValue.time, MeterValue.number),
        MeterValue.session,
    )
)
_FROM_EVER = (-1, 0)


class Readings:
    """Follows a session's register. What it has gone past it does not read again."""

    def __init__(self, session: SessionRow) -> None:
        self._session = session.name
        start = session.meter_start_wh or 0
        self._register = Register(start, start)
        self._place = _FROM_EVER
        self._digest: int | None = None

    def go_on(self, unit: Unit, session: SessionRow) -> list[Reading] | None:
        """What was measured since, in order of time; None if something came in between, so that
        all is to be read again."""
        unit.write_log(meter_log.SAMPLES)
        found = unit.all(_SINCE, session=self._session, time=self._place[0])
        rows = [Row(*row) for row in found if (row[0], row[1]) > self._place]
        if self._digest is not None:
            for row in rows:
                self._digest = meter_log.digest_with(self._digest, row.time, row.fingerprint)
            if self._digest != session.samples_digest:
                return None
        self._digest = session.samples_digest
        if rows:
            self._place = (rows[-1].time, rows[-1].number)
        return [self._reading(row) for row in rows]

    def _reading(self, row: Row) -> Reading:
        time, _, register_wh, not_billed, soc_percent, _ = row
        if register_wh is not None:
            self._register = _on(self._register, register_wh, not_billed)
        return Reading(to_datetime(time), self._register.energy_wh, soc_percent)


def of_whole(unit: Unit, session: SessionRow) -> list[Reading]:
    """All readings of a session, and if it has ended its last stand."""
    readings = Readings(session).go_on(unit, session) or []
    if session.stop_time is not None:
        end = to_datetime(session.stop_time)
        readings.append(Reading(end, session.energy_wh, session.soc_percent))
    return readings


def _on(register: Register, register_wh: int, not_billed: bool) -> Register:
    if not_billed:
        return register.restart(register_wh)
    return register.advance(register_wh) if register_wh >= register.last_wh else register
