"""Transactions as chargers of OCPP 2.x tell of them: step by step, in any order, some twice.

A session begins with the step at which it is known who charges, and where: nobody pays for the
time before. Until then the steps wait (`early_steps`); then all are taken in their order.
"""

from dataclasses import replace
from typing import NamedTuple

from server.domain import step_numbers, transaction_steps
from server.domain.authorization import Authorization
from server.domain.charging_states import status_after, status_of
from server.domain.facts import ChargingState, EvseStatus, StepKind, TransactionStep
from server.domain.step_numbers import StepNumbers
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import (
    authorization,
    charging,
    clocks,
    early_steps,
    limits,
    metered_rows,
    metering,
    orphans,
    session_rows,
    turns,
)
from server.work.sessions.metered_rows import SteppedRow
from server.work.sessions.places import place_of
from server.work.sessions.session_rows import SessionRow, SessionState, SessionWarning

_Row = SessionRow | SteppedRow


class News(NamedTuple):
    """What a step says of the EVSE of its transaction, where that was not known."""

    evse: int
    """0 = not told yet."""
    connector: int
    status: EvseStatus
    is_session: bool
    """Whether there is a session of it."""


class Stepped(NamedTuple):
    """What came of a step."""

    authorization: Authorization | None = None
    """Of the token that it showed; and of a session that may not be, whatever it showed."""
    total_micros: int | None = None
    """What the session costs so far, in its currency."""
    news: News | None = None


def step(unit: Unit, rules: Rules, charge_point: str, told: TransactionStep) -> Stepped:
    """Takes a step. The same again, whatever its message id, is answered as the first was."""
    session = _session_of(unit, charge_point, told)
    if session is None:
        return _early(unit, rules, charge_point, told)
    status = None
    numbers = step_numbers.heard(session.step_numbers or "", told.kind, told.number)
    if numbers is not None:
        status = _news(session, told)
        session = _take(unit, rules, session, told, numbers)
    return _stepped(session, _answer(unit, rules, session, told), status)


def _session_of(unit: Unit, charge_point: str, told: TransactionStep) -> _Row | None:
    """An update, as most steps are, asks for fewer columns."""
    if told.kind is StepKind.UPDATED:
        return metered_rows.stepped(unit, charge_point, told.transaction_id)
    return session_rows.by_transaction(unit, charge_point, told.transaction_id)


def _news(session: _Row, told: TransactionStep) -> EvseStatus | None:
    """What a step says of the EVSE that was not known."""
    if told.kind is StepKind.ENDED:
        return status_after(told)
    if told.state is None or told.state == session.charging_state:
        return None
    return status_of(told.state, charged=session.energy_wh > 0)


def _stepped(session: _Row, answer: Authorization | None, status: EvseStatus | None) -> Stepped:
    news = None
    if status is not None:
        evse = int((session.evse or "0").rpartition("/")[2])
        news = News(evse, session.connector, status, is_session=True)
    return Stepped(answer, session.total_micros, news)


def _answer(unit: Unit, rules: Rules, session: _Row, told: TransactionStep) -> Authorization | None:
    """Whether a token may do what it is shown for: begin this session, or end it."""
    if told.token and not session_rows.same_token(session, told.token):
        place = session.charge_point
        return authorization.shown(unit, rules, place, told.token, told.token_kind).authorization()
    if told.token is None and session.state != SessionState.FAILED:
        return None
    return charging.answer_again(unit, _whole(unit, session))


def _whole(unit: Unit, session: _Row) -> SessionRow:
    whole = session_rows.by_name(unit, session.name)
    assert whole is not None
    return whole


def _take(unit: Unit, rules: Rules, session: _Row, told: TransactionStep, numbers: str) -> _Row:
    """What a step tells of its session; returns the session's row, which after an update is still
    right in all that is answered. `numbers`: of the steps heard, with this one."""
    times = (told.time, *(sample.time for sample in told.samples))
    session, clock = clocks.told(unit, session, times)
    state = session.charging_state if told.state is None else int(told.state)
    heard = metering.Step(numbers, state)
    if told.kind is not StepKind.ENDED and told.samples:
        progress = metering.record(unit, session, told.samples, [], clock, heard)
        limits.measured(unit, session, progress)
    else:
        metering.take(unit, session.name, heard)
    if told.kind is StepKind.ENDED:
        charging.ended(unit, rules, _whole(unit, session), transaction_steps.end(told))
    if told.kind is StepKind.UPDATED and session.stop_time is None:
        return session
    after = _whole(unit, session)
    if after.stop_time is not None:
        _note_missing(unit, after)
    return after


