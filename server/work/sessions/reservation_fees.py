"""What the time of a reservation costs: held of a balance meanwhile, and paid if nobody came.

It is priced by the tariff of when it was made. If a session comes of it, the session's price has
it, by the session's own tariff, and nothing is paid here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ampline.v1.reservation_pb2 import Reservation as Message
from server.domain.authorization import Payment
from server.domain.errors import RefusedError
from server.domain.ledger import EntryType
from server.domain.money import Money
from server.domain.payments import Method, Purchase, State
from server.domain.pricing import Price, price_reservation
from server.resources.prices import price_to_message
from server.store.clock import to_datetime
from server.store.models import Evse, Location, Reservation
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import corporate, ledger, payers, payments, tariffs
from server.work.money.payers import Payer
from server.work.money.tariffs import Snapshot
from server.work.sessions import authorization
from server.work.sessions.authorization import Decision


class Fee(NamedTuple):
    """What a place will cost that is held to the end: by what it is priced, and what is held."""

    snapshot: Snapshot | None
    columns: dict[str, object]


class _Held(NamedTuple):
    """A reservation, as it is paid for."""

    name: str
    partner: str | None
    user: str | None
    location: str | None
    create_time: int
    expire_time: int
    tariff_snapshot: str | None


_HELD = Statement(
    Reservation.select(*(getattr(Reservation, column) for column in _Held._fields)).where(
        Reservation.name == param("name")
    )
)
_ZONE = Statement(Location.select(Location.time_zone).where(Location.name == param("name")))
_GROUPS = Statement(
    Evse.select(Evse.tariff_group).where(Evse.charge_point == param("charge_point")).distinct()
)
_KEEP = Statement(Reservation.update(price=param("price")).where(Reservation.name == param("name")))


def reckon(unit: Unit, decision: Decision, until: int) -> Fee:
    """What it costs to hold a place until then. Refused INSUFFICIENT_BALANCE where a balance is to
    pay for that, and does not cover it; CORPORATE_LIMIT_REACHED where a company is."""
    snapshot = decision.snapshot or _cheapest(unit, decision, until)
    if snapshot is None:
        return Fee(None, {})
    price = _price(snapshot, unit.now, until, decision.place.time_zone)
    held = None
    if decision.user is not None and price.total:
        who = payers.payer(unit, decision.user.name)
        if who.by_balance and who.currency == price.total.currency:
            payers.require_free(unit, who, price.total)
            held = price.total.micros
        elif who.payment_preference == Payment.CORPORATE:
            corporate.require(unit, who.partner, price.total)
    columns: dict[str, object] = {
        "tariff_snapshot": snapshot.key,
        "price": _column(price, final=False),
        "currency": price.total.currency,
        "held_micros": held,
    }
    return Fee(snapshot, columns)


def require_covered(unit: Unit, columns: Mapping[str, Any]) -> None:
    """What was reckoned before, and is to be held now, is still there: INSUFFICIENT_BALANCE if
    not."""
    if columns.get("held_micros"):
        held = Money.from_micros(columns["currency"], columns["held_micros"])
        payers.require_free(unit, payers.payer(unit, columns["user"]), held)


def pay(unit: Unit, name: str) -> None:
    """Has the time paid for which a place was held, once; its reservation has ended."""
    held = _held(unit, name)
    if held.tariff_snapshot is None:
        return
    who = payers.payer(unit, held.user) if held.user else None
    row = unit.one(_ZONE, name=held.location) if held.location else None
    snapshot = tariffs.snapshot_of(unit, held.tariff_snapshot)
    until = min(unit.now, held.expire_time)  # the clock looks a little later
    price = _price(snapshot, held.create_time, until, row[0] if row else None)
    unit.run(_KEEP, name=name, price=_column(price, final=True))
    if price.total and (who is None or who.payment_preference != Payment.NO_PAYMENT):
        _pay(unit, held, who, price)


def waive(unit: Unit, name: str) -> None:
    """Nothing is to be paid for it by itself."""
    unit.run(_KEEP, name=name, price=None)


def lock_payer(unit: Unit, name: str) -> None:
    """Locks the user's row, before the reservation's own: in that order, as everywhere."""
    held = _held(unit, name)
    if held.user and held.tariff_snapshot:
        payers.payer(unit, held.user)


def _held(unit: Unit, name: str) -> _Held:
    row = unit.one(_HELD, name=name)
    assert row is not None, name
    return _Held(*row)


def _pay(unit: Unit, held: _Held, who: Payer | None, price: Price) -> None:
    bought = payments.Bought(Purchase.RESERVATION, held.name, held.user, held.partner)
    if who is None or (who.by_balance and who.currency != price.total.currency):
        payments.record_of(unit, bought, price, Method.EXTERNAL, State.PENDING)
    elif not who.by_balance:
        method = payments.METHOD[Payment(who.payment_preference)]
        payments.record_of(unit, bought, price, method, State.PENDING)
    else:
        _debit(unit, bought, who, price)


def _debit(unit: Unit, bought: payments.Bought, who: Payer, price: Price) -> None:
    """From the balance, which held it; what it does not cover all the same is a failed payment."""
    try:
        entry = ledger.book(unit, who.name, EntryType.RESERVATION_FEE, -price.total, bought.name)
    except RefusedError as error:
        payments.record_of(unit, bought, price, Method.BALANCE, State.FAILED, error.reason)
        return
    ledger.tell(unit, entry, who.partner)
    payments.record_of(unit, bought, price, Method.BALANCE, State.FINALIZED)


def _cheapest(unit: Unit, decision: Decision, until: int) -> Snapshot | None:
    """Of a charge point whose EVSEs have different tariffs, the one that costs least: any of them
    is held, and nobody knows which."""
    place = decision.place
    context = authorization.context_of(unit, place, decision.user, unit.now)
    own = [group for (group,) in unit.all(_GROUPS, charge_point=place.charge_point)]
    groups = {tariffs.group_for(unit, place.charge_point, group) for group in own}
    found = [tariffs.tariff_for(unit, group, context) for group in groups]

    def cost(snapshot: Snapshot) -> int:
        return _price(snapshot, unit.now, until, place.time_zone).total.nanos

    return min((each for each in found if each), key=cost, default=None)


def _price(snapshot: Snapshot, since: int, until: int, time_zone: str | None) -> Price:
    start, end = to_datetime(since), to_datetime(max(since, until))
    return price_reservation(snapshot.terms, start, end, ZoneInfo(time_zone or "UTC"))


def _column(price: Price, *, final: bool) -> bytes:
    return Message(price=price_to_message(price, final=final)).SerializeToString()
