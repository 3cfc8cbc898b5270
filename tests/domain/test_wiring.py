"""Which phases a car loads, and what a circuit's limit is at a time of the week."""

from datetime import datetime

import pytest

from server.domain.balancing.limits import ScheduledLimit, limit_at
from server.domain.balancing.wiring import amperes_of, drawn_phases, fed_phases, watts_of
from server.domain.circuits import Circuit, Phases
from server.domain.local_clock import Wall, micros_of_day

CIRCUITS = {
    each.name: each
    for each in (
        Circuit("grid", None, Phases.THREE, 100),
        Circuit("hall", "grid", Phases.THREE, 63),
        Circuit("pole", "hall", Phases.SINGLE, 32, connected_phase=2),
        Circuit("dryer", "hall", Phases.SPLIT, 32),
        Circuit("plug", "dryer", Phases.SINGLE, 16, connected_phase=2),
        Circuit("house", None, Phases.SINGLE, 32),
    )
}


@pytest.mark.parametrize(
    ("circuit", "phases"),
    [
        ("grid", (0, 1, 2)),
        ("hall", (0, 1, 2)),
        ("pole", (1,)),
        ("dryer", (0, 1)),
        ("plug", (1,)),
        ("house", (0,)),
    ],
)
def test_the_phases_of_the_grid_that_feed_a_circuit(circuit: str, phases: tuple[int, ...]) -> None:
    assert fed_phases(CIRCUITS, circuit) == phases


@pytest.mark.parametrize(
    ("fed", "rotation", "used", "connected", "phases"),
    [
        ((0, 1, 2), "RST", 3, None, (0, 1, 2)),
        ((0, 1, 2), "STR", 1, None, (1,)),
        ((0, 1, 2), "TRS", 2, None, (0, 2)),
        ((0, 1, 2), None, 1, None, (0, 1, 2)),
        ((0, 1, 2), None, 1, 3, (2,)),
        ((0, 1, 2), "RST", 1, 2, (1,)),
        ((1,), "STR", 3, None, (1,)),
        ((0, 1), "TSR", 1, None, (0, 1)),
        ((0, 1), "RST", 1, None, (0,)),
        ((0, 1), None, 1, 2, (1,)),
    ],
)
def test_the_phases_that_a_car_draws_on(
    fed: tuple[int, ...],
    rotation: str | None,
    used: int,
    connected: int | None,
    phases: tuple[int, ...],
) -> None:
    assert drawn_phases(fed, rotation, used, connected) == phases


def test_watts_are_amperes() -> None:
    assert watts_of(16, 3, 230) == 11_040
    assert amperes_of(11_040, 3, 230) == 16
    assert amperes_of(50_000, 3, 230, 0.92) == pytest.approx(78.77, abs=0.01)


def wall(text: str) -> Wall:
    moment = datetime.fromisoformat(text)
    return Wall(moment.toordinal(), moment.isoweekday(), micros_of_day(moment.time()))


HOUR = 3_600_000_000
EVENING = ScheduledLimit(20, 17 * HOUR, 21 * HOUR, frozenset({1, 2, 3, 4, 5}))
NIGHT = ScheduledLimit(10, 22 * HOUR, 6 * HOUR, frozenset({7}))
ALWAYS = ScheduledLimit(50, 0, 24 * HOUR)


@pytest.mark.parametrize(
    ("when", "limit"),
    [
        ("2026-03-02T16:59", 50),  # a Monday
        ("2026-03-02T17:00", 20),
        ("2026-03-02T21:00", 50),
        ("2026-03-07T18:00", 50),  # a Saturday
        ("2026-03-08T23:00", 10),  # a Sunday
        ("2026-03-09T05:59", 10),
        ("2026-03-09T06:00", 50),
        ("2026-03-08T05:00", 50),
    ],
)
def test_the_lowest_limit_that_holds(when: str, limit: float) -> None:
    assert limit_at(63, [EVENING, NIGHT, ALWAYS], wall(when)) == limit
    assert limit_at(63, [], wall(when)) == 63
