"""What a partner gets of what was earned on its charge points."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.money import Money
from server.domain.revenue import Contract, Earned, share
from tests.domain.pricing_terms import eur

CONTRACT = Contract("EUR", Decimal(60), Decimal(40), eur("0.25"), eur("0.01"), eur(5))
percents = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
cents = st.integers(0, 10**8).map(lambda count: Money("EUR", count * 10_000_000))


def earned(ac: str, dc: str, sessions: int = 0, energy_wh: int = 0) -> Earned:
    return Earned("EUR", eur(ac), eur(dc), sessions, energy_wh)


@pytest.mark.parametrize(
    ("contract", "month", "partner"),
    [
        (None, earned("100", "50"), "0"),
        (Contract("USD", Decimal(60)), earned("100", "50"), "0"),
        (Contract("EUR", Decimal(60)), earned("100", "50"), "60"),
        (Contract("EUR", Decimal(60), Decimal(40)), earned("100", "50"), "80"),
        (CONTRACT, earned("100", "50", sessions=10, energy_wh=250_000), "70"),
        (CONTRACT, earned("0", "0"), "-5"),
        (Contract("EUR", Decimal("33.333")), earned("0.10", "0"), "0.03"),
    ],
)
def test_the_partners_share(contract: Contract | None, month: Earned, partner: str) -> None:
    shares = share(month, contract)
    assert shares.partner == eur(partner)
    assert shares.operator == month.revenue - eur(partner)


@given(cents, cents, percents, percents)
def test_without_fees_nobody_gets_less_than_nothing(
    ac: Money, dc: Money, ac_percent: Decimal, dc_percent: Decimal
) -> None:
    month = Earned("EUR", ac, dc, 1, 1)
    shares = share(month, Contract("EUR", ac_percent, dc_percent))
    nothing = Money("EUR", 0)
    assert shares.partner + shares.operator == month.revenue
    assert nothing <= shares.partner <= month.revenue
    assert shares.partner.is_minor()


@pytest.mark.parametrize(
    ("day", "in_force"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True)],
)
def test_a_contract_is_in_force_from_its_start(day: date, in_force: bool) -> None:
    assert Contract("EUR", start=date(2026, 1, 1)).is_in_force(day) is in_force
    until = Contract("EUR", end=date(2026, 1, 1))
    assert until.is_in_force(day) is not in_force
