"""Transactions: a charger tells of a start, of a change, of a stop."""

from dataclasses import replace
from typing import NamedTuple

from server.domain.authorization import Authorization, StartReason, status_of
from server.domain.facts import (
    Measured,
    StopReason,
    TransactionEnded,
    TransactionStarted,
)
from server.store.clock import to_datetime, to_us
from server.store.ids import new_name
from server.store.unit import Unit
from server.work.money import tariffs
from server.work.money.tariffs import Snapshot
from server.work.rules import Rules
from server.work.sessions import (
    announce,
    authorization,
    billing,
    clocks,
    electricity,
    ended_sessions,
    evses,
    extensions,
    held_places,
    limits,
    metering,
    orphans,
    periods,
    reservations,
    reserving,
    session_profiles,
    session_rows,
    stopping,
)
from server.work.sessions.authorization import Decision
from server.work.sessions.evses import EvseRow
from server.work.sessions.held_places import ReservationRow
from server.work.sessions.session_rows import (
    AuthorizationMethod,
    SessionRow,
    SessionState,
    SessionWarning,
)
from server.work.sessions.times import believed


class Started(NamedTuple):
    """What the charger is told of its start."""

    transaction_id: str
    authorization: Authorization


def start(unit: Unit, rules: Rules, charge_point: str, fact: TransactionStarted) -> Started:
    """Begins a session. The same message again, whatever its id, answers as the first did.

    A refused start has a transaction id of its own too and makes a FAILED session, to which
    meter values and the stop attach. One that began offline is never refused, only flagged.
    """
    told = to_us(fact.time) if fact.time else None
    key = None
    if fact.transaction_id is None:
        meter = fact.meter_start_wh or 0
        key = session_rows.start_key(fact.evse, fact.connector, fact.token, told, meter)
    if known := _known(unit, charge_point, fact, key):
        return Started(known.ocpp_transaction_id or "", answer_again(unit, known))
    evse = evses.find_or_make_evse(unit, charge_point, fact.evse)
    time, replaced = believed(fact.time, unit.now)
    _close_stale(unit, rules, evse, fact.connector, time)
    pending = _pending(unit, charge_point, evse, fact)
    decision = _decide(unit, rules, charge_point, evse, fact, pending)
    place = _place_held(evse, fact, decision)
    offline = fact.offline or _began_offline(decision, time)
    transaction = fact.transaction_id
    if transaction is None:
        transaction = str(session_rows.next_transaction_id(unit))
    begun = _Begun(fact, key, time, replaced, offline, transaction, evse, decision, place)
    _begin(unit, rules, begun, pending)
    return Started(transaction, begun.authorization())


class _Begun(NamedTuple):
    """A start, and all that is known of it."""

    fact: TransactionStarted
    key: str | None
    time: int
    time_replaced: bool
    offline: bool
    transaction: str
    evse: EvseRow
    decision: Decision
    place: ReservationRow | None

    @property
    def refused(self) -> StartReason | None:
        return None if self.offline else self.decision.reason

    def authorization(self) -> Authorization:
        answer = self.decision.authorization()
        if not self.offline:
            return answer
        return Authorization(status_of(None), None, answer.expire_time, answer.parent_group_id)

    def warnings(self) -> list[SessionWarning]:
        against = self.offline and self.decision.reason is not None
        flags = (
            (self.time_replaced, SessionWarning.TIME_REPLACED),
            (against, SessionWarning.STARTED_AGAINST_RULES),
        )
        return [warning for flag, warning in flags if flag]


def _known(
    unit: Unit, charge_point: str, fact: TransactionStarted, key: str | None
) -> SessionRow | None:
    if fact.transaction_id is not None:
        return session_rows.by_transaction(unit, charge_point, fact.transaction_id)
    return session_rows.by_start_key(unit, charge_point, key) if key else None


def answer_again(unit: Unit, session: SessionRow) -> Authorization:
    """What was answered when it began."""
    reason = StartReason(session.authorization_refused) if session.authorization_refused else None
    tag = authorization.tag_by_name(unit, session.id_tag) if session.id_tag else None
    expires = to_datetime(tag.expire_time) if tag and tag.expire_time else None
    return Authorization(status_of(reason), reason, expires, tag.parent_group_id if tag else None)


def _close_stale(unit: Unit, rules: Rules, evse: EvseRow, connector: int, time: int) -> None:
    """Ends what still runs on the connector here: the charger would not begin anew otherwise."""
    for stale in session_rows.active_on(unit, evse.name):
        same = stale.connector in (0, connector) or connector == 0
        if same and stale.start_time <= time:
            close(unit, rules, stale, StopReason.NEW_TRANSACTION_RECEIVED)


