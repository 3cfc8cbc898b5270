"""What is known of charging stations by what they say of themselves."""

from server.domain.device_model import Reading
from server.domain.quirks import Family, Quirks, quirks_of

FAMILIES = (
    Family("ac*", Quirks(pinged=False, reading=Reading.NEVER)),
    Family("acme", Quirks(reading=Reading.ONE_BY_ONE), model="m[12]"),
    Family("Acme", Quirks(pinged=True), firmware="2.*"),
)


def test_patterns_fit_whatever_the_capitals() -> None:
    assert quirks_of(FAMILIES, "ACE", None, None) == Quirks(False, Reading.NEVER)
    assert quirks_of(FAMILIES, "other", "m1", "2.0") == Quirks()
    assert quirks_of(FAMILIES, None, "m1", "2.0") == Quirks()


def test_the_later_says_over_the_earlier() -> None:
    assert quirks_of(FAMILIES, "acme", "M1", "1.0") == Quirks(False, Reading.ONE_BY_ONE)
    assert quirks_of(FAMILIES, "acme", "M3", "2.0") == Quirks(True, Reading.NEVER)
    assert quirks_of(FAMILIES, "acme", "M2", "2.0") == Quirks(True, Reading.ONE_BY_ONE)
