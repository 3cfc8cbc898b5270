"""Kinds of form fields for times: moments, days, times of day, lengths."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date as DateMessage
from google.type.dayofweek_pb2 import DayOfWeek
from google.type.timeofday_pb2 import TimeOfDay

from portal.formats import local
from portal.kinds import in_figures, number
from portal.language import _, locale
from portal.zones import own_zone


@dataclass(frozen=True)
class Moment:
    """A day and time at the operator's own clock; the label is `zoned`."""

    control: str = "datetime-local"

    def show(self, value: Timestamp) -> str:
        return local(value, own_zone()).strftime("%Y-%m-%dT%H:%M")

    def read(self, text: str) -> Timestamp:
        time = Timestamp()
        there = parsed(text).replace(tzinfo=ZoneInfo(own_zone()))
        try:
            time.FromDatetime(there)
        except (ValueError, OverflowError):
            raise ValueError(_("A date, please, such as 2026-03-31.")) from None
        return time


@dataclass(frozen=True)
class WallTime:
    """A day and time at the clock of a place that another field names."""

    control: str = "datetime-local"

    def show(self, value: datetime) -> str:
        return value.strftime("%Y-%m-%dT%H:%M")

    def read(self, text: str) -> datetime:
        return parsed(text).replace(tzinfo=None)


@dataclass(frozen=True)
class Day:
    """A calendar date."""

    control: str = "date"

    def show(self, value: DateMessage) -> str:
        return f"{value.year:04}-{value.month:02}-{value.day:02}"

    def read(self, text: str) -> DateMessage:
        day = parsed(text)
        return DateMessage(year=day.year, month=day.month, day=day.day)


@dataclass(frozen=True)
class Month:
    """A calendar month, as a date without a day."""

    control: str = "month"

    def show(self, value: DateMessage) -> str:
        return f"{value.year:04}-{value.month:02}"

    def read(self, text: str) -> DateMessage:
        month = parsed(f"{text}-01")
        return DateMessage(year=month.year, month=month.month)


@dataclass(frozen=True)
class ClockTime:
    """A local time of day; 24:00 is written so."""

    control: str = "clock"

    def show(self, value: TimeOfDay) -> str:
        return f"{value.hours:02}:{value.minutes:02}"

    def read(self, text: str) -> TimeOfDay:
        hours, colon, minutes = text.partition(":")
        if not (colon and hours.isdigit() and minutes.isdigit() and int(minutes) < 60):
            raise ValueError(_("A time of day, please, such as 18:30."))
        return TimeOfDay(hours=int(hours), minutes=int(minutes))


@dataclass(frozen=True)
class Minutes:
    """A length of time, in minutes."""

    control: str = "number"

    def show(self, value: Duration) -> str:
        return in_figures(f"{Decimal(value.seconds) / 60:.4f}".rstrip("0").rstrip("."))

    def read(self, text: str) -> Duration:
        return Duration(seconds=int(number(text) * 60))


def days() -> Iterator[tuple[str, str]]:
    """The days of the week, as options, Monday first."""
    for name, place in DayOfWeek.items():
        if place:
            yield name, day_word(place)


def day_word(day: int) -> str:
    """A day's short name: `Mon` of google.type.MONDAY."""
    return str(get_day_names("abbreviated", locale=locale())[day - 1])


def parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("A date, please, such as 2026-03-31.")) from None
