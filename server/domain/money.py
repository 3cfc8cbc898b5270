"""Amounts of money, exact to the billionth of a currency's unit.

One type serves for prices and for amounts. It counts billionths ("nanos"), as
google.type.Money does, so that a price such as 0.2345 EUR/kWh survives every
round trip; millionths would lose the last three of the nine digits a client may
send. An amount that somebody pays is always a whole number of the currency's
minor unit (`round_to_minor`), and that fits into the ledger's millionths
(`micros`) for every currency of ISO 4217.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NANOS = 1_000_000_000
_NANOS_PER_MICRO = 1_000

_CURRENCY = re.compile("[A-Z]{3}")
# ISO 4217: the currencies whose minor unit is not the hundredth.
_NO_MINOR_UNIT = {
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
}
_THOUSANDTHS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
_MINOR_DIGITS = {
    **dict.fromkeys(_NO_MINOR_UNIT, 0),
    **dict.fromkeys(_THOUSANDTHS, 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


class CurrencyMismatchError(ValueError):
    """Two amounts in different currencies met; no rate between them is known here."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"amounts in {left} and in {right} do not mix")
        self.left = left
        self.right = right


def is_currency(code: str) -> bool:
    """Whether it is written as ISO 4217 writes a currency."""
    return _CURRENCY.fullmatch(code) is not None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount or a price: `nanos` billionths of one unit of `currency` (ISO 4217)."""

    currency: str
    nanos: int

    @classmethod
    def of(cls, currency: str, amount: str | int | Decimal) -> Money:
        """`Money.of("EUR", "1.25")`; refuses what is finer than nine decimals, and floats."""
        return cls(currency, _exact_nanos(amount))

    @classmethod
    def from_parts(cls, currency: str, units: int, nanos: int) -> Money:
        """From the two numbers of a google.type.Money, whose signs must agree."""
        if abs(nanos) >= NANOS or units * nanos < 0:
            raise ValueError(f"units {units} and nanos {nanos} are not one amount")
        return cls(currency, units * NANOS + nanos)

    @classmethod
    def from_micros(cls, currency: str, micros: int) -> Money:
        """From the ledger's millionths."""
        return cls(currency, micros * _NANOS_PER_MICRO)

    @property
    def parts(self) -> tuple[int, int]:
        """(units, nanos) as google.type.Money wants them: of the same sign."""
        units, nanos = divmod(abs(self.nanos), NANOS)
        return (-units, -nanos) if self.nanos < 0 else (units, nanos)

    @property
    def micros(self) -> int:
        """Millionths for the ledger; ValueError where the amount is finer than that."""
        micros, rest = divmod(self.nanos, _NANOS_PER_MICRO)
        if rest:
            raise ValueError(f"{self} is finer than a millionth")
        return micros

    @property
    def amount(self) -> Decimal:
        """The amount in units of the currency, exactly."""
        return Decimal(self.nanos).scaleb(-9)

    def is_minor(self) -> bool:
        """Whether this is a whole number of minor units: something one can pay."""
        return self.nanos % minor_nanos(self.currency) == 0

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.currency, self.nanos + other.nanos)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.currency, self.nanos - other.nanos)

    def __neg__(self) -> Money:
        return Money(self.currency, -self.nanos)

    def __bool__(self) -> bool:
        return self.nanos != 0

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.nanos < other.nanos

    def __le__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.nanos <= other.nanos

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        while self.nanos % 10 ** (9 - digits):
            digits += 1
        return f"{self.amount:.{digits}f} {self.currency}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(self.currency, other.currency)


def minor_digits(currency: str) -> int:
    """Decimals of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(currency, 2)


def minor_nanos(currency: str) -> int:
    """How many nanos one minor unit is: 10,000,000 for EUR."""
    exponent: int = 9 - minor_digits(currency)
    return int(10**exponent)


def zero(currency: str) -> Money:
    """Nothing, in that currency."""
    return Money(currency, 0)


def total(currency: str, amounts: Iterable[Money]) -> Money:
    """The sum of the amounts, zero when there are none."""
    return sum(amounts, zero(currency))


def round_to_minor(amount: Decimal | Fraction | int, currency: str) -> Money:
    """The nearest payable amount to `amount` units of the currency, halves away from zero."""
    minor = minor_nanos(currency)
    return Money(currency, half_away(Fraction(amount) * NANOS / minor) * minor)


def half_away(number: Fraction | int) -> int:
    """The nearest integer, halves away from zero: 2.5 becomes 3 and -2.5 becomes -3."""
    return half_away_quotient(number.numerator, number.denominator)


def half_away_quotient(dividend: int, divisor: int) -> int:
    """The integer nearest to dividend / divisor (which is positive), halves away from zero."""
    nearest = (2 * abs(dividend) + divisor) // (2 * divisor)
    return -nearest if dividend < 0 else nearest


def _exact_nanos(amount: str | int | Decimal) -> int:
    if isinstance(amount, float):
        raise TypeError("money is never a float")
    scaled = Fraction(amount) * NANOS
    if scaled.denominator != 1:
        raise ValueError(f"{amount} is finer than a billionth")
    return scaled.numerator
