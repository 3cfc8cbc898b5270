"""Sessions that are started and stopped from here.

A start makes a PENDING session first, so that the charger's own start, whenever it
comes, finds what it belongs to. The command itself goes out between two
transactions: nothing is held while a charger thinks.
"""

from typing import Any, NamedTuple

from ampline.v1 import session_pb2 as pb
from server.domain.authorization import Payment
from server.domain.commands import StartTransaction, StopTransaction
from server.domain.errors import (
    RefusedError,
    invalid_field,
    not_found,
    precondition,
    unknown_reference,
)
from server.domain.facts import StopReason
from server.domain.gateway_steps import PAGE
from server.store.ids import new_name
from server.store.unit import Unit
from server.work.money import corporate, gateway_steps, payments
from server.work.rules import Rules
from server.work.sessions import (
    announce,
    asked,
    authorization,
    charging,
    collecting,
    reservations,
    reserving,
    session_profiles,
    session_rows,
    stopping,
)
from server.work.sessions.authorization import Decision
from server.work.sessions.evses import EvseRow
from server.work.sessions.held_places import ReservationRow
from server.work.sessions.places import find_place
from server.work.sessions.session_rows import AuthorizationMethod, SessionRow, SessionState


class StartWanted(NamedTuple):
    """What somebody wants to start. `charge_point`, `user` and `id_tag` are resource names;
    `stop_conditions` the wire bytes of the session's field."""

    charge_point: str
    evse: int = 0
    connector: int = 0
    user: str | None = None
    id_tag: str | None = None
    payment_method: int | None = None
    stop_conditions: bytes | None = None
    reservation: str | None = None
    payment_token: str | None = None
    by_page: bool = False

    @property
    def is_ad_hoc(self) -> bool:
        """Whether nobody knows who charges: they pay at once."""
        unknown = not (self.user or self.id_tag or self.reservation)
        return unknown and (self.by_page or self.payment_token is not None)


class Prepared(NamedTuple):
    """The PENDING session, and what to tell its charger."""

    session: str
    charge_point: str
    command: StartTransaction
    payment: str | None = None
    """What is to be reserved before the charger is told."""


def prepare_start(unit: Unit, rules: Rules, wanted: StartWanted) -> Prepared:
    """Makes the PENDING session of a start from afar, if the start reasons allow it."""
    if find_place(unit, wanted.charge_point) is None:
        raise not_found(wanted.charge_point)
    held = None
    if wanted.reservation:
        held = reservations.required(unit, wanted.reservation)
        wanted = _for_reservation(wanted, held)
    evse = asked.evse_of(unit, wanted.charge_point, wanted.evse)
    decision = _decided(unit, rules, wanted, evse)
    tag = decision.tag
    token = tag.token if tag else held.token if held else asked.one_time_token()
    start_id = session_rows.next_transaction_id(unit)
    name = new_name("sessions")
    session_rows.insert(
        unit, name=name, **_columns(unit, rules, wanted, evse, decision, token, start_id)
    )
    payment = _reserve(unit, rules, wanted, decision, name)
    announce.session(unit, "session.updated", name, 0, unit.now)
    command = StartTransaction(wanted.evse, wanted.connector, token, start_id, asked.kind_of(tag))
    return Prepared(name, wanted.charge_point, command, payment)


def _decided(unit: Unit, rules: Rules, wanted: StartWanted, evse: EvseRow | None) -> Decision:
    """RefusedError where they may not, or where they could not pay."""
    ad_hoc, place, payment = wanted.is_ad_hoc, wanted.charge_point, wanted.payment_method
    tag = None if ad_hoc else asked.tag_of(unit, wanted.user, wanted.id_tag)
    if wanted.payment_token or wanted.by_page:
        payment = payment or Payment.EXTERNAL
    decision = authorization.decide(
        unit, rules, place, evse, tag, wanted.user, payment=payment, ad_hoc=ad_hoc
    )
    asked.require(decision)
    _check_currency(wanted, decision)
    if ad_hoc:
        reserving.require_amount(rules, decision.snapshot)
    return decision


