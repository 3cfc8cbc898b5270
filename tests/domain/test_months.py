"""Months of places whose clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.local_clock import micros_of
from server.domain.months import Month

HOUR = 3_600_000_000
ZONES = ("UTC", "Europe/Amsterdam", "Pacific/Auckland", "America/St_Johns", "Pacific/Apia")


@pytest.mark.parametrize(
    ("zone", "month", "begins", "hours"),
    [
        ("UTC", (2026, 2), "2026-02-01T00:00", 28 * 24),
        ("Europe/Amsterdam", (2026, 3), "2026-02-28T23:00", 31 * 24 - 1),
        ("Europe/Amsterdam", (2026, 10), "2026-09-30T22:00", 31 * 24 + 1),
        ("Pacific/Auckland", (2026, 9), "2026-08-31T12:00", 30 * 24 - 1),
        ("Pacific/Auckland", (2026, 4), "2026-03-31T11:00", 30 * 24 + 1),
        ("Pacific/Apia", (2011, 12), "2011-12-01T10:00", 30 * 24),  # had no 30th of December
        ("Europe/Amsterdam", (2026, 12), "2026-11-30T23:00", 31 * 24),
    ],
)
def test_a_month_lasts_as_long_as_it_does_there(
    zone: str, month: tuple[int, int], begins: str, hours: int
) -> None:
    begin, end = Month(*month).span(ZoneInfo(zone))
    assert begin == micros_of(datetime.fromisoformat(begins).replace(tzinfo=UTC))
    assert (end - begin) / HOUR == hours


@given(st.integers(0, 4_000_000_000_000_000), st.sampled_from(ZONES))
def test_every_moment_is_in_its_month_alone(micros: int, name: str) -> None:
    zone = ZoneInfo(name)
    month = Month.of(micros, zone)
    begin, end = month.span(zone)
    assert begin <= micros < end
    assert month.next.span(zone)[0] == end
    assert Month.of(end, zone) == month.next == Month.numbered(month.number + 1)
    assert Month.of(begin, zone) == Month.of(end - 1, zone) == month
