"""Running sessions are looked at: whether they may go on, what they hold, when to look again."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ampline.v1 import session_pb2
from server.domain import limits
from server.domain.authorization import Payment
from server.domain.facts import StopReason
from server.domain.limits import Outlook, Standing
from server.domain.money import Money
from server.domain.pricing import UnpricedError
from server.domain.tariffs import StopConditions
from server.resources.tariff_terms import length, money
from server.store.clock import to_datetime, to_us
from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import allowances, corporate, payers
from server.work.money.payers import Payer
from server.work.money.tariffs import Snapshot, snapshot_of
from server.work.sessions import closing, courses, places, reserving, session_rows, stopping
from server.work.sessions.authorization import Decision
from server.work.sessions.courses import Course, Reach
from server.work.sessions.metered_rows import Metered
from server.work.sessions.metering import Progress
from server.work.sessions.session_rows import SessionRow, SessionState

log = logging.getLogger(__name__)
MOST = 50
"""The most sessions that one run of the job looks at: the lane is never held long."""
_DUE = Statement(
    Session.select(Session.name)
    .where(Session.watch_time <= param("now"))
    .order_by(Session.watch_time)
    .limit(MOST)
)
_AT_LOCATION = Statement(
    Session.update(watch_time=param("now")).where(
        (Session.location == param("location"))
        & (Session.state == SessionState.ACTIVE)
        & Session.stop_time.is_null()
        & Session.stop_due_time.is_null()
    )
)
_ON_BALANCE = (Payment.BALANCE, Payment.SUBSCRIPTION)


class _Purse(NamedTuple):
    """What a session may cost at most, and why it ends if it would cost more."""

    budget: Money
    reason: StopReason
    holds: bool = False
    """Whether others spend of it too, so that the session holds what it needs."""


def look_at_due(unit: Unit) -> int:
    """Looks at the sessions whose time has come; returns how many."""
    due = unit.all(_DUE, now=unit.now)
    for (name,) in due:
        look(unit, name)
    return len(due)


def measured(unit: Unit, session: Metered, progress: Progress) -> None:
    """Looks at a session if its figures have come to a mark; `session` is its row before."""
    energy, soc, time = session.watch_wh, session.watch_soc_percent, session.watch_time
    if (
        (energy is not None and progress.energy_wh >= energy)
        or (soc is not None and progress.soc_percent is not None and progress.soc_percent >= soc)
        or (time is not None and unit.now >= time)
    ):
        look(unit, session.name)


def look(unit: Unit, name: str) -> None:
    """Whether a session may go on; if it may, what it holds, and when it is looked at again."""
    session = session_rows.by_name(unit, name)
    if session is None or session.state != SessionState.ACTIVE or session.stop_due_time:
        if session is not None:
            session_rows.change(unit, name, **stopping.NO_WATCH)
        return
    snapshot = snapshot_of(unit, session.tariff_snapshot) if session.tariff_snapshot else None
    who = payers.payer(unit, session.user) if session.user else None
    standing, conditions = _standing(unit, session, who), _conditions(session, snapshot)
    reason = limits.reached(conditions, standing)
    found = None
    if reason is None and snapshot is not None:
        reason, found = _weigh(unit, session, snapshot, conditions, who)
    if reason is not None:
        stopping.want(unit, session, reason)
    else:
        _go_on(unit, session, standing, conditions, found)


def at_location(unit: Unit, location: str) -> None:
    """Has every session that runs at a location looked at: its hours may be other ones now."""
    unit.run(_AT_LOCATION, location=location, now=unit.now)


def first_look(unit: Unit, decision: Decision, pending: SessionRow | None) -> int | None:
    """When a session that begins is looked at first; None if nothing can end it from here.
    `pending` is what was asked for from afar."""
    snapshot, user = decision.snapshot, decision.user
    payment = pending.payment_method if pending else user.payment_preference if user else None
    own = pending.stop_conditions if pending else None
    prepaid = (
        payment in (*_ON_BALANCE, Payment.CORPORATE) and snapshot is not None and not snapshot.free
    )
    limited = snapshot is not None and snapshot.terms.stop_conditions != StopConditions()
    limited = limited or (pending is not None and pending.is_ad_hoc)
    if prepaid or limited or own is not None or closing.ends_sessions(decision.place):
        return unit.now
    return None


def _standing(unit: Unit, session: SessionRow, who: Payer | None) -> Standing:
    place = places.find_place(unit, session.charge_point)
    groups = who.in_groups if who else ()
    return Standing(
        to_datetime(session.start_time),
        to_datetime(unit.now),
        session.energy_wh,
        session.soc_percent,
        closing.closes(place, groups, unit.now) if place else None,
    )


def _conditions(session: SessionRow, snapshot: Snapshot | None) -> StopConditions:
    """The tariff's, and those that the session was started with."""
    told = session_pb2.Session.FromString(session.stop_conditions or b"").stop_conditions
    has = told.HasField
    own = StopConditions(
        length(told.max_duration) if has("max_duration") else None,
        told.max_energy_wh if has("max_energy_wh") else None,
        told.max_soc_percent if has("max_soc_percent") else None,
        money(told.max_amount),
    )
    if snapshot is None:
        return own
    if own.max_amount is not None and own.max_amount.currency != snapshot.terms.currency:
        own = replace(own, max_amount=None)
    return limits.both(snapshot.terms.stop_conditions, own)


