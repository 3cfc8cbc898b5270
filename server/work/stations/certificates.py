"""Chargers' own certificates: asked for, signed, handed over, renewed, revoked.

A row says by its state what is to be done, and by its `due_time` when: whoever does it puts that
off first, so that of several nodes one does it, and what a node leaves undone is done later.
"""

from typing import Any, NamedTuple

from peewee import Database

from ampline.v1.charge_point_certificate_pb2 import ChargePointCertificate as Message
from ampline.v1.charge_point_event_pb2 import ChargePointCertificateChanged
from server.domain.certificates import CertificateKind, CertificateState, SigningRefusedError
from server.domain.errors import precondition
from server.domain.facts import CertificateAsked
from server.resources import events
from server.resources.charge_point_certificates import MAPPING
from server.store.ids import new_id
from server.store.models import ChargePoint
from server.store.models import ChargePointCertificate as Row
from server.store.reads import Reader
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations.signing_requests import key_kind, read_request, read_signed, serial_text

LONGEST_PROBLEM = 500
_STATE = CertificateState

_BY_NAME = Row.name == param("name")
_OF_KIND = (Row.charge_point == param("charge_point")) & (Row.kind == param("kind"))
_PLACE = Statement(
    ChargePoint.select(ChargePoint.location, ChargePoint.partner, ChargePoint.ocpp_identity).where(
        ChargePoint.name == param("name")
    )
)
_INSERT = Append(
    Row,
    (
        "name",
        "charge_point",
        "kind",
        "state",
        "problem",
        "key_kind",
        "signing_request",
        "request_number",
        "due_time",
        "create_time",
        "update_time",
    ),
)
_FORGET_UNSIGNED = Statement(
    Row.delete().where(_OF_KIND & Row.state.in_((int(_STATE.REQUESTED), int(_STATE.DECLINED))))
)
_GIVE_UP_UNDELIVERED = Statement(
    Row.update(
        state=int(_STATE.REFUSED),
        problem="the charge point has made a newer request",
        due_time=None,
        update_time=param("now"),
    ).where(_OF_KIND & (Row.state == int(_STATE.SIGNED)))
)
_DUE = Statement(
    Row.select(
        Row.name,
        Row.charge_point,
        Row.kind,
        Row.state,
        Row.signing_request,
        Row.request_number,
        Row.certificate_chain,
        Row.due_time,
        Row.update_time,
    )
    .where(Row.due_time <= param("now"))
    .order_by(Row.due_time)
    .limit(param("limit"))
)
_PUT_OFF = Statement(
    Row.update(due_time=param("until")).where(_BY_NAME & (Row.due_time == param("due")))
)
_FIND = Statement(MAPPING.query().where(_BY_NAME))
_REQUEST = Statement(Row.select(Row.signing_request, Row.state).where(_BY_NAME))
_SIGN = Statement(
    Row.update(
        state=int(_STATE.SIGNED),
        problem=None,
        certificate_chain=param("chain"),
        serial_number=param("serial_number"),
        issuer=param("issuer"),
        begin_time=param("begin"),
        expire_time=param("end"),
        due_time=param("now"),
        update_time=param("now"),
    ).where(_BY_NAME)
)
_SETTLE = Statement(
    Row.update(
        state=param("state"),
        problem=param("problem"),
        due_time=param("due"),
        update_time=param("now"),
    ).where(_BY_NAME)
)
_RENEW_NO_MORE = Statement(
    Row.update(due_time=None).where(
        _OF_KIND & (Row.state == int(_STATE.INSTALLED)) & (Row.name != param("name"))
    )
)
_REVOKED = Statement(
    Row.select(Row.name).where(
        (Row.charge_point == param("charge_point"))
        & (Row.serial_number == param("serial_number"))
        & (Row.state == int(_STATE.REVOKED))
    )
)
_FORGET = Statement(
    Row.delete().where(
        (Row.charge_point == param("charge_point")) & Row.certificate_chain.is_null()
    )
)
_REVOKE_ALL = Statement(
    Row.update(
        state=int(_STATE.REVOKED),
        problem="its charge point was deleted",
        due_time=None,
        update_time=param("now"),
    ).where(Row.charge_point == param("charge_point"))
)


class Due(NamedTuple):
    """A certificate for which something is to be done."""

    name: str
    charge_point: str
    kind: CertificateKind
    state: CertificateState
    signing_request: str
    request_number: int | None
    chain: str
    due_time: int
    update_time: int


def asked(unit: Unit, rules: Rules, charge_point: str, fact: CertificateAsked) -> bool:
    """A charger asks for a certificate; whether somebody will see to it.

    Its newest request is the only one: earlier ones that nobody has signed are forgotten.
    """
    row = unit.one(_PLACE, name=charge_point)
    if row is None:
        return False
    of_kind = {"charge_point": charge_point, "kind": int(fact.kind)}
    unit.run(_FORGET_UNSIGNED, **of_kind)
    unit.run(_GIVE_UP_UNDELIVERED, now=unit.now, **of_kind)
    identity = row[2] or charge_point.partition("/")[2]
    required = identity if fact.kind is CertificateKind.CHARGE_POINT else None
    state, problem, key = CertificateState.REQUESTED, None, None
    try:
        key = key_kind(read_request(fact.request, required, rules.charger_organization))
    except SigningRefusedError as error:
        state, problem = CertificateState.DECLINED, str(error)
    name = f"{charge_point}/certificates/{new_id()}"
    due = unit.now if problem is None else None
    head = (name, charge_point, int(fact.kind), int(state), problem, key)
    unit.insert(_INSERT, (*head, fact.request, fact.number, due, unit.now, unit.now))
    _tell(unit, name, None)
    return problem is None


