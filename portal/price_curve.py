"""A week of electricity prices, to be looked at: as a line, and day by day in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from google.type.money_pb2 import Money

from ampline.v1.electricity_rate_pb2 import LookupElectricityRateResponse
from portal.formats import amount, local

WIDTH, HEIGHT = 1000, 200
MARGIN = 10
Stretch = LookupElectricityRateResponse.Stretch


@dataclass(frozen=True)
class Piece:
    """A price that holds on one day from one time to another, in the rate's zone."""

    start: datetime
    end: datetime
    price: Money

    @property
    def span(self) -> str:
        """`22:00–24:00`."""
        end = "24:00" if self.end.time() == time() else f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}–{end}"


@dataclass(frozen=True)
class Curve:
    """The line in an SVG of WIDTH × HEIGHT, where on it now is, and what its ends mean."""

    path: str
    zero: float
    """Where the price is zero; what is below costs less than nothing."""
    now: float
    lowest: Money
    highest: Money


def week_around(now: datetime) -> tuple[datetime, datetime]:
    """From Monday, 00:00, to the next one, in the zone of `now`."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    monday = midnight - timedelta(days=now.weekday())
    return monday, monday + timedelta(days=7)


def pieces(curve: Sequence[Stretch], zone: str) -> list[Piece]:
    """The stretches cut at midnight."""
    return [piece for stretch in curve for piece in cut(stretch, zone)]


def cut(stretch: Stretch, zone: str) -> Iterator[Piece]:
    start, end = local(stretch.start_time, zone), local(stretch.end_time, zone)
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo)
        yield Piece(start, min(end, midnight), stretch.price)
        start = midnight


def by_day(parts: Sequence[Piece]) -> dict[date, list[Piece]]:
    """The pieces of each day; equal days are not put together, so that each can be looked up."""
    days: dict[date, list[Piece]] = {}
    for piece in parts:
        days.setdefault(piece.start.date(), []).append(piece)
    return days


def drawn(parts: Sequence[Piece], start: datetime, end: datetime, now: datetime) -> Curve:
    """The week as a line of steps."""
    values = [amount(piece.price) for piece in parts]
    low, high = min(Decimal(), *values), max(Decimal(), *values)
    reach = float(high - low) or 1.0
    seconds = (end - start).total_seconds()

    def across(moment: datetime) -> float:
        return round(WIDTH * (moment - start).total_seconds() / seconds, 1)

    def up(value: Decimal) -> float:
        share = float(value - low) / reach
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    steps = [
        f"{'L' if number else 'M'}{across(piece.start)} {up(value)}H{across(piece.end)}"
        for number, (piece, value) in enumerate(zip(parts, values, strict=True))
    ]
    ordered = sorted(parts, key=lambda piece: amount(piece.price))
    return Curve("".join(steps), up(Decimal()), across(now), ordered[0].price, ordered[-1].price)