def _purses(
    unit: Unit,
    session: SessionRow,
    snapshot: Snapshot,
    conditions: StopConditions,
    who: Payer | None,
) -> Iterator[_Purse]:
    if conditions.max_amount is not None:
        yield _Purse(conditions.max_amount, StopReason.AMOUNT_LIMIT)
    if who is not None and _is_prepaid(unit, session, snapshot, who):
        free = payers.free(unit, who, session.name)
        yield _Purse(free, StopReason.BALANCE_EXCEEDED, holds=True)
    if session.user is None and session.payment_method == Payment.EXTERNAL:
        reserved = reserving.reserved_for(unit, session, snapshot.terms.currency)
        if reserved is not None:
            yield _Purse(reserved, StopReason.AMOUNT_LIMIT)
    if session.company is not None and not snapshot.free:
        room = corporate.facts(unit, session.company, session.name, lock=True).room
        if room is not None and room.currency == snapshot.terms.currency:
            yield _Purse(room, StopReason.AMOUNT_LIMIT, holds=True)


def _is_prepaid(unit: Unit, session: SessionRow, snapshot: Snapshot, who: Payer) -> bool:
    """Whether the balance pays for the session when it ends."""
    if session.payment_method not in _ON_BALANCE or snapshot.free:
        return False
    if who.currency != snapshot.terms.currency:
        return False
    if session.payment_method == Payment.BALANCE:
        return True
    found = allowances.in_force(unit, who.name)
    return found is None or not found.pays_later


def _weigh(
    unit: Unit,
    session: SessionRow,
    snapshot: Snapshot,
    conditions: StopConditions,
    who: Payer | None,
) -> tuple[StopReason | None, Reach | None]:
    """Whether its money ends the session; else how far it reaches. Holds what it needs."""
    purses = list(_purses(unit, session, snapshot, conditions, who))
    if not purses:
        return None, None
    try:
        course = Course(unit, session)
    except UnpricedError:
        log.exception("%s cannot be priced while it runs: no money ends it", session.name)
        return None, None
    least, found = _outlook(course, purses)
    shared = any(purse.holds for purse in purses)
    if found is None and shared:
        courses.hold_less(unit, session)
        least, found = _outlook(course, list(_purses(unit, session, snapshot, conditions, who)))
    if shared:
        courses.hold(unit, session, course, found)
    return (None, course.reach(found.window)) if found else (least.reason, None)


def _outlook(course: Course, purses: list[_Purse]) -> tuple[_Purse, Outlook | None]:
    least = min(purses, key=lambda purse: purse.budget.nanos)
    return least, limits.outlook(course.price_ahead, least.budget, course.elapsed)


def _go_on(
    unit: Unit,
    session: SessionRow,
    standing: Standing,
    conditions: StopConditions,
    reach: Reach | None,
) -> None:
    mark = limits.mark(conditions, standing)
    times = [to_us(mark.time)] if mark.time else []
    energies = [mark.energy_wh] if mark.energy_wh is not None else []
    if reach is not None:
        times.append(reach.time)
        energies.append(reach.energy_wh)
    session_rows.change(
        unit,
        session.name,
        watch_wh=min(energies, default=None),
        watch_soc_percent=mark.soc_percent,
        watch_time=min(times, default=None),
    )