def due(database: Database, now: int, limit: int) -> list[Due]:
    """For which something is to be done by now, `limit` at most. On a reader's thread."""
    rows = Reader(database).all(_DUE, now=now, limit=limit)
    return [
        Due(
            name,
            charge_point,
            CertificateKind(kind),
            CertificateState(state),
            request,
            number,
            chain or "",
            due_time,
            update_time,
        )
        for name, charge_point, kind, state, request, number, chain, due_time, update_time in rows
    ]


def put_off(unit: Unit, name: str, due_time: int, until: int | None) -> bool:
    """Whether it is ours to do: nobody else has put it off meanwhile."""
    return bool(unit.run(_PUT_OFF, name=name, due=due_time, until=until))


def signed(unit: Unit, name: str, chain: str) -> Message:
    """An authority, or an operator, has made the certificate.

    RefusedError CERTIFICATE_STATE: nobody waits for it. SigningRefusedError: it is another's.
    """
    request, state = unit.one(_REQUEST, name=name) or ("", 0)
    if state not in {CertificateState.REQUESTED, CertificateState.DECLINED}:
        raise wrong_state(state)
    made = read_signed(chain, request)
    unit.run(
        _SIGN,
        name=name,
        chain=made.chain,
        serial_number=made.serial_number,
        issuer=made.issuer,
        begin=made.begin,
        end=made.end,
        now=unit.now,
    )
    return _tell(unit, name, state)


def declined(unit: Unit, name: str, problem: str) -> Message:
    """Nobody signs it. RefusedError CERTIFICATE_STATE: it was signed, or it is no more."""
    _, state = unit.one(_REQUEST, name=name) or ("", 0)
    if state != CertificateState.REQUESTED:
        raise wrong_state(state)
    return _settle(unit, name, state, CertificateState.DECLINED, problem)


def delivered(unit: Unit, certificate: Due, problem: str, renewal: int) -> None:
    """The charger has taken it, or says why not; `renewal` is how many seconds before its end a
    new one is to be asked for, 0 = never."""
    if problem:
        _settle(unit, certificate.name, certificate.state, CertificateState.REFUSED, problem)
        return
    made = read_signed(certificate.chain, certificate.signing_request)
    again = max(unit.now, made.end - renewal * 1_000_000) if renewal else None
    _settle(unit, certificate.name, certificate.state, CertificateState.INSTALLED, None, again)
    unit.run(
        _RENEW_NO_MORE,
        charge_point=certificate.charge_point,
        kind=int(certificate.kind),
        name=certificate.name,
    )


def revoked(unit: Unit, name: str, problem: str) -> Message:
    """It proves nothing any more. RefusedError CERTIFICATE_STATE: it was never signed."""
    _, state = unit.one(_REQUEST, name=name) or ("", 0)
    if state in {0, CertificateState.REQUESTED, CertificateState.DECLINED}:
        raise wrong_state(state)
    return _settle(unit, name, state, CertificateState.REVOKED, problem)


def is_revoked(database: Database, charge_point: str, serial_number: int) -> bool:
    """Whether we have revoked a certificate of ours. On a reader's thread."""
    serial = serial_text(serial_number)
    found = Reader(database).one(_REVOKED, charge_point=charge_point, serial_number=serial)
    return found is not None


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more: what was signed for it is good for no namesake."""
    unit.run(_FORGET, charge_point=charge_point)
    unit.run(_REVOKE_ALL, charge_point=charge_point, now=unit.now)


def wrong_state(state: int) -> Exception:
    """It is not in a state that allows this."""
    word = CertificateState(state).name if state else "UNKNOWN"
    return precondition("CERTIFICATE_STATE", f"the certificate is {word}", state=word)


def _settle(
    unit: Unit,
    name: str,
    before: int,
    state: CertificateState,
    problem: str | None,
    due_time: int | None = None,
) -> Message:
    told = problem[:LONGEST_PROBLEM] if problem else None
    unit.run(_SETTLE, name=name, state=int(state), problem=told, due=due_time, now=unit.now)
    return _tell(unit, name, before)


def _tell(unit: Unit, name: str, before: int | None) -> Message:
    row: Any = unit.one(_FIND, name=name)
    message = MAPPING.to_message(row)
    charge_point = name.partition("/certificates/")[0]
    location, partner, _ = unit.one(_PLACE, name=charge_point) or (None, None, None)
    payload = ChargePointCertificateChanged(
        certificate=message,
        old_state=before or 0,  # type: ignore[arg-type] # the same numbers
    )
    unit.tell(
        events.event(
            "charge_point.certificate_changed",
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=location,
            partner=partner,
        )
    )
    return message
