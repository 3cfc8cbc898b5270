"""What holding a place costs: in the session that comes of it, or else by itself, once."""

from typing import Any

import pytest

from ampline.v1 import session_pb2, tariff_group_pb2, tariff_pb2
from ampline.v1.event_pb2 import Event
from ampline.v1.reservation_pb2 import Reservation as Message
from ampline.v1.user_pb2 import User as UserMessage
from server.domain.errors import RefusedError
from server.domain.facts import PlaceFreed
from server.domain.ledger import EntryType
from server.domain.money import Money
from server.domain.payments import Method, Purchase, State
from server.resources import tariff_groups
from server.store import models
from server.store.clock import now_us
from server.store.models import BalanceEntry, Reservation, Tariff, Transaction, User
from server.work.money import ledger
from server.work.rules import Rules
from server.work.sessions import reservations
from server.work.sessions.reservations import ReservationWanted
from tests.work.bridge import Bridge, ended, only_session, started
from tests.work.network import CHARGE_POINT, Write, add, add_tariff, energy_price, euros

EURO = 1_000_000
MINUTE = 60_000_000


def a_minute(price: str) -> tariff_pb2.Tariff.Element:
    return tariff_pb2.Tariff.Element(
        dimension=tariff_pb2.Tariff.RESERVATION_TIME,
        unit=tariff_pb2.Tariff.MINUTE,
        unit_price=euros(price),
        step=60,
    )


@pytest.fixture(autouse=True)
def _priced(network: Any) -> None:
    """0.10 EUR a minute for the place, 0.50 EUR a kWh."""
    with network.connection_context():
        Tariff.delete().execute()
        add_tariff(
            tariff_pb2.Tariff(
                name="tariffs/standard",
                display_name="Standard",
                currency="EUR",
                prices_include_tax=True,
                min_price=euros("2.00"),
                elements=[energy_price("0.50"), a_minute("0.10")],
            )
        )


@pytest.fixture
def reserve(write: Write, rules: Rules) -> Any:
    """Holds EVSE 1 for Ann for half an hour, or as it is asked."""

    def make(minutes_ago: int = 0, **wanted: Any) -> Message:
        asked = ReservationWanted(CHARGE_POINT, **{"evse": 1, "user": "users/ann", **wanted})
        prepared = write(lambda unit: reservations.prepare(unit, rules, asked))
        made: Message = write(lambda unit: reservations.made(unit, prepared))
        earlier = minutes_ago * MINUTE
        times = {
            "create_time": Reservation.create_time - earlier,
            "expire_time": Reservation.expire_time - earlier,
        }
        Reservation.update(**times).where(Reservation.name == made.name).execute()
        return made

    return make


def price_of(reservation: Message, write: Write) -> Any:
    read = write(lambda unit: reservations.read(unit, reservation.name))
    return read.price if read.HasField("price") else None


def told(kind: str) -> list[Event]:
    rows = models.Event.select().where(models.Event.type == kind).order_by(models.Event.position)
    return [Event.FromString(bytes(row.body)) for row in rows]


def test_the_session_that_comes_of_it_has_it_in_its_price(
    bridge: Bridge, write: Write, reserve: Any
) -> None:
    reservation = reserve(minutes_ago=60, expire_time=now_us() + 90 * MINUTE)
    reckoned = price_of(reservation, write)
    assert (reckoned.total.units, reckoned.final) == (9, False)
    transaction = bridge.start(started(40)).transaction_id
    bridge.end(ended(transaction, 9_000))
    price = session_pb2.Session.FromString(only_session().price).price
    lines = {line.dimension: (line.element, line.total.units) for line in price.lines}
    assert lines == {
        tariff_pb2.Tariff.ENERGY: (0, 4),
        tariff_pb2.Tariff.RESERVATION_TIME: (1, 2),
    }
    assert price_of(reservation, write) is None
    assert [row.purchase for row in Transaction.select()] == [Purchase.SESSION]
    assert User.get().balance_micros == 94 * EURO


