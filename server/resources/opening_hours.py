"""Opening hours, from their message to the domain's value."""

from collections.abc import Sequence
from datetime import date

from google.type.date_pb2 import Date
from google.type.timeofday_pb2 import TimeOfDay

from ampline.v1 import location_pb2 as pb
from server.domain.opening_hours import DAY, Interval, OpeningHours

_HOURS = 24


def to_domain(message: pb.OpeningHours) -> OpeningHours:
    """The opening hours, in minutes of the local day."""
    weekly: dict[int, list[Interval]] = {}
    for each in message.weekly:
        interval = Interval(_minutes(each.opens), _minutes(each.closes) or DAY)
        weekly.setdefault(int(each.day), []).append(interval)  # DayOfWeek counts as ISO does
    exceptions: dict[date, list[Interval]] = {}
    for exception in message.exceptions:
        exceptions.setdefault(_day(exception.date), []).extend(_of(exception))
    return OpeningHours(message.always_open, weekly, exceptions)


def _of(exception: pb.OpeningHours.DateException) -> Sequence[Interval]:
    if exception.closed:
        return ()
    return (Interval(_minutes(exception.opens), _minutes(exception.closes) or DAY),)


def _day(day: Date) -> date:
    return date(day.year, day.month, day.day)


def _minutes(time: TimeOfDay) -> int:
    return int(time.hours) * 60 + int(time.minutes)


def faults_of(hours: pb.OpeningHours, prefix: str) -> dict[str, str]:
    """Field path -> what is wrong with it."""
    faults: dict[str, str] = {}
    if hours.always_open and hours.weekly:
        faults[f"{prefix}weekly"] = "must be empty where always_open is true"
    for place, each in enumerate(hours.weekly):
        faults |= _interval_faults(each, f"{prefix}weekly[{place}].")
    for place, exception in enumerate(hours.exceptions):
        path = f"{prefix}exceptions[{place}]."
        if not is_date(exception.date):
            faults[f"{path}date"] = "is not a whole date"
        if not exception.closed:
            faults |= _interval_faults(exception, path)
    return faults or _contradictions(hours, prefix)


def _contradictions(hours: pb.OpeningHours, prefix: str) -> dict[str, str]:
    """Dates that are said to be closed, and have opening hours as well."""
    days = [_day(exception.date) for exception in hours.exceptions]
    return {
        f"{prefix}exceptions[{place}].closed": "the same date has another exception"
        for place, exception in enumerate(hours.exceptions)
        if exception.closed and days.count(days[place]) > 1
    }


def is_date(day: Date) -> bool:
    """Whether a calendar has it."""
    try:
        _day(day)
    except ValueError:
        return False
    return True


def is_time_of_day(time: TimeOfDay) -> bool:
    """Whether a clock shows it; 24:00 is the end of the day."""
    if time.hours == _HOURS:
        return bool(not (time.minutes or time.seconds or time.nanos))
    in_time = 0 <= time.hours < _HOURS and 0 <= time.minutes < 60 and 0 <= time.seconds < 60
    return bool(in_time and 0 <= time.nanos < 1_000_000_000)


def _interval_faults(
    interval: pb.OpeningHours.WeeklyInterval | pb.OpeningHours.DateException, path: str
) -> dict[str, str]:
    faults = {}
    for name, time in (("opens", interval.opens), ("closes", interval.closes)):
        if not interval.HasField(name):  # type: ignore[arg-type] # both kinds have both
            faults[f"{path}{name}"] = "is required"
        elif not is_time_of_day(time):
            faults[f"{path}{name}"] = "is not a time of day"
    return faults