def _note_missing(unit: Unit, session: SessionRow) -> None:
    """Notes on a session that has ended whether all was heard; what is late may complete it."""
    numbers = StepNumbers.parse(session.step_numbers or "")
    warnings = session_rows.warnings_of(session.warnings)
    missing = SessionWarning.MESSAGES_MISSING
    if bool(numbers.missing) == (missing in warnings):
        return
    left = [warning for warning in warnings if warning is not missing]
    blob = session_rows.warnings_blob([*left, missing] if numbers.missing else left)
    session_rows.change(unit, session.name, warnings=blob)


def _early(unit: Unit, rules: Rules, charge_point: str, told: TransactionStep) -> Stepped:
    before = early_steps.waiting(unit, charge_point, told.transaction_id)
    repeated = any((told.kind, told.number) == (each.kind, each.number) for each in before)
    steps = before if repeated else transaction_steps.in_order([*before, told])
    place = place_of(unit, charge_point)
    beginning = transaction_steps.beginning(steps, auto_start=bool(place.auto_start))
    if beginning is not None:
        return _begin(unit, rules, charge_point, steps, beginning, told)
    if transaction_steps.is_over(steps):  # nobody wanted to charge, or could
        early_steps.forget(unit, charge_point, told.transaction_id)
    elif not repeated:
        early_steps.keep(unit, charge_point, told)
    shown = None
    if told.token is not None:
        decision = authorization.shown(unit, rules, charge_point, told.token, told.token_kind)
        shown = decision.authorization()
    evse, connector = transaction_steps.place(steps)
    return Stepped(shown, None, News(evse, connector, _status(steps), is_session=False))


def _status(steps: transaction_steps.Steps) -> EvseStatus:
    if steps[-1].kind is StepKind.ENDED:
        return status_after(steps[-1])
    charged = transaction_steps.energy_wh(steps) > 0
    return status_of(transaction_steps.state(steps), charged=charged)


def _begin(
    unit: Unit,
    rules: Rules,
    charge_point: str,
    steps: transaction_steps.Steps,
    beginning: int,
    told: TransactionStep,
) -> Stepped:
    early_steps.forget(unit, charge_point, told.transaction_id)
    start = transaction_steps.start(steps, beginning)
    answer = charging.start(unit, rules, charge_point, start).authorization
    for each in steps:
        session: _Row = _required(unit, charge_point, told)
        numbers = step_numbers.heard(session.step_numbers or "", each.kind, each.number)
        if numbers is None:  # two nodes let it wait
            continue
        session = _take(unit, rules, session, each, numbers)
        if each is not told:
            turn(unit, charge_point, each)
    shown = answer if told.token is not None or not answer.accepted else None
    return _stepped(session, shown, _status(steps))


def turn(unit: Unit, charge_point: str, told: TransactionStep) -> None:
    """What a step tells of charging and idling, where the status of the EVSE did not say it."""
    session = _required(unit, charge_point, told)
    if told.state is not None and session.state == SessionState.ACTIVE:
        status = status_of(told.state, charged=session.energy_wh > 0)
        time = unit.now if told.time is None else clocks.placed(unit, session, told.time)
        turns.turned(unit, session, status, time)


def _required(unit: Unit, charge_point: str, told: TransactionStep) -> SessionRow:
    session = session_rows.by_transaction(unit, charge_point, told.transaction_id)
    assert session is not None
    return session


def status_on(unit: Unit, charge_point: str, evse: int) -> EvseStatus | None:
    """What the transaction on an EVSE says of it; None if there is none, or none of 2.x."""
    for session in session_rows.active_on(unit, f"{charge_point}/evses/{evse}"):
        if session.step_numbers is not None:
            state = ChargingState(session.charging_state) if session.charging_state else None
            return status_of(state, charged=session.energy_wh > 0)
    steps = early_steps.on_evse(unit, charge_point, evse)
    return _status(steps) if steps and steps[-1].kind is not StepKind.ENDED else None


def give_up(unit: Unit, rules: Rules, limit: int) -> int:
    """Makes what can be made of transactions whose beginning, or middle, will not be told any
    more; returns how many."""
    before = unit.now - rules.lost_stop * 1_000_000
    stuck = early_steps.stuck(unit, before, limit)
    for charge_point, transaction_id in stuck:
        steps = early_steps.waiting(unit, charge_point, transaction_id)
        known = transaction_steps.who_and_where(steps)
        if known is None:
            early_steps.forget(unit, charge_point, transaction_id)
            _keep_orphan(unit, charge_point, steps)
        else:
            _begin(unit, rules, charge_point, steps, known, steps[-1])
    return len(stuck)


def _keep_orphan(unit: Unit, charge_point: str, steps: transaction_steps.Steps) -> None:
    """Somebody is to see energy that was told of, and who showed a token."""
    token = next((step.token for step in steps if step.token), "")
    if token or transaction_steps.energy_wh(steps):
        end = transaction_steps.end(steps[-1])
        samples = transaction_steps.samples(steps)
        orphans.keep(unit, charge_point, replace(end, token=token, samples=samples))
