"""A session's price: lines that add up."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from server.domain.money import Money
from server.domain.tariffs import PriceUnit


class LineKind(Enum):
    """What a line is for: a dimension of the tariff, or an adjustment."""

    SESSION = "SESSION"
    ENERGY = "ENERGY"
    CHARGING_TIME = "CHARGING_TIME"
    IDLE_TIME = "IDLE_TIME"
    RESERVATION_TIME = "RESERVATION_TIME"
    POWER_LEVEL_TIME = "POWER_LEVEL_TIME"
    NON_BILLABLE_ENERGY = "NON_BILLABLE_ENERGY"  # taken from the subscription's allowance
    MIN_PRICE = "MIN_PRICE"  # what was missing
    MAX_PRICE = "MAX_PRICE"  # what was too much: the one line below zero


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line: all that one element cost at one price.

    `quantity` is what is billed, in `unit`, started steps included, to nine decimals;
    `element` the place of the element in the tariff, None in an adjustment; `capped` says that
    the element's cap made it less than quantity x price.
    """

    kind: LineKind
    quantity: Decimal
    unit: PriceUnit
    unit_price: Money | None
    net: Money
    tax: Money
    total: Money
    tax_percent: Decimal
    element: int | None = None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """net + tax = total, here and in every line, and each is the sum of the lines'."""

    lines: tuple[PriceLine, ...]
    net: Money
    tax: Money
    total: Money
    non_billable_wh: Decimal = Decimal(0)
