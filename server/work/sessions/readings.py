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

_PRICED = (
    MeterValue.time,
    MeterValue.number,
    MeterValue.register_wh,
    MeterValue.not_billed,
    MeterValue.soc_percent,
    MeterValue.fingerprint,
)
_SINCE = Statement(
    filing.along(
        MeterValue.select(*_PRICED)
        .where((MeterValue.session == param("session")) & (MeterValue.time >= param("time")))
        .order_by(MeterValue.time, MeterValue.number),
        MeterValue.session,
    )
)
_FROM_EVER = (-1, 0)


class Stand(NamedTuple):
    """Where a session stood at one time (microseconds): its energy so far, its state of charge."""

    time: int
    energy_wh: int
    soc_percent: int | None

    def reading(self) -> Reading:
        """The same, for whoever goes by the calendar's time."""
        return Reading(to_datetime(self.time), self.energy_wh, self.soc_percent)


class Readings:
    """Follows a session's register. What it has gone past it does not read again."""

    def __init__(self, session: SessionRow) -> None:
        self._session = session.name
        start = session.meter_start_wh or 0
        self._register = Register(start, start)
        self._place = _FROM_EVER
        self._digest: int | None = None

    def go_on(self, unit: Unit, session: SessionRow) -> list[Stand] | None:
        """What was measured since, in order of time; None if something came in between, so that
        all is to be read again, by others than these."""
        unit.write_log(meter_log.SAMPLES)
        found = unit.all(_SINCE, session=self._session, time=self._place[0])
        digest, stands = self._digest or 0, []
        for time, number, register_wh, not_billed, soc_percent, fingerprint in found:
            if (time, number) > self._place:
                self._place = (time, number)
                digest = meter_log.digest_with(digest, time, fingerprint)
                if register_wh is not None:
                    self._register = _on(self._register, register_wh, not_billed)
                stands.append(Stand(time, self._register.energy_wh, soc_percent))
        if self._digest is not None and digest != session.samples_digest:
            return None
        self._digest = session.samples_digest
        return stands


def of_whole(unit: Unit, session: SessionRow) -> list[Reading]:
    """All readings of a session, and if it has ended its last stand."""
    readings = [stand.reading() for stand in Readings(session).go_on(unit, session) or []]
    if session.stop_time is not None:
        end = to_datetime(session.stop_time)
        readings.append(Reading(end, session.energy_wh, session.soc_percent))
    return readings


def _on(register: Register, register_wh: int, not_billed: bool) -> Register:
    if not_billed:
        return register.restart(register_wh)
    return register.advance(register_wh) if register_wh >= register.last_wh else register
