"""Amounts as Stripe counts them: whole numbers of a currency's smallest unit, with exceptions."""

from server.domain.money import NANOS, Money, minor_nanos

_AS_HUNDREDTHS = {"ISK", "UGX"}
"""Have no hundredths, and are told in them all the same."""
_OF_TEN = {"BHD", "JOD", "KWD", "OMR", "TND"}
"""Have thousandths, of which the last must be none."""


def to_stripe(amount: Money) -> int:
    """The number; rounded down to ten thousandths where Stripe wants that."""
    if amount.currency in _AS_HUNDREDTHS:
        return amount.nanos * 100 // NANOS
    number = amount.nanos // minor_nanos(amount.currency)
    return number - number % 10 if amount.currency in _OF_TEN else number


def from_stripe(number: int, currency: str) -> Money:
    """The amount; `currency` as Stripe writes it: `eur`."""
    code = currency.upper()
    if code in _AS_HUNDREDTHS:
        return Money(code, number * NANOS // 100)
    return Money(code, number * minor_nanos(code))
