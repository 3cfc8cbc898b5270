"""The clock on a wall somewhere: what it shows, and when it next passes a mark.

Moments are whole microseconds since 1970 in UTC. Python's own time zone of the
process is never asked, and the hours that daylight saving repeats or leaves out
are read as the people under the clock would read them.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Far enough around a day to see a change of the clock at its very start or end.
_MARGIN = 3 * 3600 * SECOND


class Wall(NamedTuple):
    """What a calendar and a clock on the wall show."""

    day: int  # date.toordinal()
    weekday: int  # Monday is 1
    time: int  # microseconds since midnight, by the hands of the clock


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970; a datetime without a time zone is refused (TypeError)."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def moment_of(micros: int) -> datetime:
    """The UTC datetime of that many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def micros_of_day(at: time) -> int:
    """Microseconds since midnight by the hands of the clock."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond


class LocalClock:
    """A clock in `zone` whose passing of any of the `marks`, of midnight or of a change of
    daylight saving time matters to somebody."""

    def __init__(self, zone: tzinfo, marks: Iterable[time] = ()) -> None:
        self._zone = zone
        self._marks = sorted({time(0), *marks})
        self._turns: dict[int, list[int]] = {}

    def read(self, micros: int) -> Wall:
        """What it shows at that moment."""
        local = moment_of(micros).astimezone(self._zone)
        return Wall(local.toordinal(), local.isoweekday(), micros_of_day(local.time()))

    def next_turn(self, micros: int) -> int:
        """The first moment after `micros` at which a mark, a midnight or a change is reached."""
        day = self.read(micros).day
        return min(self._after(micros, day), self._after(micros, day + 1))

    def _after(self, micros: int, day: int) -> int:
        turns = self._turns.get(day)
        if turns is None:
            turns = self._turns[day] = self._turns_around(date.fromordinal(day))
        place = bisect_right(turns, micros)
        return turns[place] if place < len(turns) else turns[-1] + 86_400 * SECOND

    def _turns_around(self, day: date) -> list[int]:
        next_day = day + timedelta(days=1)
        marks = [datetime.combine(day, mark) for mark in self._marks]
        marks.append(datetime.combine(next_day, time(0)))
        found = {self._instant(mark, fold) for mark in marks for fold in (0, 1)}
        return sorted(found | self._changes(min(found) - _MARGIN, max(found) + _MARGIN))

    def _instant(self, local: datetime, fold: int) -> int:
        return micros_of(local.replace(tzinfo=self._zone, fold=fold))

    def _changes(self, low: int, high: int) -> set[int]:
        """The moment within (low, high], at most one, at which the offset from UTC changes."""
        before = self._offset(low)
        if before == self._offset(high):
            return set()
        while high - low > SECOND:
            middle = (low + high) // (2 * SECOND) * SECOND
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        return {high}

    def _offset(self, micros: int) -> timedelta | None:
        return moment_of(micros).astimezone(self._zone).utcoffset()
