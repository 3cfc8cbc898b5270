"""What a session's electricity cost, and prices that follow a rate."""

from typing import Any

import pytest
from google.type.decimal_pb2 import Decimal

from ampline.v1 import electricity_rate_pb2, session_pb2, tariff_pb2
from server.store.clock import to_us
from server.store.models import ChargePoint, ElectricityRateVersion, Session, Tariff
from server.store.unit import Unit
from server.work.money import rate_versions
from server.work.sessions import announce
from server.work.sessions.session_rows import BillingState, PaymentState
from tests.work.bridge import Bridge, ended, started
from tests.work.network import Write, add_tariff, euros, minutes_ago

SPOT = "electricityRates/spot"


def version(write: Write, price: str, minutes: float, currency: str = "EUR") -> str:
    """The next version of the rate, in force since so many minutes; returns its name."""
    rate = electricity_rate_pb2.ElectricityRate(name=SPOT, currency=currency)
    rate.default_price.CopyFrom(euros(price))
    rate.default_price.currency_code = currency
    name: str = write(lambda unit: rate_versions.keep(unit, rate, None))
    since = ElectricityRateVersion.update(create_time=to_us(minutes_ago(minutes)))
    write(lambda unit: unit.execute(since.where(ElectricityRateVersion.name == name)))
    return name


@pytest.fixture
def follows_spot(write: Write) -> None:
    """The charge point has the rate."""
    write(lambda unit: unit.execute(ChargePoint.update(electricity_rate=SPOT)))


def charged(bridge: Bridge, write: Write) -> session_pb2.Session:
    """A session of an hour and 2 kWh, up to now."""
    transaction = bridge.start(started(60)).transaction_id
    bridge.end(ended(transaction, 3000))
    return told(write)


def told(write: Write) -> session_pb2.Session:
    def read(unit: Unit) -> session_pb2.Session:
        return announce.read_session(unit, Session.get().name)

    session: session_pb2.Session = write(read)
    return session


def cost_of(session: session_pb2.Session) -> tuple[str, int, int]:
    money = session.electricity_cost
    return money.currency_code, money.units, money.nanos


@pytest.mark.usefixtures("follows_spot")
def test_the_version_in_force_says_what_it_cost(bridge: Bridge, write: Write) -> None:
    name = version(write, "0.20", 600)
    session = charged(bridge, write)
    assert cost_of(session) == ("EUR", 0, 400_000_000)
    assert list(session.electricity_rate_versions) == [name]


@pytest.mark.usefixtures("follows_spot")
def test_each_half_by_its_version(bridge: Bridge, write: Write) -> None:
    names = [version(write, "0.20", 600), version(write, "0.40", 30)]
    session = charged(bridge, write)
    assert cost_of(session) == ("EUR", 0, 600_000_000)
    assert list(session.electricity_rate_versions) == names


@pytest.mark.usefixtures("follows_spot")
def test_what_comes_later_changes_nothing(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(60)).transaction_id
    name = version(write, "0.20", 600)
    write(lambda unit: unit.execute(ChargePoint.update(electricity_rate=None)))
    bridge.end(ended(transaction, 3000, 10))
    version(write, "0.90", 5)
    session = told(write)
    assert cost_of(session) == ("EUR", 0, 400_000_000)
    assert list(session.electricity_rate_versions) == [name]


def test_without_a_rate_nothing_is_said(bridge: Bridge, write: Write) -> None:
    session = charged(bridge, write)
    assert not session.HasField("electricity_cost")
    assert not session.electricity_rate_versions


def tariff_that_follows(write: Write, rate: str = "") -> None:
    """Half as much again as the rate, and 5 cents."""
    write(lambda unit: unit.execute(Tariff.delete()))
    price: Any = tariff_pb2.Tariff.RatePrice(
        electricity_rate=rate or None,
        markup_percent=Decimal(value="50"),
        markup_per_kwh=euros("0.05"),
    )
    element = tariff_pb2.Tariff.Element(dimension=tariff_pb2.Tariff.ENERGY, electricity_rate=price)
    add_tariff(
        tariff_pb2.Tariff(
            name="tariffs/standard", display_name="Spot", currency="EUR", elements=[element]
        )
    )


@pytest.mark.usefixtures("follows_spot")
def test_a_tariff_follows_the_charge_points_rate(bridge: Bridge, write: Write) -> None:
    version(write, "0.20", 600)
    version(write, "0.40", 30)
    tariff_that_follows(write)
    session = charged(bridge, write)
    assert (session.price.total.units, session.price.total.nanos) == (1, 0)
    row = Session.get()
    assert (row.billing_state, row.payment_state) == (BillingState.COMPLETED, PaymentState.PAID)


def test_a_tariff_follows_a_rate_that_it_names(bridge: Bridge, write: Write) -> None:
    version(write, "0.20", 600)
    tariff_that_follows(write, SPOT)
    session = charged(bridge, write)
    assert (session.price.total.units, session.price.total.nanos) == (0, 700_000_000)
    assert not session.HasField("electricity_cost")


@pytest.mark.usefixtures("follows_spot")
@pytest.mark.parametrize(("currency", "reason"), [("EUR", None), ("SEK", "NO_TARIFF")])
def test_a_rate_in_another_currency_prices_nothing(
    bridge: Bridge, write: Write, currency: str, reason: str | None
) -> None:
    version(write, "0.20", 600, currency)
    tariff_that_follows(write)
    refused = bridge.authorize("AAAA").reason
    assert (refused and refused.value) == reason