def _pending(
    unit: Unit, charge_point: str, evse: EvseRow, fact: TransactionStarted
) -> SessionRow | None:
    """The session that somebody asked for from afar and that this start answers."""
    waiting = session_rows.at_charge_point(unit, charge_point, SessionState.PENDING)
    for session in reversed(waiting):
        if fact.remote_start_id is not None:
            fits = session.remote_start_id == fact.remote_start_id
        else:
            at_evse = session.evse in (None, evse.name)
            fits = at_evse and session_rows.same_token(session, fact.token)
        if fits and (held := session_rows.still_pending(unit, session)):
            return held
    return None


def _decide(
    unit: Unit,
    rules: Rules,
    charge_point: str,
    evse: EvseRow,
    fact: TransactionStarted,
    pending: SessionRow | None,
) -> Decision:
    if pending is None:
        tag = authorization.tag_of(unit, fact.token, fact.token_kind)
        held = None if tag else held_places.with_token(unit, charge_point, fact.token)
        user = held.user if held else None
        return authorization.decide(unit, rules, charge_point, evse, tag, user)
    tag = authorization.tag_by_name(unit, pending.id_tag) if pending.id_tag else None
    user, payment, ad_hoc = pending.user, pending.payment_method, pending.is_ad_hoc
    return authorization.decide(
        unit, rules, charge_point, evse, tag, user, payment=payment, ad_hoc=ad_hoc
    )


def _place_held(
    evse: EvseRow, fact: TransactionStarted, decision: Decision
) -> ReservationRow | None:
    """The reservation that the start uses."""
    user = decision.user.name if decision.user else None
    who = replace(authorization.comer(decision.tag, user), token=fact.token)
    return held_places.used_by(decision.held, evse.name, fact.reservation_id, who)


def _began_offline(decision: Decision, time: int) -> bool:
    connected = decision.place.connected_since
    return connected is not None and time < connected - _CLOCK_DIFFERENCE_US


_CLOCK_DIFFERENCE_US = 30_000_000
"""How far a charger's clock may be behind ours, and a start not look older than the connection."""


def _begin(unit: Unit, rules: Rules, begun: _Begun, pending: SessionRow | None) -> None:
    snapshot = begun.decision.snapshot
    if snapshot:
        tariffs.keep(unit, snapshot)
    columns = _columns(begun)
    name = pending.name if pending else new_name("sessions")
    if not begun.refused:
        columns["watch_time"] = limits.first_look(unit, begun.decision, pending)
    if pending:
        session_rows.change(unit, name, **columns)
    else:
        session_rows.insert(unit, name=name, **_who(begun), **columns)
    if not begun.refused:
        evses.hold(unit, begun.evse.name, name)
        if begun.place:
            reservations.done(unit, begun.place.name, name)
        extensions.link(unit, begun.evse.name, name, begun.time)
    if not (pending or begun.refused):
        _reserve(unit, rules, name, snapshot)
    announce.session(unit, "session.started", name, pending.state if pending else 0, begun.time)


def _reserve(unit: Unit, rules: Rules, name: str, snapshot: Snapshot | None) -> None:
    """Of what its user has saved, if a gateway takes that."""
    if rules.takes_cards and (session := session_rows.by_name(unit, name)):
        reserving.reserve(unit, rules, session, snapshot, session.payment_method)


def _who(begun: _Begun) -> dict[str, object]:
    decision = begun.decision
    auto = decision.place.auto_start and decision.tag is None
    return {
        "charge_point": begun.evse.charge_point,
        "location": decision.place.location,
        "partner": decision.place.partner,
        "user": decision.user.name if decision.user else None,
        "id_tag": decision.tag.name if decision.tag else None,
        "token": begun.fact.token or None,
        "payment_method": decision.user.payment_preference if decision.user else None,
        "company": decision.company,
        "authorization_method": _method(begun, bool(auto)),
    }


def _method(begun: _Begun, auto: bool) -> AuthorizationMethod:
    if begun.place and not begun.refused:
        return AuthorizationMethod.RESERVATION
    return AuthorizationMethod.AUTO_START if auto else AuthorizationMethod.BY_ID_TAG


def _columns(begun: _Begun) -> dict[str, object]:
    meter = begun.fact.meter_start_wh
    return {
        "evse": begun.evse.name,
        "connector": begun.fact.connector,
        "ocpp_transaction_id": begun.transaction,
        "state": SessionState.FAILED if begun.refused else SessionState.ACTIVE,
        "authorization_refused": begun.refused.value if begun.refused else None,
        "start_time": begun.time,
        **_clock(begun),
        "reserved_time": begun.place.create_time if begun.place and not begun.refused else None,
        "start_key": begun.key,
        "meter_start_wh": meter,
        "meter_wh": meter,
        "segment_start_wh": meter,
        "charging_periods": periods.begin(begun.time),
        "started_offline": begun.offline,
        **electricity.begun_with(begun.decision),
        "warnings": session_rows.warnings_blob(begun.warnings()),
        "expire_time": None,
    }


