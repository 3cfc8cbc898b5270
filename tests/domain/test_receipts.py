"""Receipts: sums by tax rate, corrections that come to the bill, rates, and numbers."""

from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.money import Money, minor_nanos, total
from server.domain.pricing.tax import Tax
from server.domain.receipts import Amount, by_rate, difference, number_of, percent_of
from tests.domain.pricing_terms import eur

rates = st.sampled_from([Decimal(text) for text in ("0", "5.5", "7", "19", "21", "21.0")])
cents = st.integers(-(10**6), 10**6).map(lambda count: Money("EUR", count * 10_000_000))
bills = st.lists(st.builds(Amount, rates, cents, cents), max_size=6)


@given(bills)
def test_sums_by_rate_are_those_of_the_lines(lines: list[Amount]) -> None:
    sums = by_rate(lines)
    assert [each.tax_percent for each in sums] == sorted({each.tax_percent for each in lines})
    for part in ("net", "tax", "total"):
        whole = total("EUR", (getattr(each, part) for each in lines))
        assert total("EUR", (getattr(each, part) for each in sums)) == whole


@given(st.lists(bills, min_size=1, max_size=6))
def test_receipts_and_their_corrections_come_to_the_bill(versions: list[list[Amount]]) -> None:
    """A bill that changes again and again: the first receipt, then the differences."""
    issued: list[Amount] = []
    for bill in versions:
        changed = difference(bill, issued)
        issued += changed
        assert not difference(bill, issued)
        come_to = [each for each in by_rate(issued) if each.net or each.tax]
        assert come_to == [each for each in by_rate(bill) if each.net or each.tax]


def test_a_credit_note_names_what_is_given_back() -> None:
    first = [Amount(Decimal(21), eur(10), eur("2.10")), Amount(Decimal(7), eur(5), eur("0.35"))]
    now = [Amount(Decimal(21), eur(8), eur("1.68")), Amount(Decimal(7), eur(5), eur("0.35"))]
    assert difference(now, first) == [Amount(Decimal(21), eur(-2), eur("-0.42"))]
    assert difference([], chain(first)) == [
        Amount(Decimal(7), eur(-5), eur("-0.35")),
        Amount(Decimal(21), eur(-10), eur("-2.10")),
    ]


@given(
    st.sampled_from([Decimal(text) for text in ("0", "5.5", "7", "8.1", "19", "21", "25")]),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_a_rate_that_is_told_is_believed_where_it_comes_to_the_tax(
    rate: Decimal, amount: int, included: bool
) -> None:
    minor = minor_nanos("EUR")
    split = Tax(rate, included, minor).split(amount * minor)
    net, tax = Money("EUR", split.net), Money("EUR", split.tax)
    assert percent_of(net, tax, rate) == (rate if tax else 0)
    found = percent_of(net, tax)
    assert abs(Tax(found, included, minor).split(amount * minor).tax - split.tax) <= minor


@pytest.mark.parametrize(
    ("net", "tax", "told", "percent"),
    [
        ("10", "2.10", None, "21"),
        ("4.13", "0.87", None, "21"),
        ("100", "5.50", None, "5.5"),
        ("10", "0", "21", "0"),
        ("10", "1.90", "21", "19"),  # the plan's rate is another one by now
        ("-10", "-2.10", None, "21"),
        ("0.10", "0.02", "21", "21"),
    ],
)
def test_the_rate_of_an_amount(net: str, tax: str, told: str | None, percent: str) -> None:
    known = Decimal(told) if told else None
    assert percent_of(eur(net), eur(tax), known) == Decimal(percent)


@pytest.mark.parametrize(
    ("series", "place", "number"),
    [("", 1, "2026-000001"), ("AMP-", 123, "AMP-2026-000123"), ("", 1234567, "2026-1234567")],
)
def test_a_number(series: str, place: int, number: str) -> None:
    assert number_of(series, 2026, place) == number
