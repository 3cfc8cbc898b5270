"""The rows of sessions, as the verbs find and change them."""

from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from ampline.v1 import session_pb2 as pb
from server.store.models import Counter, Session
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class SessionState(IntEnum):
    """ampline.v1.Session.State."""

    UNKNOWN = 1
    PENDING = 2
    ACTIVE = 3
    FINISHED = 4
    FAILED = 5
    EXPIRED = 6


class BillingState(IntEnum):
    """ampline.v1.Session.BillingState."""

    PENDING = 1
    COMPLETED = 2
    SUSPENDED = 3


class PaymentState(IntEnum):
    """ampline.v1.Session.PaymentState."""

    PENDING = 1
    PAID = 2
    PARTIALLY_PAID = 3
    FAILED = 4
    NOT_REQUIRED = 5


class SessionWarning(IntEnum):
    """ampline.v1.SessionWarning."""

    METER_WENT_BACKWARDS = 1
    METER_JUMPED = 2
    TIME_REPLACED = 3
    STOPPED_TWICE = 4
    ENDED_WITHOUT_STOP = 5
    ORPHAN = 6
    CORRECTED_BY_LATE_STOP = 7
    METER_VALUES_ATTRIBUTED = 8
    STARTED_AGAINST_RULES = 9
    MESSAGES_MISSING = 10


class AuthorizationMethod(IntEnum):
    """ampline.v1.Session.AuthorizationMethod."""

    UNSPECIFIED = 0
    BY_ID_TAG = 1
    BY_USER = 2
    BY_OPERATOR = 3
    AUTO_START = 4
    PLUG_AND_CHARGE = 5
    RESERVATION = 6


class SessionRow(NamedTuple):
    """A session's row. Times in microseconds, blobs the wire bytes of their fields."""

    name: str
    partner: str | None
    charge_point: str
    evse: str | None
    connector: int
    location: str | None
    user: str | None
    id_tag: str | None
    token: str | None
    ocpp_transaction_id: str | None
    state: int
    stop_reason: int | None
    start_time: int
    reserved_time: int | None
    stop_time: int | None
    meter_start_wh: int | None
    meter_stop_wh: int | None
    energy_wh: int
    meter_wh: int | None
    segment_start_wh: int | None
    segment_sum_wh: int
    meter_time: int | None
    samples_digest: int
    power_w: int | None
    peak_power_w: int | None
    first_soc_percent: int | None
    soc_percent: int | None
    tariff_snapshot: str | None
    charging_periods: bytes | None
    price: bytes | None
    total_micros: int | None
    currency: str | None
    billing_state: int
    payment_state: int
    payment_method: int | None
    payment_token: str | None
    authorization_refused: str | None
    warnings: bytes | None
    remote_start_id: int | None
    one_time_token: str | None
    step_numbers: str | None
    charging_state: int | None
    stop_conditions: bytes | None
    subscription: str | None
    allowance_wh: int | None
    held_micros: int | None
    watch_wh: int | None
    watch_soc_percent: int | None
    watch_time: int | None
    stop_due_time: int | None
    electricity_rate: str | None
    company: str | None

    @property
    def running(self) -> bool:
        """Whether a charger may still tell of it: ACTIVE, or refused and not stopped."""
        return is_running(self.state, self.ocpp_transaction_id, self.stop_time)

    @property
    def is_ad_hoc(self) -> bool:
        """Whether somebody asked for it whom nobody knows."""
        return self.user is None and self.id_tag is None and self.one_time_token is not None


def is_running(state: int, ocpp_transaction_id: str | None, stop_time: int | None) -> bool:
    """Whether a charger may still tell of such a session: ACTIVE, or refused and not stopped."""
    refused = state == SessionState.FAILED and ocpp_transaction_id is not None
    return state == SessionState.ACTIVE or (refused and stop_time is None)


_COLUMNS = tuple(getattr(Session, column) for column in SessionRow._fields)


def _where(*conditions: Any) -> Statement:
    """Without an order: for its sake SQLite would go over all sessions that a charger ever had."""
    return Statement(Session.select(*_COLUMNS).where(*conditions))


_AT = Session.charge_point == param("charge_point")
_OPEN = Session.stop_time.is_null()
_BY_NAME = _where(Session.name == param("name"))
_BY_TRANSACTION = _where(_AT, Session.ocpp_transaction_id == param("transaction_id"))
_BY_START_KEY = _where(_AT, Session.start_key == param("start_key"))
_STOPPED_AT = _where(_AT, Session.stop_time == param("time"))
_AT_IN_STATE = _where(_AT, _OPEN, Session.state == param("state"))
_OPEN_OF = _where(Session.user == param("user"), _OPEN)
_OPEN_OF_COMPANY = _where(Session.company == param("company"), _OPEN)
_DRAW = Statement(
    Counter.update(value=Counter.value + 1)
    .where(Counter.name == "ocpp16_transaction")
    .returning(Counter.value)
)


def by_name(unit: Unit, name: str) -> SessionRow | None:
    """The session of that resource name."""
    row = unit.one(_BY_NAME, name=name)
    return SessionRow(*row) if row else None


def held(unit: Unit, name: str) -> SessionRow | None:
    """The same as it is now, and nobody else changes it before the commit: for who goes by its
    state, which another node may just change."""
    row = unit.one_locked(_BY_NAME, name=name)
    return SessionRow(*row) if row else None


def still_pending(unit: Unit, session: SessionRow) -> SessionRow | None:
    """The same, if its charger has not begun it meanwhile, and nobody has given it up."""
    found = held(unit, session.name)
    return found if found and found.state == SessionState.PENDING else None


