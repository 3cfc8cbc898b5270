"""What a session is priced by, as its rows tell it."""

from zoneinfo import ZoneInfo

from server.domain.idling import Reading, periods_by
from server.domain.pricing import ChargingPeriod, ChargingState, MeterSample, SessionFacts
from server.domain.tariffs import CurrentType, IdleDetection, Tariff
from server.store.clock import to_datetime
from server.store.models import Evse, Location
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import periods
from server.work.sessions.session_rows import SessionRow

_ZONE = Statement(Location.select(Location.time_zone).where(Location.name == param("name")))
_CURRENT = Statement(Evse.select(Evse.current_type).where(Evse.name == param("name")))
_DC = 2


def facts_of(
    unit: Unit,
    session: SessionRow,
    terms: Tariff | None,
    readings: list[Reading],
    covered_wh: int,
) -> SessionFacts:
    """All of it; `covered_wh` is what a subscription's allowance has left for it."""
    detection = terms.idle_detection if terms else IdleDetection()
    return SessionFacts(
        start=to_datetime(session.start_time),
        end=to_datetime(max(session.stop_time or unit.now, session.start_time)),
        reserved_from=to_datetime(session.reserved_time) if session.reserved_time else None,
        samples=tuple(MeterSample(reading.time, reading.energy_wh) for reading in readings),
        periods=periods_by(detection, told_periods(session), readings),
        current_type=current_type_of(unit, session),
        time_zone=zone_of(unit, session),
        allowance_wh=covered_wh,
    )


def told_periods(session: SessionRow) -> list[ChargingPeriod]:
    """When it charged and when it idled, in its charger's word."""
    return [_told(period) for period in periods.load(session.charging_periods)]


def current_type_of(unit: Unit, session: SessionRow) -> CurrentType:
    """The current that its EVSE delivers."""
    current = unit.one(_CURRENT, name=session.evse) if session.evse else None
    return CurrentType.DC if current and current[0] == _DC else CurrentType.AC


def zone_of(unit: Unit, session: SessionRow) -> ZoneInfo:
    """The time zone of its location."""
    zone = unit.one(_ZONE, name=session.location) if session.location else None
    return ZoneInfo(zone[0] if zone and zone[0] else "UTC")


def _told(period: periods.Period) -> ChargingPeriod:
    charging = period.state == periods.CHARGING
    state = ChargingState.CHARGING if charging else ChargingState.IDLE
    return ChargingPeriod(to_datetime(periods.start_of(period)), state)
