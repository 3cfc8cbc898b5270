"""The places that are held at a charge point: reservations that are ACTIVE."""

from collections.abc import Sequence
from typing import NamedTuple

from peewee import SQL

from server.domain.reservations import Comer, Held, ReservationState, is_for
from server.store.models import Reservation
from server.store.statements import Statement, param
from server.store.unit import Unit


class ReservationRow(NamedTuple):
    """A reservation that is ACTIVE, as the verbs need it."""

    name: str
    charge_point: str
    evse: str | None
    token: str
    parent_group_id: str | None
    user: str | None
    id_tag: str | None
    ocpp_reservation_id: int
    create_time: int
    expire_time: int
    cancel_asked: str | None
    """Why somebody wants it given up, while its charger is asked to."""

    @property
    def held(self) -> Held:
        """For the rules."""
        return Held(self.evse, self.token, self.parent_group_id, self.user)


_ROW = Reservation.select(*(getattr(Reservation, column) for column in ReservationRow._fields))
IS_ACTIVE = Reservation.state == SQL(str(int(ReservationState.ACTIVE)))  # an index is of these
_ACTIVE_AT = Statement(
    _ROW.where(
        (Reservation.charge_point == param("charge_point"))
        & IS_ACTIVE
        & (Reservation.expire_time > param("now"))
    ).order_by(Reservation.create_time, Reservation.name)
)
_BY_NAME = Statement(_ROW.where((Reservation.name == param("name")) & IS_ACTIVE))


def by_name(unit: Unit, name: str) -> ReservationRow | None:
    """The reservation of that resource name, if it is ACTIVE."""
    row = unit.one(_BY_NAME, name=name)
    return ReservationRow(*row) if row else None


def used_by(
    rows: Sequence[ReservationRow], evse: str, number: int | None, comer: Comer
) -> ReservationRow | None:
    """The reservation that a start uses: that of the number it tells, or one held for the comer."""
    for row in rows:
        if number is not None and row.ocpp_reservation_id == number:
            return row
    fitting = (row for row in rows if row.evse in (None, evse) and is_for(row.held, comer))
    return next(fitting, None)


def with_token(unit: Unit, charge_point: str, token: str) -> ReservationRow | None:
    """The reservation that this token was made for."""
    rows = active_at(unit, charge_point)
    return next((row for row in rows if row.token.casefold() == token.casefold()), None)


def active_at(unit: Unit, charge_point: str) -> list[ReservationRow]:
    """The places that are held at a charge point, oldest first."""
    return [
        ReservationRow(*row)
        for row in unit.all(_ACTIVE_AT, charge_point=charge_point, now=unit.now)
    ]
