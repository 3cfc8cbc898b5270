"""A station's time."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.charger import Clock, StuckClock
from clients.charger.clock import format_time

EPOCH = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_fast_station_still_tells_the_walls_time() -> None:
    seconds = Seconds()
    clock = Clock(60, monotonic=seconds)
    seconds.now += 2
    assert clock.elapsed() == 120
    assert clock.wall_seconds(60) == 1
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_calendar_of_its_own_catches_up_and_never_overtakes() -> None:
    seconds = Seconds()
    clock = Clock(61, datetime.now(UTC) - timedelta(hours=1), monotonic=seconds)
    seconds.now += 30
    assert datetime.now(UTC) - clock.now() == pytest.approx(
        timedelta(minutes=60.5), abs=timedelta(seconds=5)
    ) or clock.now() < datetime.now(UTC)
    seconds.now += 30
    caught_up = clock.elapsed()
    assert caught_up == pytest.approx(3660, abs=5)
    seconds.now += 10
    assert clock.elapsed() == pytest.approx(caught_up + 10, abs=1)
    assert clock.wall_seconds(7) == 7


def test_a_wait_across_the_moment_of_catching_up() -> None:
    seconds = Seconds()
    clock = Clock(11, datetime.now(UTC) - timedelta(seconds=100), monotonic=seconds)
    wait = clock.wall_seconds(120)
    seconds.now += wait
    assert clock.elapsed() == pytest.approx(120, abs=0.1)
    assert wait == pytest.approx(20, abs=0.5)


def test_a_clock_is_set_unless_it_is_stuck() -> None:
    right, stuck = Clock(offset=timedelta(hours=5)), StuckClock(offset=timedelta(hours=5))
    for clock in (right, stuck):
        clock.set(datetime.now(UTC))
    assert abs(right.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert stuck.now() - datetime.now(UTC) > timedelta(hours=4)


def test_speed_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        Clock(0)


def test_times_are_told_in_utc_with_milliseconds() -> None:
    assert format_time(EPOCH + timedelta(microseconds=1999)) == "2026-01-31T12:00:00.001Z"
