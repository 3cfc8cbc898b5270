"""What running sessions hold of their users' balances: it is not there to be spent otherwise."""

from peewee import fn

from server.domain.money import Money
from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit

_HELD = Statement(
    Session.select(fn.COALESCE(fn.SUM(Session.held_micros), 0)).where(
        (Session.user == param("user"))
        & Session.stop_time.is_null()
        & (Session.name != param("but"))
    )
)


def held_of(unit: Unit, user: str, currency: str, but: str = "") -> Money:
    """What the user's running sessions hold together, without session `but`.

    Whoever goes by it has locked the user's row before: nobody changes a hold without that.
    """
    row = unit.one(_HELD, user=user, but=but)
    return Money.from_micros(currency, int(row[0]) if row else 0)
