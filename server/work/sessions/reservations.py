"""Reservations: made, given up, over, used."""

from typing import NamedTuple

from ampline.v1.event_pb2 import ReservationChanged
from ampline.v1.reservation_pb2 import Reservation as Message
from server.domain.commands import CancelReservation, ReserveNow
from server.domain.errors import Outcome, RefusedError, invalid_field, not_found, precondition
from server.domain.facts import PlaceFreed
from server.domain.reservations import ReservationState
from server.resources import events
from server.resources.reservations import MAPPING
from server.store.clock import to_datetime
from server.store.ids import new_name
from server.store.models import Evse, Reservation
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import tariffs
from server.work.money.tariffs import Snapshot
from server.work.rules import Rules
from server.work.sessions import (
    asked,
    authorization,
    held_places,
    reservation_fees,
    session_rows,
)
from server.work.sessions.held_places import ReservationRow

HELD_FOR_US = 30 * 60 * 1_000_000
"""How long a place is held where nobody says."""
EARLY = 60 * 1_000_000
"""How much before its time a charge point may end a reservation that has come to its time: clocks
differ."""
MOST = 100
"""The most reservations that one run of the clock's job ends."""


class ReservationWanted(NamedTuple):
    """What somebody wants to reserve; `expire_time` in microseconds, None = in half an hour."""

    charge_point: str
    evse: int = 0
    connector: int = 0
    user: str | None = None
    id_tag: str | None = None
    expire_time: int | None = None


class Prepared(NamedTuple):
    """A reservation that is not made yet, and what to tell its charger."""

    columns: dict[str, object]
    command: ReserveNow
    priced_by: Snapshot | None


_HOLD = Statement(
    Evse.update(active_reservation=param("reservation")).where(Evse.name == param("evse"))
)
_RELEASE = Statement(
    Evse.update(active_reservation=None).where(Evse.active_reservation == param("reservation"))
)
_ASK = Statement(
    Reservation.update(cancel_asked=param("reason")).where(
        (Reservation.name == param("name")) & held_places.IS_ACTIVE
    )
)
_OVERDUE = Statement(
    Reservation.select(Reservation.name)
    .where(held_places.IS_ACTIVE & (Reservation.expire_time <= param("now")))
    .order_by(Reservation.expire_time)
    .limit(MOST)
)
_WHOLE = Statement(MAPPING.query().where(Reservation.name == param("name")))
_INSERT = Append(
    Reservation,
    (
        "name",
        "partner",
        "charge_point",
        "evse",
        "connector",
        "location",
        "user",
        "id_tag",
        "token",
        "parent_group_id",
        "state",
        "expire_time",
        "ocpp_reservation_id",
        "tariff_snapshot",
        "price",
        "currency",
        "held_micros",
        "create_time",
        "update_time",
    ),
)
_END = Statement(
    Reservation.update(
        held_micros=None,
        state=param("state"),
        session=param("session"),
        cancel_reason=param("reason"),
        end_time=param("now"),
        update_time=param("now"),
    ).where((Reservation.name == param("name")) & held_places.IS_ACTIVE)
)


def prepare(unit: Unit, rules: Rules, wanted: ReservationWanted) -> Prepared:
    """What to tell the charger, if whom the place is for may charge there."""
    evse = asked.evse_of(unit, wanted.charge_point, wanted.evse)
    if evse is not None and evse.allows_reservation is not None and not evse.allows_reservation:
        raise precondition("RESERVATION_NOT_ALLOWED", f"{evse.name} cannot be reserved")
    expire_time = wanted.expire_time or unit.now + HELD_FOR_US
    if expire_time <= unit.now:
        raise invalid_field("expire_time", f"{to_datetime(expire_time)} is over")
    tag = asked.tag_of(unit, wanted.user, wanted.id_tag)
    decision = authorization.decide(unit, rules, wanted.charge_point, evse, tag, wanted.user)
    asked.require(decision)
    fee = reservation_fees.reckon(unit, decision, expire_time)
    token = tag.token if tag else asked.one_time_token()
    number = session_rows.next_transaction_id(unit)
    parent = tag.parent_group_id if tag else None
    user = decision.user
    columns: dict[str, object] = {
        "name": new_name("reservations"),
        "partner": decision.place.partner,
        "charge_point": wanted.charge_point,
        "evse": evse.name if evse else None,
        "connector": wanted.connector,
        "location": decision.place.location,
        "user": user.name if user else None,
        "id_tag": tag.name if tag else None,
        "token": token,
        "parent_group_id": parent,
        "state": ReservationState.ACTIVE,
        "expire_time": expire_time,
        "ocpp_reservation_id": number,
        **fee.columns,
    }
    command = ReserveNow(
        number,
        wanted.evse,
        wanted.connector,
        token,
        to_datetime(expire_time),
        parent,
        asked.kind_of(tag),
    )
    return Prepared(columns, command, fee.snapshot)


