"""Amounts of money that actions are asked to move."""

from typing import Any

from server.domain.errors import invalid_field
from server.domain.money import Money

MOST_MOVED = 1_000_000_000
"""The most units of a currency that one call moves: far below what the ledger can count."""


def amount_told(told: Any) -> Money:
    """A request's `amount`: not nothing, and something one can pay."""
    try:
        amount = Money.from_parts(told.currency_code, told.units, told.nanos)
    except ValueError as error:
        raise invalid_field("amount", str(error)) from error
    if not amount:
        raise invalid_field("amount", "must not be zero")
    if abs(told.units) > MOST_MOVED:
        raise invalid_field("amount.units", f"must be at most {MOST_MOVED:,}")
    if not amount.is_minor():
        raise invalid_field("amount", "must not be finer than the currency's minor unit")
    return amount


def payable_told(told: Any) -> Money:
    """The same, above zero."""
    amount = amount_told(told)
    if amount.nanos < 0:
        raise invalid_field("amount", "must be above zero")
    return amount
