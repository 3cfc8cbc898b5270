"""Clocks that cannot be believed: how far they are behind, and when what they told was."""

import pytest

from server.domain.plausible import NEWEST, OLDEST, believable, lag, moved_back, placed

NOW = 2_000_000_000_000_000
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        (NOW - OLDEST, True),
        (NOW - OLDEST - 1, False),
        (NOW + NEWEST, True),
        (NOW + NEWEST + 1, False),
    ],
)
def test_what_is_believed(told: int, believed: bool) -> None:
    assert believable(told, NOW) is believed


@pytest.mark.parametrize(
    ("known", "told", "found"),
    [
        (None, 5 * SECOND, NOW - 5 * SECOND),
        (NOW, 5 * SECOND, NOW - 5 * SECOND),  # this one waited less
        (NOW - 9 * SECOND, 5 * SECOND, NOW - 9 * SECOND),  # and this one longer
        (NOW, SECOND // 2, NOW),  # no news: it runs a little fast
        (NOW, 2 * OLDEST, NOW - 2 * OLDEST),  # it was set
    ],
)
def test_how_far_a_clock_is_behind(known: int | None, told: int, found: int) -> None:
    assert lag(known, told, NOW) == found


def test_when_it_was() -> None:
    assert placed(5 * SECOND, NOW - 20 * SECOND, NOW) == NOW - 15 * SECOND
    assert placed(5 * SECOND, NOW, NOW) == NOW  # never later than it was received
    assert placed(2 * OLDEST, NOW, NOW) == NOW  # of another clock


def test_by_how_much_it_was_placed_too_late() -> None:
    assert moved_back(NOW, NOW - 30 * SECOND) == 30 * SECOND
    assert moved_back(None, NOW) == 0
    assert moved_back(NOW, NOW - 2 * OLDEST) == 0
