"""What cars ask for, in amperes."""

import pytest

from server.domain.balancing.needs import HOUR, Needs


@pytest.mark.parametrize(
    ("needs", "phases", "most_a"),
    [
        (Needs(), 3, None),
        (Needs(most_a=16), 3, 16),
        (Needs(most_w=69_000), 3, 100),
        (Needs(most_a=16, most_w=2_300), 1, 10),
    ],
)
def test_the_most_that_a_car_takes(needs: Needs, phases: int, most_a: float | None) -> None:
    assert needs.most_of(phases, 230, 1.0) == most_a


@pytest.mark.parametrize(
    ("needs", "needed_a"),
    [
        (Needs(until_wh=10_000), None),
        (Needs(departure=HOUR), None),
        (Needs(until_wh=10_000, departure=0), None),  # it should have left
        (Needs(until_wh=6_380, departure=2 * HOUR), 1.0),  # 1380 Wh in two hours on three phases
        (Needs(until_wh=5_000, departure=HOUR), 0.0),
        (Needs(until_wh=4_000, departure=HOUR), 0.0),
    ],
)
def test_what_a_car_needs_to_be_ready_in_time(needs: Needs, needed_a: float | None) -> None:
    assert needs.needed_a(5_000, 0, 3, 230, 1.0) == needed_a


def test_a_car_has_enough_when_it_has_what_it_asked_for() -> None:
    assert not Needs().has_enough(10**9)
    assert not Needs(until_wh=5_000).has_enough(4_999)
    assert Needs(until_wh=5_000).has_enough(5_000)
