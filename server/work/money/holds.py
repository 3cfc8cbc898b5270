"""What running sessions and held places hold of balances: it is not there to be spent otherwise."""

from peewee import SQL, fn

from server.domain.money import Money
from server.domain.reservations import ReservationState
from server.store.models import Reservation, Session
from server.store.statements import Statement, param
from server.store.unit import Unit

_BY_SESSIONS = Statement(
    Session.select(fn.COALESCE(fn.SUM(Session.held_micros), 0)).where(
        (Session.user == param("user"))
        & Session.stop_time.is_null()
        & (Session.name != param("but"))
        & Session.company.is_null()
    )
)
_BY_RESERVATIONS = Statement(
    Reservation.select(fn.COALESCE(fn.SUM(Reservation.held_micros), 0)).where(
        (Reservation.user == param("user"))
        & (Reservation.state == SQL(str(int(ReservationState.ACTIVE))))  # an index is of these
        & (Reservation.charge_point != param("but_at"))
    )
)


def held_of(unit: Unit, user: str, currency: str, but: str = "") -> Money:
    """What the user's running sessions and reservations hold together, without session `but`.

    Whoever goes by it has locked the user's row before: nobody changes a hold without that.
    """
    row = unit.one(_BY_SESSIONS, user=user, but=but)
    sessions = int(row[0]) if row else 0
    return Money.from_micros(currency, sessions + reserved_of(unit, user))


def reserved_of(unit: Unit, user: str, but_at: str = "") -> int:
    """What is held, in millionths, for places that are held for the user, but at one charge point:
    who charges there comes for the place."""
    row = unit.one(_BY_RESERVATIONS, user=user, but_at=but_at)
    return int(row[0]) if row else 0
