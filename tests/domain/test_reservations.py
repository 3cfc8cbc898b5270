"""Whom a place is held for."""

import pytest

from server.domain.reservations import Comer, Held, is_for, keeps_out

ONE, TWO = "chargePoints/c/evses/1", "chargePoints/c/evses/2"
HELD = Held(ONE, "AAAA", "family", "users/ann")


@pytest.mark.parametrize(
    ("comer", "welcome"),
    [
        (Comer("AAAA"), True),
        (Comer("aaaa"), True),
        (Comer("BBBB", "family"), True),
        (Comer("BBBB", None, "users/ann"), True),
        (Comer(None, None, "users/ann"), True),
        (Comer("BBBB"), False),
        (Comer("BBBB", "others", "users/bob"), False),
        (Comer(None), False),
    ],
)
def test_who_is_welcome(comer: Comer, welcome: bool) -> None:
    assert is_for(HELD, comer) == welcome
    assert keeps_out([HELD], ONE, comer) == (not welcome)


def test_what_is_not_said_fits_nobody() -> None:
    assert not is_for(Held(ONE, "AAAA"), Comer("BBBB", None, None))


def test_other_evses_are_free() -> None:
    stranger = Comer("BBBB")
    assert not keeps_out([HELD], TWO, stranger)
    assert not keeps_out([Held(None, "AAAA")], ONE, stranger)
    assert not keeps_out([], ONE, stranger)
