"""Money: exact, in one currency at a time, payable in minor units."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.money import (
    CurrencyMismatchError,
    Money,
    half_away,
    minor_digits,
    round_to_minor,
    total,
    zero,
)

nanos = st.integers(-(10**18), 10**18)


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("USD", 2)]
)
def test_minor_digits_follow_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("0.004999999", "EUR", "0"),
        ("-0.005", "EUR", "-0.01"),
        ("2.675", "EUR", "2.68"),
        ("0.5", "JPY", "1"),
        ("0.0005", "KWD", "0.001"),
    ],
)
def test_halves_go_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert round_to_minor(Decimal(amount), currency) == Money.of(currency, rounded)


def test_a_price_finer_than_a_cent_is_kept() -> None:
    price = Money.of("EUR", "0.2345")
    assert price.amount == Decimal("0.2345")
    assert not price.is_minor()
    assert str(price) == "0.2345 EUR"


@pytest.mark.parametrize(
    ("money", "text"),
    [(Money.of("EUR", 5), "5.00 EUR"), (Money.of("JPY", 5), "5 JPY"), (zero("KWD"), "0.000 KWD")],
)
def test_text_shows_at_least_the_minor_digits(money: Money, text: str) -> None:
    assert str(money) == text


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        Money.of("EUR", 1.25)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["0.0000000001", "1/3"])
def test_finer_than_nanos_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="finer"):
        Money.of("EUR", amount)


def test_currencies_do_not_mix() -> None:
    euro, dollar = Money.of("EUR", 1), Money.of("USD", 1)
    with pytest.raises(CurrencyMismatchError, match="EUR and in USD"):
        _ = euro + dollar
    with pytest.raises(CurrencyMismatchError):
        _ = euro < dollar
    assert euro != dollar


@pytest.mark.parametrize(("units", "part"), [(1, -1), (-1, 1), (0, 10**9)])
def test_parts_must_be_one_amount(units: int, part: int) -> None:
    with pytest.raises(ValueError, match="not one amount"):
        Money.from_parts("EUR", units, part)


@given(nanos)
def test_parts_round_trip(amount: int) -> None:
    money = Money("EUR", amount)
    units, part = money.parts
    assert Money.from_parts("EUR", units, part) == money
    assert abs(part) < 10**9


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_payable_amounts_fit_the_ledger(count: int, currency: str) -> None:
    payable = round_to_minor(Fraction(count, 10 ** minor_digits(currency)), currency)
    assert payable.is_minor()
    assert Money.from_micros(currency, payable.micros) == payable


def test_what_is_finer_than_a_micro_does_not_enter_the_ledger() -> None:
    with pytest.raises(ValueError, match="millionth"):
        _ = Money.of("EUR", "0.0000001").micros


@given(nanos, nanos)
def test_sums_and_differences_are_exact(left: int, right: int) -> None:
    a, b = Money("EUR", left), Money("EUR", right)
    assert (a + b) - b == a
    assert total("EUR", [a, b, -a]) == b
    assert (a < b) == (left < right)
    assert (a >= b) == (left >= right)


@given(st.fractions())
def test_rounding_is_symmetric_and_nearest(number: Fraction) -> None:
    assert half_away(-number) == -half_away(number)
    assert abs(half_away(number) - number) <= Fraction(1, 2)
