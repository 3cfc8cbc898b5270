"""Calendar months of a place: when they begin and end there, whatever its clocks do."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple

from server.domain.local_clock import micros_of, moment_of

_OF_YEAR = 12


class Month(NamedTuple):
    """A month of a year; months count from 1."""

    year: int
    month: int

    @classmethod
    def of(cls, micros: int, zone: tzinfo) -> Month:
        """The month that the calendar on the wall shows at a moment (µs since 1970)."""
        local = moment_of(micros).astimezone(zone)
        return cls(local.year, local.month)

    @classmethod
    def numbered(cls, number: int) -> Month:
        """The month of that number."""
        year, month = divmod(number, _OF_YEAR)
        return cls(year, month + 1)

    @property
    def number(self) -> int:
        """Counts months, so that the next one has the next number."""
        return self.year * _OF_YEAR + self.month - 1

    @property
    def next(self) -> Month:
        """The month that follows."""
        return Month.numbered(self.number + 1)

    def span(self, zone: tzinfo) -> tuple[int, int]:
        """When it begins and when it is over, in µs since 1970."""
        return _begin(self, zone), _begin(self.next, zone)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def _begin(month: Month, zone: tzinfo) -> int:
    return micros_of(datetime(month.year, month.month, 1, tzinfo=zone))
