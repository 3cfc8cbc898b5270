"""What a car is taken to want, by what it draws of what it was given."""

import pytest

from server.domain.balancing.demand import Drawn, Taking, asked_a, taking

SECOND = 1_000_000
GIVEN, TURN = 1_000 * SECOND, 900 * SECOND
LEAST, MOST = 6.0, 32.0
SOME, NOTHING, AGAIN = Taking.SOME, Taking.NOTHING, Taking.TRIES_AGAIN


def drawn(current_a: float, after: int) -> Drawn:
    """What flows so many seconds after the limit came."""
    return Drawn((current_a,) * 3, GIVEN + after * SECOND)


# Before; what it was given; what it draws; whether it says that it pauses; how late it is; what
# it is then.
TAKINGS = {
    "one that draws": (SOME, 16, drawn(16, 20), False, 20, SOME),
    "one that draws little": (SOME, 16, drawn(1.2, 70), False, 70, SOME),
    "it has a minute to begin": (SOME, 16, drawn(0, 59), False, 59, SOME),
    "and rests after": (SOME, 16, drawn(0.1, 60), False, 61, NOTHING),
    "one that was not measured since": (SOME, 16, drawn(0, -5), False, 300, SOME),
    "one that was never measured": (SOME, 16, None, False, 300, SOME),
    "one that says that it pauses": (SOME, 16, None, True, 60, NOTHING),
    "and only just said so": (SOME, 16, None, True, 59, SOME),
    "one that begins again": (NOTHING, 6, drawn(5.8, 3), False, 3, SOME),
    "one that waits does not rest": (SOME, 0, drawn(0, 800), False, 800, SOME),
    "one that rests without current": (NOTHING, 0, drawn(0, 899), True, 899, NOTHING),
    "and may try again after a turn": (NOTHING, 0, drawn(0, 899), True, 900, AGAIN),
    "and waits for it": (AGAIN, 0, drawn(0, 2000), True, 2000, AGAIN),
    "and has a minute": (AGAIN, 6, drawn(0, 30), False, 30, AGAIN),
    "and rests again": (AGAIN, 6, drawn(0, 60), False, 60, NOTHING),
    "or draws": (AGAIN, 6, drawn(6, 10), False, 10, SOME),
}


@pytest.mark.parametrize(
    ("before", "given", "flows", "paused", "after", "then"), TAKINGS.values(), ids=TAKINGS.keys()
)
def test_whether_a_car_draws(
    before: Taking, given: float, flows: Drawn | None, paused: bool, after: int, then: Taking
) -> None:
    now = GIVEN + after * SECOND
    assert taking(before, flows, given, LEAST, GIVEN, now, TURN, paused) is then


ASKED = {
    "all that it can, before it was seen": (None, 16, SOME, MOST),
    "all, while it has not had the time": (drawn(7, 9), 16, SOME, MOST),
    "all, where it takes what it is given": (drawn(15.6, 20), 16, SOME, MOST),
    "a little more than it draws": (drawn(9, 20), 16, SOME, 10),
    "never less than is of use": (drawn(2, 20), 16, SOME, LEAST),
    "all, while it waits": (drawn(0, 20), 0, SOME, MOST),
    "the least, where it rests": (drawn(0, 80), 16, NOTHING, LEAST),
    "and to try again": (drawn(0, 900), 0, AGAIN, LEAST),
}


@pytest.mark.parametrize(("flows", "given", "takes", "asked"), ASKED.values(), ids=ASKED.keys())
def test_what_a_car_wants(flows: Drawn | None, given: float, takes: Taking, asked: float) -> None:
    assert asked_a(MOST, LEAST, flows, given, GIVEN, takes) == asked
