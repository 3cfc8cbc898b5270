"""What can be wrong with amounts of money and with decimal numbers."""

import re
from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money as MoneyMessage

from server.domain.money import Money, is_currency

_NANOS = 1_000_000_000
_DECIMALS = 9
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?")
_MOST_UNITS = 1_000_000_000
_NO_CURRENCY = "must be in a currency of three capital letters (ISO 4217), such as EUR"


def money_fault(money: MoneyMessage, currency: str) -> str | None:
    """What is wrong with an amount that must be in the currency and not below zero."""
    if money.currency_code != currency:
        return f"must be in {currency or 'the currency of the tariff'}"
    if not is_currency(currency):
        return _NO_CURRENCY
    if not (0 <= money.nanos < _NANOS and 0 <= money.units <= _MOST_UNITS):
        return f"must be from 0 to {_MOST_UNITS:,}, with nanos from 0 to 999,999,999"
    return None


def payable_fault(money: MoneyMessage, currency: str) -> str | None:
    """What is wrong with an amount that somebody is to pay or to get, or nothing at all."""
    if fault := money_fault(money, currency):
        return fault
    amount = Money.from_parts(money.currency_code, money.units, money.nanos)
    return None if amount.is_minor() else "must not be finer than the currency's minor unit"


def signed_money_fault(money: MoneyMessage, currency: str) -> str | None:
    """The same of an amount that may be below zero."""
    if money.currency_code != currency:
        return f"must be in {currency}"
    if not is_currency(currency):
        return _NO_CURRENCY
    if money.units * money.nanos < 0:
        return "must have units and nanos of the same sign"
    if not (abs(money.nanos) < _NANOS and abs(money.units) <= _MOST_UNITS):
        return f"must be from -{_MOST_UNITS:,} to {_MOST_UNITS:,}, with nanos below 1,000,000,000"
    return None


def decimal_fault(number: DecimalMessage, least: int = 0, most: int = 10**9) -> str | None:
    """What is wrong with a number that must be within bounds."""
    if not _NUMBER.fullmatch(number.value):
        return f"{number.value!r} is no decimal number"
    value = Decimal(number.value)
    if not least <= value <= most:
        return f"must be from {least} to {most}"
    exact = value == round(value, _DECIMALS)
    return None if exact else f"must have at most {_DECIMALS} decimals"
