"""The price of a session, and who pays it.

A session is priced by the tariff that was copied into it at its start, from all its
samples. The bill is booked once; a correction is booked as its difference, with an
entry and a transaction of its own.
"""

import logging
from zoneinfo import ZoneInfo

from ampline.v1 import price_pb2, session_pb2
from server.domain.idle_detection import energy_at
from server.domain.idling import Reading, periods_by
from server.domain.metering import Register
from server.domain.money import Money
from server.domain.pricing import (
    ChargingPeriod,
    ChargingState,
    MeterSample,
    Price,
    SessionFacts,
    UnpricedError,
    price_refused,
    price_session,
)
from server.domain.tariffs import CurrentType, Dimension, IdleDetection, RatePrice, Tariff
from server.resources.prices import price_to_message
from server.store import filing
from server.store.clock import to_datetime, to_us
from server.store.models import Evse, Location, MeterValue, User
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money.payments import Parts
from server.work.money.tariffs import snapshot_of
from server.work.rules import Rules
from server.work.sessions import (
    announce,
    covers,
    electricity,
    meter_log,
    paying,
    periods,
    session_rows,
)
from server.work.sessions.session_rows import BillingState, PaymentState, SessionRow, SessionWarning

log = logging.getLogger(__name__)

_SAMPLES = Statement(
    filing.whole(
        MeterValue.select(
            MeterValue.time,
            MeterValue.register_wh,
            MeterValue.not_billed,
            MeterValue.soc_percent,
            MeterValue.number,
        ).where(MeterValue.session == param("session")),
        MeterValue.time,
        MeterValue.number,
    )
)
_ZONE = Statement(Location.select(Location.time_zone).where(Location.name == param("name")))
_CURRENT = Statement(Evse.select(Evse.current_type).where(Evse.name == param("name")))
_COUNT = Statement(
    User.update(
        session_count=User.session_count + param("sessions"),
        energy_wh=User.energy_wh + param("energy_wh"),
    ).where(User.name == param("name"))
)
_DC = 2


def bill(unit: Unit, rules: Rules, name: str, earlier: SessionRow) -> None:
    """Prices an ended session and settles it. `earlier` is its row before it ended."""
    session = session_rows.by_name(unit, name)
    assert session is not None
    _count(unit, session, earlier)
    readings = _readings(unit, session, session.stop_time or unit.now)
    if session.tariff_snapshot is None:
        electricity.keep_cost(unit, session, _facts(unit, session, None, readings, 0))
        free = rules.no_tariff_is_free and session.authorization_refused is None
        _mark(unit, name, BillingState.COMPLETED if free else BillingState.SUSPENDED, free)
        return
    terms = snapshot_of(unit, session.tariff_snapshot).terms
    current = _current_type(unit, session)
    covering = covers.covering(unit, session)
    facts = _facts(unit, session, terms, readings, covers.wh_of(covering, session, current))
    electricity.keep_cost(unit, session, facts)
    try:
        price = _price(unit, session, terms, facts)
    except UnpricedError:
        log.exception("%s cannot be priced: its bill is held", name)
        _mark(unit, name, BillingState.SUSPENDED, False)
        return
    _save(unit, session, price, final=True)
    _save_periods(unit, session, facts)
    if _doubtful(session, unit):
        _mark(unit, name, BillingState.SUSPENDED, False)
        return
    covers.use(unit, session, covering, current, price.non_billable_wh)
    before = _billed_before(session)
    if before is None or before.total != price.total:
        paying.pay(unit, session, _difference(price, before), corrects=before is not None)
    announce.session(unit, "session.priced", name, session.state, unit.now)


def reprice(unit: Unit, session: SessionRow) -> None:
    """Refreshes the price so far of a session that runs."""
    if session.tariff_snapshot is not None:
        terms = snapshot_of(unit, session.tariff_snapshot).terms
        price = _price(unit, session, terms, facts_so_far(unit, session, terms))
        save_running(unit, session, price)


def _price(unit: Unit, session: SessionRow, terms: Tariff, facts: SessionFacts) -> Price:
    rates = electricity.rates_of(unit, session, terms)
    refused = session.authorization_refused is not None
    return price_refused(terms, facts, rates) if refused else price_session(terms, facts, rates)


def facts_so_far(unit: Unit, session: SessionRow, terms: Tariff) -> SessionFacts:
    """What is known of a session that runs, as it is priced."""
    readings = _readings(unit, session, unit.now)
    covered = covers.wh_so_far(unit, session, _current_type(unit, session))
    return _facts(unit, session, terms, readings, covered)


def save_running(unit: Unit, session: SessionRow, price: Price) -> None:
    """Keeps the price so far of a session that runs."""
    _save(unit, session, price, final=False)


def _current_type(unit: Unit, session: SessionRow) -> CurrentType:
    current = unit.one(_CURRENT, name=session.evse) if session.evse else None
    return CurrentType.DC if current and current[0] == _DC else CurrentType.AC


