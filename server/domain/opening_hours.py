"""When a place is open, in its own local time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

DAY = 24 * 60
_LOOK_AHEAD = 14  # days


@dataclass(frozen=True, slots=True)
class Interval:
    """Open from `opens` until before `closes`, in minutes of the day; past midnight if it
    closes before it opens."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`weekly` has the intervals by ISO weekday (Monday 1); `exceptions` what holds instead of
    the week on a date, nothing = closed."""

    always_open: bool = False
    weekly: Mapping[int, Sequence[Interval]] = field(default_factory=dict)
    exceptions: Mapping[date, Sequence[Interval]] = field(default_factory=dict)

    def is_open(self, local: datetime) -> bool:
        """Whether the place is open at this local time."""
        minute = local.hour * 60 + local.minute
        if any(_within(each, minute) for each in self._of(local.date())):
            return True
        yesterday = self._of(date.fromordinal(local.toordinal() - 1))
        return any(_within(each, minute + DAY) for each in yesterday)

    def closes_after(self, local: datetime) -> datetime | None:
        """When the place, open at this local time, closes; None if not within two weeks."""
        for ordinal in range(local.toordinal() - 1, local.toordinal() + _LOOK_AHEAD):
            midnight = datetime.combine(date.fromordinal(ordinal), time(), local.tzinfo)
            ends = [midnight + timedelta(minutes=_end(each)) for each in self._of(midnight.date())]
            for end in sorted(ends):
                if end > local and not self.is_open(end):
                    return end
        return None

    def _of(self, day: date) -> Sequence[Interval]:
        if day in self.exceptions:
            return self.exceptions[day]
        if self.always_open:
            return (Interval(0, DAY),)
        return self.weekly.get(day.isoweekday(), ())


def _within(interval: Interval, minute: int) -> bool:
    return interval.opens <= minute < _end(interval)


def _end(interval: Interval) -> int:
    return interval.closes + (DAY if interval.closes <= interval.opens else 0)