def require_covered(unit: Unit, prepared: Prepared) -> None:
    """Refused INSUFFICIENT_BALANCE where something else was held, or spent, while the charger
    thought about it."""
    reservation_fees.require_covered(unit, prepared.columns)


def made(unit: Unit, prepared: Prepared) -> Message:
    """The charger holds the place."""
    columns = {**prepared.columns, "create_time": unit.now, "update_time": unit.now}
    if prepared.priced_by:
        tariffs.keep(unit, prepared.priced_by)
    unit.insert(_INSERT, tuple(columns.get(column) for column in _INSERT.columns))
    if columns["evse"]:
        unit.run(_HOLD, reservation=columns["name"], evse=columns["evse"])
    return _tell(unit, str(columns["name"]), 0)


def cancellation(unit: Unit, name: str, reason: str) -> tuple[str, CancelReservation]:
    """The charge point of a reservation that is ACTIVE, and what to tell it. That it is asked is
    kept first: it may tell that the place is free before its answer is heard."""
    found = required(unit, name)
    unit.run(_ASK, name=name, reason=reason)
    return found.charge_point, CancelReservation(found.ocpp_reservation_id)


def required(unit: Unit, name: str) -> ReservationRow:
    """The reservation of that resource name. RefusedError if it is not ACTIVE, or none."""
    found = held_places.by_name(unit, name)
    if found is None:
        whole = unit.one(_WHOLE, name=name)
        if whole is None:
            raise not_found(name)
        state = Message.State.Name(MAPPING.to_message(whole).state)
        raise RefusedError(
            Outcome.FAILED_PRECONDITION,
            "RESERVATION_NOT_ACTIVE",
            f"{name} is {state}",
            {"state": state},
        )
    return found


def refused(unit: Unit, name: str) -> None:
    """The charge point did not give the place up, as it was asked to."""
    unit.run(_ASK, name=name, reason=None)


def cancel(unit: Unit, name: str, reason: str) -> Message:
    """Gives a place up."""
    _end(unit, name, ReservationState.CANCELED, reason=reason)
    return read(unit, name)


def expire(unit: Unit) -> int:
    """Ends the reservations whose time is over; returns how many."""
    overdue = unit.all(_OVERDUE, now=unit.now)
    for (name,) in overdue:
        _end(unit, name, ReservationState.EXPIRED)
    return len(overdue)


def freed(unit: Unit, charge_point: str, evse: str) -> None:
    """The charge point holds that EVSE no more, and nobody charges: it gave the place up."""
    for row in held_places.active_at(unit, charge_point):
        if row.evse == evse:
            expired = row.expire_time - unit.now <= EARLY
            _let_go(unit, row, "freed by the charge point", expired=expired)


def given_up(unit: Unit, charge_point: str, fact: PlaceFreed) -> None:
    """The charge point says that it holds a place no more. What it took away nobody pays for."""
    for row in held_places.active_at(unit, charge_point):
        if row.ocpp_reservation_id == fact.number:
            _let_go(unit, row, "removed by the charge point", expired=fact.expired)


def _let_go(unit: Unit, row: ReservationRow, reason: str, *, expired: bool) -> None:
    """A charge point let a place go: because it was asked to, its time was over, or by itself."""
    if row.cancel_asked is not None:
        _end(unit, row.name, ReservationState.CANCELED, reason=row.cancel_asked)
    elif expired:
        _end(unit, row.name, ReservationState.EXPIRED)
    else:
        _end(unit, row.name, ReservationState.CANCELED, reason=reason, paid=False)


def done(unit: Unit, name: str, session: str) -> None:
    """Whom the place was held for has begun to charge."""
    _end(unit, name, ReservationState.DONE, session=session, paid=False)


def read(rows: Rows, name: str) -> Message:
    """A reservation as it is now."""
    row = rows.one(_WHOLE, name=name)
    assert row is not None
    message: Message = MAPPING.to_message(row)
    return message


def _end(
    unit: Unit,
    name: str,
    state: ReservationState,
    *,
    session: str | None = None,
    reason: str | None = None,
    paid: bool = True,
) -> None:
    """Ends it, once; `paid` if its time is to be paid for by itself."""
    reservation_fees.lock_payer(unit, name)
    ended = unit.run(_END, name=name, state=state, session=session, reason=reason, now=unit.now)
    if ended:
        unit.run(_RELEASE, reservation=name)
        if paid:
            reservation_fees.pay(unit, name)
        else:
            reservation_fees.waive(unit, name)
        _tell(unit, name, ReservationState.ACTIVE)


def _tell(unit: Unit, name: str, old_state: int) -> Message:
    message = read(unit, name)
    unit.tell(
        events.event(
            "reservation.status_changed",
            name,
            ReservationChanged(reservation=message, old_state=old_state),  # type: ignore[arg-type] # the same numbers
            unit.now,
            charge_point=message.charge_point,
            location=message.location,
            partner=message.partner,
        )
    )
    return message
