"""What a session's energy register was told to be, looked up where that is in doubt.

A register that is told lower, or far higher, begins a new run (`domain/metering.py`); if it is back
with its next value, it was only told wrong, and nothing of that is left in the figures.
"""

from server.domain.metering import Register
from server.store import filing
from server.store.models import MeterValue
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import meter_log
from server.work.sessions.metered_rows import Metered

_OF_SESSION = MeterValue.session == param("session")
_STOOD_THERE = MeterValue.register_wh == param("register_wh")


def _latest(*where: object) -> Statement:
    query = MeterValue.select(MeterValue.time, MeterValue.register_wh).where(_OF_SESSION, *where)
    latest = query.order_by(MeterValue.time.desc()).limit(1)
    return Statement(filing.along(latest, MeterValue.session))


_TOLD = _latest(_STOOD_THERE)
_RUN_BEGUN = _latest(_STOOD_THERE, MeterValue.not_billed)
_BELIEVED = _latest(
    MeterValue.register_wh.is_null(False),
    ~MeterValue.not_billed,
    MeterValue.time < param("time"),
)
_WRONG = filing.along(
    MeterValue.select(MeterValue.number).where(
        _OF_SESSION, _STOOD_THERE, MeterValue.time >= param("time")
    ),
    MeterValue.session,
)
_LEAVE_OUT = Statement(
    MeterValue.update(register_wh=None, not_billed=True).where(MeterValue.number.in_(_WRONG))
)


def last_told(unit: Unit, session: Metered, register_wh: int) -> int:
    """When the register was last told to stand there; without that, when the session began."""
    unit.write_log(meter_log.SAMPLES)
    found = unit.one(_TOLD, session=session.name, register_wh=register_wh)
    return found[0] if found else session.start_time


def back_in_run(
    unit: Unit, session: Metered, register: Register, told: tuple[int, int], max_power_w: int | None
) -> Register | None:
    """The register, if `told` (a time and its stand) goes on with the run before this one, of
    which there is one stand only: that was wrong, and is left out. None if it does not."""
    unit.write_log(meter_log.SAMPLES)
    name, stand = session.name, register.start_wh
    begun = unit.one(_RUN_BEGUN, session=name, register_wh=stand)
    if begun is None:
        return None
    time, before = unit.one(_BELIEVED, session=name, time=begun[0]) or (
        session.start_time,
        session.meter_start_wh,
    )
    if before is None or told[1] < before or before < stand <= told[1]:
        return None
    back = register.back_at(before)
    if back.jumped(told[1], (told[0] - time) / 1_000_000, max_power_w):
        return None
    unit.run(_LEAVE_OUT, session=name, register_wh=stand, time=begun[0])
    return back.advance(told[1])
