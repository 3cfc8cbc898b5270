"""What partners earn: written down with each bill of their sessions, to be settled later."""

from typing import NamedTuple, Protocol

from peewee import fn

from server.domain.money import Money
from server.store.models import Earning
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class Sold(Protocol):
    """A session that has ended."""

    @property
    def name(self) -> str:
        """Its resource name."""

    @property
    def partner(self) -> str | None:
        """Whose charge point it was at."""

    @property
    def location(self) -> str | None:
        """Where."""

    @property
    def charge_point(self) -> str:
        """At which charge point."""

    @property
    def stop_time(self) -> int | None:
        """When it ended, in microseconds."""

    @property
    def energy_wh(self) -> int:
        """What it took."""


class _Sums(NamedTuple):
    """What the earnings of a session come to; amounts in millionths of its currency's unit."""

    net: int = 0
    tax: int = 0
    energy_wh: int = 0
    electricity: int = 0
    bills: int = 0


def _sum(column: object) -> object:
    return fn.COALESCE(fn.SUM(column), 0)


_SO_FAR = Statement(
    Earning.select(
        _sum(Earning.net_micros),
        _sum(Earning.tax_micros),
        _sum(Earning.energy_wh),
        _sum(Earning.electricity_micros),
        fn.COUNT(Earning.number),
    ).where(Earning.session == param("session"))
)
_KEEP = Append(
    Earning,
    (
        "partner",
        "session",
        "location",
        "charge_point",
        "is_dc",
        "currency",
        "net_micros",
        "tax_micros",
        "energy_wh",
        "electricity_micros",
        "corrects",
        "stop_time",
        "create_time",
    ),
)


def keep(
    unit: Unit, session: Sold, net: Money, tax: Money, cost: Money | None, *, is_dc: bool
) -> None:
    """Writes down what a session is billed, as far as that was not written before: so the earnings
    of a session are its bill, whatever becomes of it. `cost` is that of its electricity."""
    if session.partner is None:
        return
    so_far = _Sums(*map(int, unit.one(_SO_FAR, session=session.name) or ()))
    known = cost is not None and cost.currency == net.currency
    spent = cost.micros - so_far.electricity if cost is not None and known else None
    new = (net.micros - so_far.net, tax.micros - so_far.tax, session.energy_wh - so_far.energy_wh)
    if so_far.bills and not any((*new, spent)):
        return
    place = (session.partner, session.name, session.location, session.charge_point)
    ended = session.stop_time or unit.now
    corrects = so_far.bills > 0
    row = (*place, is_dc, net.currency, *new, spent, corrects, ended, unit.now)
    unit.insert(_KEEP, row)
