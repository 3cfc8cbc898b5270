"""Prices, from the domain's values to their messages."""

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money as MoneyMessage

from ampline.v1 import price_pb2 as pb
from ampline.v1 import tariff_pb2
from server.domain.money import Money
from server.domain.pricing import LineKind, Price, PriceLine
from server.domain.tariffs import Dimension, PriceUnit

_UNITS = {
    PriceUnit.SESSION: tariff_pb2.Tariff.PER_SESSION,
    PriceUnit.KWH: tariff_pb2.Tariff.KWH,
    PriceUnit.MINUTE: tariff_pb2.Tariff.MINUTE,
    PriceUnit.HOUR: tariff_pb2.Tariff.HOUR,
}
_KINDS = {
    LineKind.MIN_PRICE: pb.PriceLine.MIN_PRICE,
    LineKind.MAX_PRICE: pb.PriceLine.MAX_PRICE,
    LineKind.NON_BILLABLE_ENERGY: pb.PriceLine.ALLOWANCE,
}
_DIMENSIONS = {
    LineKind(dimension.value): tariff_pb2.Tariff.Dimension.Value(dimension.value)
    for dimension in Dimension
} | {LineKind.NON_BILLABLE_ENERGY: tariff_pb2.Tariff.ENERGY}


def price_to_message(price: Price, *, final: bool = False) -> pb.Price:
    """The price, line by line; `final` if it is the bill."""
    return pb.Price(
        lines=[_line(line) for line in price.lines],
        net=money_to_message(price.net),
        tax=money_to_message(price.tax),
        total=money_to_message(price.total),
        final=final,
        non_billable_energy_wh=round(price.non_billable_wh),
    )


def money_to_message(money: Money) -> MoneyMessage:
    """The amount."""
    units, nanos = money.parts
    return MoneyMessage(currency_code=money.currency, units=units, nanos=nanos)


def money_of(message: MoneyMessage) -> Money:
    """The amount of a message."""
    return Money.from_parts(message.currency_code, message.units, message.nanos)


def _line(line: PriceLine) -> pb.PriceLine:
    unit_price = line.unit_price
    return pb.PriceLine(
        kind=_KINDS.get(line.kind, pb.PriceLine.CONSUMPTION),
        dimension=_DIMENSIONS.get(line.kind, tariff_pb2.Tariff.DIMENSION_UNSPECIFIED),
        quantity=decimal_to_message(line.quantity),
        unit=_UNITS[line.unit],
        unit_price=None if unit_price is None else money_to_message(unit_price),
        net=money_to_message(line.net),
        tax=money_to_message(line.tax),
        total=money_to_message(line.total),
        tax_percent=decimal_to_message(line.tax_percent),
        element=line.element,
        capped=line.capped,
    )


def decimal_to_message(number: Decimal) -> DecimalMessage:
    """The number, as it is."""
    return DecimalMessage(value=f"{number.normalize():f}")
