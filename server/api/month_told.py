"""Months, as requests name them."""

from google.type.date_pb2 import Date

from server.domain.errors import invalid_field
from server.domain.months import Month

_FIRST_YEAR, _LAST_YEAR, _LAST_MONTH = 1970, 2500, 12


def month_told(told: Date) -> Month:
    """The month of a request's field `month`, or a refusal of that field."""
    in_time = _FIRST_YEAR <= told.year <= _LAST_YEAR
    if not in_time or not 1 <= told.month <= _LAST_MONTH or told.day not in (0, 1):
        raise invalid_field("month", "must have a year and a month, and no day but the first")
    return Month(told.year, told.month)
