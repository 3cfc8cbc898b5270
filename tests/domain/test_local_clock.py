"""The clock on a wall, held against looking at it every minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.local_clock import LocalClock, Wall, micros_of, micros_of_day, moment_of

MINUTE = 60_000_000
ZONES = [
    "UTC",
    "Europe/Amsterdam",
    "America/New_York",
    "America/Santiago",  # changes at midnight
    "Africa/Casablanca",
    "Asia/Beirut",  # leaves out midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out 30 December 2011
]
DAYS = [
    datetime(2025, month, day, tzinfo=UTC)
    for month, day in [(3, 8), (3, 29), (4, 5), (7, 1), (9, 6), (10, 25), (11, 1)]
] + [datetime(2011, 12, 29, tzinfo=UTC)]


def sides(wall: Wall, marks: list[int]) -> tuple[int, list[bool]]:
    """The day, and which of the marks are behind."""
    return wall.day, [wall.time >= mark for mark in marks]


@given(
    st.sampled_from(ZONES),
    st.sampled_from(DAYS),
    st.integers(0, 2 * 1_440),
    st.lists(st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30])), max_size=3),
)
def test_nothing_is_passed_before_the_next_turn(
    zone: str, day: datetime, minutes: int, marks: list[time]
) -> None:
    clock = LocalClock(ZoneInfo(zone), marks)
    now = micros_of(day) + minutes * MINUTE
    turn = clock.next_turn(now)
    assert now < turn <= now + 25 * 60 * MINUTE
    hands = [micros_of_day(mark) for mark in marks]
    seen = sides(clock.read(now), hands)
    assert all(sides(clock.read(moment), hands) == seen for moment in range(now, turn, 5 * MINUTE))
    assert sides(clock.read(turn - 1), hands) == seen


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        (datetime(2025, 7, 1, 22, 30, tzinfo=UTC), (2025, 7, 2, 3, 30)),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), (2025, 10, 26, 7, 150)),
        (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), (2025, 10, 26, 7, 150)),
    ],
)
def test_it_shows_local_time(moment: datetime, wall: tuple[int, ...]) -> None:
    year, month, day, weekday, minutes = wall
    read = LocalClock(ZoneInfo("Europe/Amsterdam")).read(micros_of(moment))
    assert read.day == datetime(year, month, day, tzinfo=UTC).toordinal()
    assert (read.weekday, read.time) == (weekday, minutes * MINUTE)


@given(st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_moments_are_exact(moment: datetime) -> None:
    assert moment_of(micros_of(moment)) == moment
    assert micros_of(moment + timedelta(microseconds=1)) == micros_of(moment) + 1


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros_of(datetime(2025, 1, 1))  # noqa: DTZ001