def by_transaction(unit: Unit, charge_point: str, transaction_id: str) -> SessionRow | None:
    """The session of a charge point's OCPP transaction."""
    rows = unit.all(_BY_TRANSACTION, charge_point=charge_point, transaction_id=transaction_id)
    return next(iter(_newest_first(rows)), None)


def by_start_key(unit: Unit, charge_point: str, start_key: str) -> SessionRow | None:
    """The session that was begun by the very same message."""
    rows = unit.all(_BY_START_KEY, charge_point=charge_point, start_key=start_key)
    return next(iter(_newest_first(rows)), None)


def stopped_at(unit: Unit, charge_point: str, time: int) -> list[SessionRow]:
    """A charge point's sessions that ended at that very time; newest first."""
    return _newest_first(unit.all(_STOPPED_AT, charge_point=charge_point, time=time))


def at_charge_point(unit: Unit, charge_point: str, state: SessionState) -> list[SessionRow]:
    """A charge point's sessions in that state, of those that have not ended; newest first."""
    return _newest_first(unit.all(_AT_IN_STATE, charge_point=charge_point, state=state))


def open_of(unit: Unit, user: str) -> list[SessionRow]:
    """A user's sessions that have not ended, newest first."""
    return _newest_first(unit.all(_OPEN_OF, user=user))


def open_of_company(unit: Unit, company: str) -> list[SessionRow]:
    """The sessions that a company pays for and that have not ended, newest first."""
    return _newest_first(unit.all(_OPEN_OF_COMPANY, company=company))


def active_on(unit: Unit, evse: str) -> list[SessionRow]:
    """The sessions that run on an EVSE, newest first."""
    charge_point = evse.partition("/evses/")[0]
    running = at_charge_point(unit, charge_point, SessionState.ACTIVE)
    return [session for session in running if session.evse == evse]


def pending_with_token(unit: Unit, charge_point: str, token: str) -> SessionRow | None:
    """The oldest session asked for from afar at a charge point and bound to this token."""
    waiting = at_charge_point(unit, charge_point, SessionState.PENDING)
    fitting = [session for session in waiting if same_token(session, token)]
    return fitting[-1] if fitting else None


class Begun(Protocol):
    """A row that says which token a session was begun with."""

    @property
    def token(self) -> str | None:
        """Of a remote start the one that it was asked for with."""


def same_token(session: Begun, token: str) -> bool:
    """Whether the session was begun, or is to be begun, with this token, whatever the case."""
    return (session.token or "").casefold() == token.casefold()


def _newest_first(rows: list[tuple[Any, ...]]) -> list[SessionRow]:
    sessions = [SessionRow(*row) for row in rows]
    if len(sessions) > 1:
        sessions.sort(key=lambda session: (session.start_time, session.name), reverse=True)
    return sessions


def next_transaction_id(unit: Unit) -> int:
    """A transaction id for OCPP 1.6: positive, of 31 bits, on no charger ever given before."""
    drawn = unit.one_written(_DRAW)
    assert drawn is not None
    return int(drawn[0])


def start_key(evse: int, connector: int, token: str, time: int | None, meter_wh: int) -> str | None:
    """What recognises a StartTransaction that is sent again; None if it bore no time."""
    if time is None:
        return None
    return f"{evse}/{connector}/{token.casefold()}/{time}/{meter_wh}"


def change(unit: Unit, name: str, **columns: Any) -> None:
    """Writes columns of a session, and that it changed now. What ends it says its energy, or there
    was none, and it waits for nothing any more."""
    columns["update_time"] = unit.now
    if columns.get("stop_time") is not None:
        columns["final_energy_wh"] = columns.get("energy_wh", 0)
        columns["waiting_reason"] = None
    unit.run(_update_of(tuple(columns)), name=name, **columns)


_updates: dict[tuple[str, ...], Statement] = {}


def _update_of(columns: tuple[str, ...]) -> Statement:
    if columns not in _updates:
        values = {column: param(column) for column in columns}
        query = Session.update(**values).where(Session.name == param("name"))
        _updates[columns] = Statement(query)
    return _updates[columns]


def insert(unit: Unit, **columns: Any) -> None:
    """Writes a new session."""
    columns = {"create_time": unit.now, "update_time": unit.now, **columns}
    if columns.get("stop_time") is not None:
        columns["final_energy_wh"] = columns.get("energy_wh", 0)
    names = tuple(columns)
    if names not in _inserts:
        _inserts[names] = Append(Session, names)
    unit.insert(_inserts[names], tuple(columns.values()))


_inserts: dict[tuple[str, ...], Append] = {}


def warned(stored: bytes | None, *warnings: SessionWarning) -> bytes | None:
    """A session's warnings with these added, as they are stored."""
    return warnings_blob(list(dict.fromkeys([*warnings_of(stored), *warnings])))


def warnings_of(stored: bytes | None) -> list[SessionWarning]:
    """A session's warnings, as they are stored."""
    return [SessionWarning(warning) for warning in pb.Session.FromString(stored or b"").warnings]


def awaits_stop(stored: bytes | None) -> bool:
    """Whether a session with these warnings was ended by us for want of its charger's stop, which
    has not come yet."""
    warnings = warnings_of(stored)
    corrected = SessionWarning.CORRECTED_BY_LATE_STOP in warnings
    return SessionWarning.ENDED_WITHOUT_STOP in warnings and not corrected


def warnings_blob(warnings: list[SessionWarning]) -> bytes | None:
    """Warnings as a session's row keeps them."""
    return pb.Session(warnings=[int(each) for each in warnings]).SerializeToString() or None  # type: ignore[misc]