def _facts(
    unit: Unit,
    session: SessionRow,
    terms: Tariff | None,
    readings: list[Reading],
    covered_wh: int,
) -> SessionFacts:
    zone = unit.one(_ZONE, name=session.location) if session.location else None
    told = [_told(period) for period in periods.load(session.charging_periods)]
    return SessionFacts(
        start=to_datetime(session.start_time),
        end=to_datetime(max(session.stop_time or unit.now, session.start_time)),
        reserved_from=to_datetime(session.reserved_time) if session.reserved_time else None,
        samples=tuple(MeterSample(reading.time, reading.energy_wh) for reading in readings),
        periods=periods_by(terms.idle_detection if terms else IdleDetection(), told, readings),
        current_type=_current_type(unit, session),
        time_zone=ZoneInfo(zone[0] if zone and zone[0] else "UTC"),
        allowance_wh=covered_wh,
    )


def _save_periods(unit: Unit, session: SessionRow, facts: SessionFacts) -> None:
    """Keeps the periods that were priced, where they are not the charger's."""
    told = periods.load(session.charging_periods)
    if [_told(period) for period in told] == list(facts.periods):
        return
    rebuilt: list[periods.Period] = []
    for period in facts.periods:
        state = periods.CHARGING if period.state is ChargingState.CHARGING else periods.IDLE
        so_far = round(energy_at(facts.samples, period.start))
        periods.add(rebuilt, state, to_us(period.start), so_far)
    periods.end(rebuilt, to_us(facts.end), session.energy_wh)
    columns = periods.durations(rebuilt)
    session_rows.change(unit, session.name, charging_periods=periods.save(rebuilt), **columns)


def _readings(unit: Unit, session: SessionRow, end_us: int) -> list[Reading]:
    """The register since the start, run by run, and its last stand at the end."""
    register = Register(session.meter_start_wh or 0, session.meter_start_wh or 0)
    readings = []
    unit.write_log(meter_log.SAMPLES)
    for time, register_wh, not_billed, soc, _ in unit.all(_SAMPLES, session=session.name):
        if register_wh is not None:
            register = _on(register, register_wh, not_billed)
        readings.append(Reading(to_datetime(time), register.energy_wh, soc))
    if session.stop_time is not None:
        readings.append(Reading(to_datetime(end_us), session.energy_wh, session.soc_percent))
    return readings


def _on(register: Register, register_wh: int, not_billed: bool) -> Register:
    if not_billed:
        return register.restart(register_wh)
    return register.advance(register_wh) if register_wh >= register.last_wh else register


def _told(period: periods.Period) -> ChargingPeriod:
    charging = period.state == periods.CHARGING
    state = ChargingState.CHARGING if charging else ChargingState.IDLE
    return ChargingPeriod(to_datetime(periods.start_of(period)), state)


def _save(unit: Unit, session: SessionRow, price: Price, *, final: bool) -> None:
    message = price_to_message(price, final=final)
    columns = {
        "price": session_pb2.Session(price=message).SerializeToString(),
        "net_micros": price.net.micros,
        "total_micros": price.total.micros,
        "currency": price.total.currency,
    }
    if final:
        columns["billing_state"] = BillingState.COMPLETED
    session_rows.change(unit, session.name, **columns)


def _mark(unit: Unit, name: str, billing: BillingState, nothing_to_pay: bool) -> None:
    payment = PaymentState.NOT_REQUIRED if nothing_to_pay else PaymentState.PENDING
    session_rows.change(unit, name, billing_state=billing, payment_state=payment)


def _doubtful(session: SessionRow, unit: Unit) -> bool:
    """Whether a time that we replaced has a say in the price."""
    if SessionWarning.TIME_REPLACED not in session_rows.warnings_of(session.warnings):
        return False
    return _by_time(snapshot_of(unit, session.tariff_snapshot or "").terms)


def _by_time(terms: Tariff) -> bool:
    timeless = {Dimension.SESSION, Dimension.ENERGY}
    return any(
        element.dimension not in timeless
        or isinstance(element.price, RatePrice)
        or element.restrictions.by_clock
        or element.restrictions.by_power
        or element.restrictions.by_tier
        for element in terms.elements
    )


def _billed_before(session: SessionRow) -> Parts | None:
    """What an earlier bill of the same session said."""
    if session.billing_state != BillingState.COMPLETED or session.price is None:
        return None
    price = session_pb2.Session.FromString(session.price).price
    return Parts(*(_money(part) for part in (price.net, price.tax, price.total)))


def _money(message: "price_pb2.Price | object") -> Money:
    return Money.from_parts(message.currency_code, message.units, message.nanos)  # type: ignore[union-attr]


def _difference(price: Price, before: Parts | None) -> Parts:
    if before is None:
        return Parts(price.net, price.tax, price.total)
    return Parts(price.net - before.net, price.tax - before.tax, price.total - before.total)


def _count(unit: Unit, session: SessionRow, earlier: SessionRow) -> None:
    """Adds the session to its user's totals, once."""
    if session.user:
        first = earlier.stop_time is None
        energy = session.energy_wh - (0 if first else earlier.energy_wh)
        unit.run(_COUNT, name=session.user, sessions=int(first), energy_wh=energy)