def _reserve(
    unit: Unit, rules: Rules, wanted: StartWanted, decision: Decision, name: str
) -> str | None:
    """What is to be reserved first; until then no token of the session's lets anybody charge."""
    session = session_rows.by_name(unit, name)
    assert session is not None
    token, by_page, method = wanted.payment_token, wanted.by_page, session.payment_method
    payment = reserving.reserve(
        unit, rules, session, decision.snapshot, method, token=token, by_page=by_page
    )
    if payment is not None:
        gateway_steps.hold(unit, payment)
        until = unit.now + PAGE
        session_rows.change(unit, name, token=None, one_time_token=session.token, expire_time=until)
    return payment


NOT_SENT = {
    "CALLER_GONE",
    "CHARGER_ERROR",
    "CHARGER_OFFLINE",
    "CHARGER_REJECTED",
    "FEATURE_NOT_SUPPORTED",
}
"""After these a start cannot come any more; after a time-out it still may."""


def begin_due(unit: Unit, rules: Rules, number: int) -> Prepared | None:
    """The same, by the number of what is to be done."""
    step = gateway_steps.by_number(unit, number)
    due = step is not None and step.due_time <= unit.now
    return begin_reserved(unit, rules, step.payment) if step and due else None


def begin_reserved(unit: Unit, rules: Rules, payment: str) -> Prepared | None:
    """What was waited for is reserved: what to tell the charger. None if the session is over, or
    somebody else tells it."""
    if not gateway_steps.start_of(unit, payment):
        return None
    row = session_rows.by_name(unit, payments.read(unit, payment).purchased_resource)
    if row is None or row.state != SessionState.PENDING:
        return None
    tag = authorization.tag_by_name(unit, row.id_tag) if row.id_tag else None
    token, start_id = row.one_time_token or "", row.remote_start_id or 0
    columns = {"token": token, "one_time_token": None if tag else token}
    until = unit.now + rules.pending_session * 1_000_000
    session_rows.change(unit, row.name, **columns, expire_time=until)
    announce.session(unit, "session.updated", row.name, row.state, unit.now)
    evse = int(row.evse.rpartition("/")[2]) if row.evse else 0
    command = StartTransaction(evse, row.connector, token, start_id, asked.kind_of(tag))
    return Prepared(row.name, row.charge_point, command)


def _for_reservation(wanted: StartWanted, held: ReservationRow) -> StartWanted:
    """What is wanted, with what the reservation says; a field that says otherwise is refused."""
    evse = int(held.evse.rpartition("/")[2]) if held.evse else 0
    said: dict[str, Any] = {
        "charge_point": held.charge_point,
        "evse": evse,
        "user": held.user,
        "id_tag": held.id_tag,
    }
    for field, known in said.items():
        given = getattr(wanted, field)
        if given and known and given != known:
            raise invalid_field(field, f"{held.name} is for {known}")
    return wanted._replace(**{field: known for field, known in said.items() if known})


def _check_currency(wanted: StartWanted, decision: Decision) -> None:
    """An amount at which a session is to end is in the currency that it is priced in."""
    told = pb.Session.FromString(wanted.stop_conditions or b"").stop_conditions.max_amount
    currency = decision.snapshot.terms.currency if decision.snapshot else told.currency_code
    if told.currency_code and told.currency_code != currency:
        raise invalid_field("stop_conditions.max_amount", f"must be in {currency}")


