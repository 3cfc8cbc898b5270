"""Opening hours, from their message to the domain's value."""

from collections.abc import Sequence
from datetime import date

from google.type.timeofday_pb2 import TimeOfDay

from ampline.v1 import location_pb2 as pb
from server.domain.opening_hours import DAY, Interval, OpeningHours


def to_domain(message: pb.OpeningHours) -> OpeningHours:
    """The opening hours, in minutes of the local day."""
    weekly: dict[int, list[Interval]] = {}
    for each in message.weekly:
        interval = Interval(_minutes(each.opens), _minutes(each.closes) or DAY)
        weekly.setdefault(int(each.day), []).append(interval)  # DayOfWeek counts as ISO does
    exceptions = {
        date(each.date.year, each.date.month, each.date.day): _of(each)
        for each in message.exceptions
    }
    return OpeningHours(message.always_open, weekly, exceptions)


def _of(exception: pb.OpeningHours.DateException) -> Sequence[Interval]:
    if exception.closed:
        return ()
    return (Interval(_minutes(exception.opens), _minutes(exception.closes) or DAY),)


def _minutes(time: TimeOfDay) -> int:
    return int(time.hours) * 60 + int(time.minutes)
