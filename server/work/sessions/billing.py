"""The price of a session, and who pays it.

A session is priced by the tariff that was copied into it at its start, from all its
samples. The bill is booked once; a correction is booked as its difference, with an
entry and a transaction of its own.
"""

import logging

from ampline.v1 import price_pb2, session_pb2
from server.domain.idle_detection import energy_at
from server.domain.payments import Parts
from server.domain.pricing import (
    ChargingState,
    Price,
    RunningPrice,
    SessionFacts,
    UnpricedError,
    price_refused,
    price_session,
)
from server.domain.tariffs import CurrentType, Dimension, RatePrice, Tariff
from server.resources.price_corrections import corrected
from server.resources.prices import money_of, price_to_message
from server.store.clock import to_datetime, to_us
from server.store.models import User
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import earnings, receipts
from server.work.money.tariffs import snapshot_of
from server.work.rules import Rules
from server.work.sessions import (
    announce,
    covers,
    electricity,
    paying,
    periods,
    pricing_facts,
    running_prices,
    session_rows,
)
from server.work.sessions.pricing_facts import facts_of
from server.work.sessions.readings import of_whole
from server.work.sessions.session_rows import BillingState, PaymentState, SessionRow, SessionWarning

log = logging.getLogger(__name__)

_COUNT = Statement(
    User.update(
        session_count=User.session_count + param("sessions"),
        energy_wh=User.energy_wh + param("energy_wh"),
    ).where(User.name == param("name"))
)


def bill(unit: Unit, rules: Rules, name: str, earlier: SessionRow) -> None:
    """Prices an ended session and settles it. `earlier` is its row before it ended."""
    session = session_rows.by_name(unit, name)
    assert session is not None
    _count(unit, session, earlier)
    running_prices.forget(name)
    readings = of_whole(unit, session)
    if session.tariff_snapshot is None:
        electricity.keep_cost(unit, session, facts_of(unit, session, None, readings, 0))
        free = rules.no_tariff_is_free and session.authorization_refused is None
        _mark(unit, name, BillingState.COMPLETED if free else BillingState.SUSPENDED, free)
        return
    terms = snapshot_of(unit, session.tariff_snapshot).terms
    current = pricing_facts.current_type_of(unit, session)
    covering = covers.covering(unit, session)
    facts = facts_of(unit, session, terms, readings, covers.wh_of(covering, session, current))
    cost = electricity.keep_cost(unit, session, facts)
    try:
        price = _price(unit, session, terms, facts)
    except UnpricedError:
        log.exception("%s cannot be priced: its bill is held", name)
        _mark(unit, name, BillingState.SUSPENDED, False)
        return
    billed = _billed(session)
    _save_bill(unit, session, price, billed)
    _save_periods(unit, session, facts)
    if _doubtful(session, unit):
        _mark(unit, name, BillingState.SUSPENDED, False)
        return
    covers.use(unit, session, covering, current, price.non_billable_wh)
    is_dc = current is CurrentType.DC
    earnings.keep(unit, session, price.net, price.tax, cost, is_dc=is_dc)
    before = _parts(billed)
    if before is None or before.total != price.total:
        owed, corrects = _difference(price, before), before is not None
        paying.pay(unit, session, owed, corrects=corrects, cards=rules.takes_cards)
    if before is not None:
        receipts.correct_session(unit, name)
    announce.session(unit, "session.priced", name, session.state, unit.now)


def _price(unit: Unit, session: SessionRow, terms: Tariff, facts: SessionFacts) -> Price:
    rates = electricity.rates_of(unit, session, terms)
    refused = session.authorization_refused is not None
    return price_refused(terms, facts, rates) if refused else price_session(terms, facts, rates)


def reprice(unit: Unit, session: SessionRow) -> RunningPrice:
    """Refreshes the price so far of a session that runs, by a tariff; returns where it stands."""
    running = running_prices.follow(unit, session)
    price = running.price(to_datetime(unit.now))
    _save(unit, session, price, price_to_message(price))
    return running


def _save_periods(unit: Unit, session: SessionRow, facts: SessionFacts) -> None:
    """Keeps the periods that were priced, where they are not the charger's."""
    if pricing_facts.told_periods(session) == list(facts.periods):
        return
    rebuilt: list[periods.Period] = []
    for period in facts.periods:
        state = periods.CHARGING if period.state is ChargingState.CHARGING else periods.IDLE
        so_far = round(energy_at(facts.samples, period.start))
        periods.add(rebuilt, state, to_us(period.start), so_far)
    periods.end(rebuilt, to_us(facts.end), session.energy_wh)
    columns = periods.durations(rebuilt)
    session_rows.change(unit, session.name, charging_periods=periods.save(rebuilt), **columns)


def _save_bill(
    unit: Unit, session: SessionRow, price: Price, before: price_pb2.Price | None
) -> None:
    """Keeps the bill. One that was made before stays as it is, and is corrected."""
    message = price_to_message(price, final=True)
    message = message if before is None else corrected(before, message)
    _save(unit, session, price, message, billing_state=BillingState.COMPLETED)


def _save(
    unit: Unit, session: SessionRow, price: Price, message: price_pb2.Price, **columns: object
) -> None:
    session_rows.change(
        unit,
        session.name,
        price=session_pb2.Session(price=message).SerializeToString(),
        net_micros=price.net.micros,
        total_micros=price.total.micros,
        currency=price.total.currency,
        **columns,
    )


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


def _billed(session: SessionRow) -> price_pb2.Price | None:
    """An earlier bill of the same session."""
    if session.billing_state != BillingState.COMPLETED or session.price is None:
        return None
    return session_pb2.Session.FromString(session.price).price


def _parts(billed: price_pb2.Price | None) -> Parts | None:
    if billed is None:
        return None
    return Parts(money_of(billed.net), money_of(billed.tax), money_of(billed.total))


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
