"""Bills that are corrected: what they said stays, and what became known later stands behind it."""

from decimal import Decimal
from typing import Any

import pytest

from ampline.v1 import price_pb2, session_pb2, tariff_pb2
from server.domain.facts import StopReason
from server.domain.money import total
from server.resources.price_corrections import corrected
from server.resources.prices import money_of
from server.store.models import BalanceEntry, MeterValue, Tariff, Transaction, User
from server.work.rules import Rules
from server.work.sessions import charging, session_rows
from tests.work.bridge import Bridge, ended, events, measured, only_session, sample, started
from tests.work.network import Write, add_tariff, energy_price, euros


@pytest.fixture(autouse=True)
def _dearer_later(network: Any) -> None:
    """0.50 EUR a kWh in the first 40 minutes, then 1 EUR."""
    first = energy_price("0.50")
    first.restrictions.max_duration.FromSeconds(40 * 60)
    told = tariff_pb2.Tariff(
        name="tariffs/standard",
        display_name="Standard",
        currency="EUR",
        elements=[first, energy_price("1.00")],
        max_price=euros("4.20"),
    )
    told.tax_percent.value = "10"
    with network.connection_context():
        Tariff.delete().execute()
        add_tariff(told)


@pytest.fixture
def close(bridge: Bridge, write: Write, rules: Rules) -> Any:
    """A session of the last hour, closed with the value that it told last; its transaction."""

    def closing(minutes: float, register_wh: int) -> str:
        transaction = bridge.start(started(60)).transaction_id
        bridge.measure(measured(transaction, sample(minutes, register_wh)))

        def close(unit: Any) -> None:
            session = session_rows.by_name(unit, only_session().name)
            assert session is not None
            charging.close(unit, rules, session, StopReason.CHARGE_POINT_TIMEOUT)

        write(close)
        return transaction

    return closing


def lines() -> list[tuple[int, int, Decimal, Decimal]]:
    """Of the bill: the correction, the element, how much, and what it costs without tax."""
    price = session_pb2.Session.FromString(only_session().price).price
    amounts = (Decimal(line.net.units) + Decimal(line.net.nanos) / 10**9 for line in price.lines)
    return [
        (line.correction, line.element, Decimal(line.quantity.value), amount)
        for line, amount in zip(price.lines, amounts, strict=True)
    ]


def test_what_is_told_late_is_billed_when_it_flowed(bridge: Bridge, close: Any) -> None:
    """Values and a stop that a charger had kept while it was away."""
    closed = close(30, 2_000)
    bridge.measure(measured(closed, sample(20, 3_000)))
    bridge.measure(measured(closed, sample(10, 5_000)))
    assert only_session().total_micros == 550_000
    for _ in range(2):
        bridge.end(ended(closed, 6_000))
    assert lines() == [
        (0, 0, Decimal(1), Decimal("0.5")),
        (1, 0, Decimal(1), Decimal("0.5")),
        (1, 1, Decimal(3), Decimal(3)),
    ]
    assert only_session().total_micros == 4_400_000
    booked = [row.amount_micros for row in BalanceEntry.select().order_by(BalanceEntry.number)]
    assert booked == [-550_000, -3_850_000]
    paid = [row.total_micros for row in Transaction.select().order_by(Transaction.name)]
    assert paid == [550_000, 3_850_000]
    assert User.get().balance_micros == 95_600_000
    assert events("session.priced").count("session.priced") == 2
    assert not MeterValue.select().where(MeterValue.not_billed == True).count()  # noqa: E712


def test_a_correction_may_give_back(bridge: Bridge, close: Any) -> None:
    """Most of it had flowed while it was cheap."""
    closed = close(10, 5_000)
    assert only_session().total_micros == 2_640_000
    bridge.measure(measured(closed, sample(30, 4_900)))
    bridge.end(ended(closed, 5_000, minutes=10))
    assert lines() == [
        (0, 0, Decimal("3.2"), Decimal("1.6")),
        (0, 1, Decimal("0.8"), Decimal("0.8")),
        (1, 0, Decimal("0.75"), Decimal("0.38")),
        (1, 1, Decimal("-0.75"), Decimal("-0.75")),
    ]
    booked = [row.amount_micros for row in BalanceEntry.select().order_by(BalanceEntry.number)]
    assert booked == [-2_640_000, 400_000]
    price = session_pb2.Session.FromString(only_session().price).price
    for part in ("net", "tax", "total"):
        summed = total("EUR", (money_of(getattr(line, part)) for line in price.lines))
        assert summed == money_of(getattr(price, part))


def test_what_has_not_changed_is_not_corrected() -> None:
    line = price_pb2.PriceLine(element=0, net=euros("1.00"))
    line.kind = price_pb2.PriceLine.CONSUMPTION
    line.quantity.value = "2"
    line.tax.currency_code = line.total.currency_code = "EUR"
    bill = price_pb2.Price(lines=[line], total=euros("1.00"), final=True)
    assert corrected(bill, bill) == bill