def test_one_that_nobody_used_is_paid_once(write: Write, reserve: Any) -> None:
    """Its time alone: neither the rest of the tariff, nor the least price of a session."""
    reservation = reserve(minutes_ago=30)
    assert write(reservations.expire) == 1
    assert write(reservations.expire) == 0
    (entry,) = BalanceEntry.select()
    kind, amount, cause = EntryType.RESERVATION_FEE, -3 * EURO, reservation.name
    assert (entry.entry_type, entry.amount_micros, entry.cause) == (kind, amount, cause)
    (payment,) = Transaction.select()
    assert (payment.purchase, payment.purchased_resource) == (Purchase.RESERVATION, cause)
    assert (payment.state, payment.method) == (State.FINALIZED, Method.BALANCE)
    assert (payment.total_micros, payment.user) == (3 * EURO, "users/ann")
    ended_as = told("reservation.status_changed")[-1].reservation_changed.reservation
    assert (ended_as.state, ended_as.price.final) == (Message.EXPIRED, True)
    assert [(line.element, line.total.units) for line in ended_as.price.lines] == [(1, 3)]
    assert len(told("transaction.changed")) == len(told("user.balance_changed")) == 1


def test_one_that_is_given_up_costs_the_time_until_then(write: Write, reserve: Any) -> None:
    reservation = reserve(minutes_ago=10)
    write(lambda unit: reservations.cancel(unit, reservation.name, "changed plans"))
    write(lambda unit: reservations.cancel(unit, reservation.name, "again"))
    assert BalanceEntry.get().amount_micros == -1_100_000  # the eleventh minute has begun
    assert User.get().balance_micros == 98_900_000


def test_nobody_pays_for_a_place_that_was_taken_away(write: Write, reserve: Any) -> None:
    reserve(minutes_ago=10)
    number = Reservation.get().ocpp_reservation_id
    assert number is not None
    fact = PlaceFreed(number, expired=False)
    write(lambda unit: reservations.given_up(unit, CHARGE_POINT, fact))
    assert Reservation.get().cancel_reason == "removed by the charge point"
    assert (Transaction.select().count(), User.get().balance_micros) == (0, 100 * EURO)


def test_nobody_pays_for_a_place_that_was_freed(write: Write, reserve: Any) -> None:
    reservation = reserve(minutes_ago=10)
    write(lambda unit: reservations.freed(unit, CHARGE_POINT, reservation.evse))
    assert Reservation.get().cancel_reason == "freed by the charge point"
    assert (Transaction.select().count(), User.get().balance_micros) == (0, 100 * EURO)


def test_it_is_held_of_the_balance_until_it_ends(
    bridge: Bridge, write: Write, reserve: Any
) -> None:
    """All of it is held, and yet its driver may charge where the place is held."""
    User.update(balance_micros=3 * EURO).execute()
    reservation = reserve()

    def spend(unit: Any) -> None:
        ledger.book(unit, "users/ann", EntryType.CUSTOM_FEE, Money.of("EUR", "-0.01"), "fee")

    with pytest.raises(RefusedError) as caught:
        write(spend)
    assert caught.value.reason == "INSUFFICIENT_BALANCE"
    with pytest.raises(RefusedError) as caught:
        reserve(evse=2)
    assert (caught.value.reason, caught.value.metadata["available"]) == (
        "INSUFFICIENT_BALANCE",
        "0.00 EUR",
    )
    assert bridge.start(started(0)).authorization.accepted
    assert Reservation.get(Reservation.name == reservation.name).held_micros is None
    write(spend)


def test_who_pays_elsewhere_is_asked_there(write: Write, reserve: Any) -> None:
    User.update(payment_preference=UserMessage.EXTERNAL, balance_micros=0).execute()
    reserve(minutes_ago=30)
    write(reservations.expire)
    payment = Transaction.get()
    assert (payment.state, payment.method) == (State.PENDING, Method.EXTERNAL)
    assert BalanceEntry.select().count() == 0


def test_of_several_tariffs_the_cheapest_prices_any_evse(write: Write, reserve: Any) -> None:
    """The charge point alone knows which one is kept free."""
    cheap = tariff_pb2.Tariff(
        name="tariffs/cheap",
        display_name="Cheap",
        currency="EUR",
        prices_include_tax=True,
        elements=[energy_price("0.50"), a_minute("0.01")],
    )
    add_tariff(cheap)
    group = tariff_group_pb2.TariffGroup(name="tariffGroups/cheap", display_name="Cheap")
    group.entries.add(tariff="tariffs/cheap")
    add(models.TariffGroup, tariff_groups.MAPPING, group)
    second = models.Evse.name == f"{CHARGE_POINT}/evses/2"
    models.Evse.update(tariff_group=group.name).where(second).execute()
    reserve(minutes_ago=30, evse=0)
    write(reservations.expire)
    assert Transaction.get().total_micros == 300_000