def _columns(
    unit: Unit,
    rules: Rules,
    wanted: StartWanted,
    evse: EvseRow | None,
    decision: Decision,
    token: str,
    start_id: int,
) -> dict[str, object]:
    user = decision.user
    method = wanted.payment_method or (user.payment_preference if user else None)
    for field, is_given in (
        ("payment_token", wanted.payment_token),
        ("payment_page", wanted.by_page),
    ):
        if is_given:
            method = wanted.payment_method or Payment.EXTERNAL
            if method != Payment.EXTERNAL:
                raise invalid_field(field, "is for a session that EXTERNAL pays")
    return {
        "charge_point": wanted.charge_point,
        "evse": evse.name if evse else None,
        "connector": wanted.connector,
        "location": decision.place.location,
        "partner": decision.place.partner,
        "user": user.name if user else None,
        "id_tag": decision.tag.name if decision.tag else None,
        "token": token,
        "one_time_token": None if decision.tag else token,
        "remote_start_id": start_id,
        "state": SessionState.PENDING,
        "start_time": unit.now,
        "expire_time": unit.now + rules.pending_session * 1_000_000,
        "payment_method": method,
        "payment_token": wanted.payment_token,
        "company": corporate.payer_of(method, user.partner) if user else None,
        "authorization_method": AuthorizationMethod.BY_USER
        if wanted.user
        else AuthorizationMethod.BY_OPERATOR,
        "stop_conditions": wanted.stop_conditions,
    }


def start_failed(unit: Unit, session: str, why: str) -> None:
    """The charger refused a start, or could not be told of it: the session fails, if it has not
    begun all the same."""
    row = session_rows.held(unit, session)
    if row is None or row.state != SessionState.PENDING:
        return
    session_rows.change(
        unit,
        session,
        state=SessionState.FAILED,
        stop_reason=StopReason.REMOTE_START_FAILED,
        stop_reason_text=why,
        stop_time=unit.now,
        expire_time=None,
    )
    session_profiles.ended(unit, session)
    collecting.collect(unit, session)
    announce.session(unit, "session.updated", session, row.state, unit.now)


class PreparedStop(NamedTuple):
    """What to tell which charger."""

    charge_point: str
    command: StopTransaction


def prepare_stop(unit: Unit, session: str) -> PreparedStop:
    """What ends a session that runs. Refused SESSION_NOT_ACTIVE if it does not."""
    row = _found(unit, session)
    if not row.running or row.ocpp_transaction_id is None:
        raise _not_active(row)
    return PreparedStop(row.charge_point, StopTransaction(row.ocpp_transaction_id))


def transaction_of(unit: Unit, charge_point: str, session: str) -> str:
    """The charger's id of a session's transaction at that charge point."""
    row = session_rows.by_name(unit, session)
    if row is None or row.charge_point != charge_point:
        raise unknown_reference("session", session)
    if row.ocpp_transaction_id is None:
        raise _not_active(row)
    return row.ocpp_transaction_id


def force_stop(unit: Unit, rules: Rules, session: str) -> None:
    """Ends a session here whatever its charger says; a later stop of the charger corrects it."""
    row = _found(unit, session)
    if row.running:
        charging.close(unit, rules, row, StopReason.FORCE_STOP)
    elif row.state == SessionState.PENDING:
        expire(unit, row, StopReason.FORCE_STOP)
    else:
        raise _not_active(row)


def stop_all(unit: Unit, user: str) -> None:
    """Ends what the user has asked for or runs: their chargers are told, until they have heard."""
    for row in session_rows.open_of(unit, user):
        if row.state == SessionState.PENDING:
            expire(unit, row, StopReason.DE_AUTHORIZED)
        else:
            stopping.want(unit, row, StopReason.DE_AUTHORIZED)


def expire(unit: Unit, row: SessionRow, reason: StopReason) -> None:
    """Gives a PENDING session up, if the charger has not begun it meanwhile."""
    if session_rows.still_pending(unit, row) is None:
        return
    session_rows.change(
        unit,
        row.name,
        state=SessionState.EXPIRED,
        stop_reason=reason,
        stop_time=unit.now,
        expire_time=None,
    )
    session_profiles.ended(unit, row.name)
    collecting.collect(unit, row.name)
    announce.session(unit, "session.updated", row.name, row.state, unit.now)


def _found(unit: Unit, session: str) -> SessionRow:
    row = session_rows.by_name(unit, session)
    if row is None:
        raise not_found(session)
    return row


def _not_active(row: SessionRow) -> RefusedError:
    state = SessionState(row.state).name
    return precondition("SESSION_NOT_ACTIVE", f"{row.name} is {state}", state=state)