def _clock(begun: _Begun) -> dict[str, int]:
    """What the start says of a clock that cannot be believed."""
    if not begun.time_replaced or begun.fact.time is None:
        return {}
    told = to_us(begun.fact.time)
    return {"told_start_time": told, "clock_lag": begun.time - told}


def measure(unit: Unit, charge_point: str, fact: Measured) -> None:
    """Meter values are told: kept, summed up, and looked at where the session has limits."""
    if moved := metering.measure(unit, charge_point, fact):
        limits.measured(unit, *moved)


def end(
    unit: Unit, rules: Rules, charge_point: str, fact: TransactionEnded
) -> Authorization | None:
    """Ends a session and bills it. Always answered; a stop that fits no session is kept as one.

    A repeat changes nothing. A stop that comes after the session was closed here corrects it.
    """
    session = ended_sessions.find(unit, charge_point, fact)
    if session is None:
        orphans.keep(unit, charge_point, fact)
        return None
    ended(unit, rules, session, fact)
    return authorization.standing(unit, fact.token) if fact.token else None


def ended(unit: Unit, rules: Rules, session: SessionRow, fact: TransactionEnded) -> None:
    """Ends this session and bills it, or corrects that, or notes that it was stopped twice."""
    session = session_rows.held(unit, session.name) or session
    if session.stop_time is None:
        _finish(unit, rules, session, fact)
    elif session_rows.awaits_stop(session.warnings):
        _finish(unit, rules, session, fact, SessionWarning.CORRECTED_BY_LATE_STOP)
    elif fact.meter_stop_wh not in (None, session.meter_stop_wh):
        warned = session_rows.warned(session.warnings, SessionWarning.STOPPED_TWICE)
        session_rows.change(unit, session.name, warnings=warned)


def _finish(
    unit: Unit,
    rules: Rules,
    session: SessionRow,
    fact: TransactionEnded,
    *marks: SessionWarning,
) -> None:
    told = (fact.time, *(sample.time for sample in fact.samples))
    session, clock = clocks.told(unit, session, told)
    time, replaced = clock.placed(fact.time, unit.now)
    if fact.samples:
        metering.record(unit, session, fact.samples, [], clock)
    if fact.samples or replaced:
        session = session_rows.by_name(unit, session.name) or session
    if replaced:
        marks = (*marks, SessionWarning.TIME_REPLACED)
    stopped = _Stop(
        max(time, session.start_time), fact.meter_stop_wh, fact.reason, fact.reason_text, marks
    )
    _stop(unit, rules, session, stopped)


class _Stop(NamedTuple):
    """How a session ends; without a meter value, with the last one that was told."""

    time: int
    meter_wh: int | None
    reason: StopReason
    reason_text: str
    marks: tuple[SessionWarning, ...]


def _stop(unit: Unit, rules: Rules, session: SessionRow, stop: _Stop) -> None:
    progress = metering.progress_of(session, list(stop.marks))
    metering.advance(unit, session, progress, stop.meter_wh, stop.time)
    stretches = periods.load(session.charging_periods)
    if stretches:
        periods.end(stretches, stop.time, progress.energy_wh)
    refused = session.state == SessionState.FAILED
    register = progress.register
    session_rows.change(
        unit,
        session.name,
        state=SessionState.FAILED if refused else SessionState.FINISHED,
        stop_reason=stopping.reason_of(session, stop.reason),
        stop_reason_text=stop.reason_text or None,
        stop_time=stop.time,
        meter_stop_wh=register.last_wh if register else None,
        energy_wh=progress.energy_wh,
        power_w=None,
        charging_periods=periods.save(stretches) if stretches else None,
        **periods.durations(stretches),
        warnings=session_rows.warned(session.warnings, *progress.warnings),
        **stopping.NOTHING_HELD,
    )
    if session.evse:
        evses.release(unit, session.evse, session.name)
    session_profiles.ended(unit, session.name)
    billing.bill(unit, rules, session.name, session)
    announce.session(unit, "session.stopped", session.name, session.state, stop.time)


def close(unit: Unit, rules: Rules, session: SessionRow, reason: StopReason) -> None:
    """Ends a session here, without a word of the charger, at its last meter value; unless that has
    come meanwhile."""
    session = session_rows.held(unit, session.name) or session
    if session.stop_time is not None:
        return
    last = session.meter_time or session.start_time
    time = unit.now if reason is StopReason.FORCE_STOP else last
    marks = (SessionWarning.ENDED_WITHOUT_STOP,)
    _stop(unit, rules, session, _Stop(max(time, last), None, reason, "", marks))
