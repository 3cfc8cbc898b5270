"""When a webhook is tried again, and when one gives up."""

import pytest

from server.domain.webhooks import (
    PATIENCE,
    RETRIES,
    SECOND,
    Blame,
    blame,
    is_success,
    next_attempt,
)

HOUR = 3_600


def test_pauses_grow_and_end() -> None:
    pauses = [next_attempt(failures, 0, chance=0) for failures in range(1, 11)]
    told = [pause // SECOND for pause in pauses if pause is not None]
    assert told == [5, 30, 120, 600, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]
    assert pauses[9:] == [None], "ten attempts in all"
    assert sum(RETRIES) * SECOND < PATIENCE, "a delivery fails before its endpoint is blamed"


@pytest.mark.parametrize(("chance", "seconds"), [(0, 30), (0.5, 33), (1, 36)])
def test_what_failed_together_comes_back_apart(chance: float, seconds: int) -> None:
    assert next_attempt(2, 7 * SECOND, chance) == (7 + seconds) * SECOND


def test_other_pauses() -> None:
    assert next_attempt(1, 0, 0, [1, 2]) == SECOND
    assert next_attempt(3, 0, 0, [1, 2]) is None
    assert next_attempt(1, 0, 0, []) is None


def test_what_is_a_success() -> None:
    assert all(map(is_success, (200, 201, 204, 299)))
    assert not any(map(is_success, (0, 100, 199, 300, 302, 400, 410, 500, 503)))


def test_who_is_to_blame() -> None:
    assert blame(410, 0, 0) is Blame.GONE
    assert blame(500, 0, PATIENCE - 1) is None
    assert blame(0, 0, PATIENCE) is Blame.FAILING
