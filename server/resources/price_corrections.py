"""A bill that is corrected: what it said stays, and what has changed since stands behind it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from ampline.v1 import price_pb2 as pb
from server.domain.money import Money, zero
from server.resources.prices import decimal_to_message, money_of, money_to_message

_AMOUNTS = ("net", "tax", "total")


class _Sum(NamedTuple):
    """What several lines of one sort come to."""

    quantity: Decimal
    net: Money
    tax: Money
    total: Money

    @classmethod
    def of(cls, line: pb.PriceLine) -> "_Sum":
        """A line's own."""
        return cls(Decimal(line.quantity.value), *(money_of(getattr(line, x)) for x in _AMOUNTS))

    def plus(self, other: "_Sum") -> "_Sum":
        """Both together."""
        net, tax, total = self.net + other.net, self.tax + other.tax, self.total + other.total
        return _Sum(self.quantity + other.quantity, net, tax, total)

    def minus(self, other: "_Sum") -> "_Sum":
        """What is missing of one to the other; below zero where it is too much."""
        net, tax, total = self.net - other.net, self.tax - other.tax, self.total - other.total
        return _Sum(self.quantity - other.quantity, net, tax, total)

    def __bool__(self) -> bool:
        return any((self.quantity, self.net, self.tax, self.total))


def corrected(before: pb.Price, after: pb.Price) -> pb.Price:
    """The bill `before`, with lines that make it come to `after`: of each sort of line what it is
    more or less, numbered as the next correction. The same if nothing has changed."""
    number = 1 + max((line.correction for line in before.lines), default=0)
    then, now = _by_sort(before.lines), _by_sort(after.lines)
    price = pb.Price()
    price.CopyFrom(after)
    del price.lines[:]
    price.lines.extend(before.lines)
    nothing = _Sum(Decimal(0), *[zero(after.total.currency_code)] * 3)
    for sort, (line, said) in (then | now).items():
        earlier = then[sort][1] if sort in then else nothing
        more = (said if sort in now else nothing).minus(earlier)
        if more:
            price.lines.append(_correction(line, more, number))
    return price


def _by_sort(lines: Iterable[pb.PriceLine]) -> dict[bytes, tuple[pb.PriceLine, _Sum]]:
    """The lines, and what they come to, by what they are for and what a unit costs."""
    found: dict[bytes, tuple[pb.PriceLine, _Sum]] = {}
    for line in lines:
        sort = pb.PriceLine()
        sort.CopyFrom(line)
        for own in ("quantity", "capped", "correction", *_AMOUNTS):
            sort.ClearField(own)  # type: ignore[arg-type] # names of fields all
        key = sort.SerializeToString(deterministic=True)
        summed = _Sum.of(line)
        found[key] = (line, found[key][1].plus(summed) if key in found else summed)
    return found


def _correction(line: pb.PriceLine, more: _Sum, number: int) -> pb.PriceLine:
    told = pb.PriceLine()
    told.CopyFrom(line)
    told.correction = number
    told.quantity.CopyFrom(decimal_to_message(more.quantity))
    for name in _AMOUNTS:
        getattr(told, name).CopyFrom(money_to_message(getattr(more, name)))
    return told
