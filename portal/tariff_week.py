"""Which price of a tariff holds at which hour of the week.

Weekdays and times of day place a price in the week. Whatever else it depends on (energy, time,
power, dates, the kind of current) a week does not know: then the next price that fits is told, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from google.protobuf.message import Message
from google.type.timeofday_pb2 import TimeOfDay

from ampline.v1.tariff_pb2 import Tariff

DAYS = range(1, 8)
"""As google.type.DayOfWeek counts them, from Monday."""
DAY_MINUTES = 24 * 60
# The hours that the table's head names.
NAMED = (0, 360, 720, 1080)
IN_WEEK = frozenset({"start_time", "end_time", "days"})


@dataclass(frozen=True)
class Cell:
    """From one minute of a day to another, the numbers of the prices that may hold, from 1: the
    last of them surely, those before it only under further conditions."""

    start: int
    end: int
    prices: tuple[int, ...]
    is_sure: bool
    """Whether one of them holds in any case."""

    @property
    def span(self) -> str:
        return f"{clock(self.start)}–{clock(self.end)}"


@dataclass(frozen=True)
class Week:
    """The prices of one dimension: a row of cells for each day, between the same marks."""

    dimension: int
    marks: tuple[int, ...]
    """The minutes at which anything changes on any day."""
    days: dict[int, list[Cell]]

    @property
    def widths(self) -> list[float]:
        """Of the columns between the marks, in percent."""
        return [round(100 * (end - start) / DAY_MINUTES, 3) for start, end in pairwise(self.marks)]

    def columns(self, start: int, end: int) -> int:
        """How many columns lie between two marks."""
        return self.marks.index(end) - self.marks.index(start)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def weeks(tariff: Tariff) -> list[Week]:
    """The week of each dimension that the tariff has a price for."""
    numbered = list(enumerate(tariff.elements, start=1))
    dimensions = dict.fromkeys(element.dimension for _, element in numbered)
    return [
        week_of(dimension, [one for one in numbered if one[1].dimension == dimension])
        for dimension in dimensions
    ]


Numbered = Sequence[tuple[int, Tariff.Element]]


def week_of(dimension: int, elements: Numbered) -> Week:
    marks = {*NAMED, DAY_MINUTES}
    for _, element in elements:
        marks |= {edge for edge in edges(element.restrictions) if 0 <= edge <= DAY_MINUTES}
    ordered = tuple(sorted(marks))
    return Week(dimension, ordered, {day: cells(elements, day, ordered) for day in DAYS})


def edges(rules: Tariff.Restrictions) -> Iterator[int]:
    for name in ("start_time", "end_time"):
        if rules.HasField(name):
            yield minutes(getattr(rules, name))


def minutes(time: TimeOfDay) -> int:
    return int(time.hours * 60 + time.minutes)


def cells(elements: Numbered, day: int, marks: Sequence[int]) -> list[Cell]:
    """The cells of a day; neighbours that say the same are one."""
    found: list[Cell] = []
    for start, end in pairwise(marks):
        cell = cell_of(elements, day, start, end)
        if found and found[-1].prices == cell.prices:
            cell = Cell(found.pop().start, end, cell.prices, cell.is_sure)
        found.append(cell)
    return found


def cell_of(elements: Numbered, day: int, start: int, end: int) -> Cell:
    """What may hold between two marks, in the order in which it is asked."""
    candidates: list[int] = []
    for number, element in elements:
        if not holds(element.restrictions, day, start):
            continue
        candidates.append(number)
        if not depends(element.restrictions):
            return Cell(start, end, tuple(candidates), is_sure=True)
    return Cell(start, end, tuple(candidates), is_sure=False)


def holds(rules: Tariff.Restrictions, day: int, minute: int) -> bool:
    """Whether the clock allows the price at that minute of the day. Past midnight it is the day's
    on which the minute lies, as the API has it."""
    if rules.days and day not in rules.days:
        return False
    start = minutes(rules.start_time) if rules.HasField("start_time") else 0
    end = minutes(rules.end_time) if rules.HasField("end_time") else DAY_MINUTES
    if start < end:
        return start <= minute < end
    return minute >= start or minute < end


def depends(rules: Message) -> bool:
    """Whether the price holds only under conditions that a week does not know."""
    return any(field.name not in IN_WEEK for field, _ in rules.ListFields())
