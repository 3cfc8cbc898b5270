"""The file of quirks is held against what there is to say."""

from dataclasses import fields

import pytest

from server.domain.device_model import Reading
from server.domain.quirks import Quirks
from server.work.quirks import KINDS, KNOWN, families


def test_every_quirk_can_be_said() -> None:
    assert set(KINDS) == {each.name for each in fields(Quirks)}
    text = """
        [[family]]
        vendor = "v"
        model = "m"
        firmware = "f"
        pinged = true
        reading = "ONE_BY_ONE"
        in_watts = true
        most_stack_level = 0
        obeys_periods = false
    """
    (family,) = families(text)
    assert (family.vendor, family.model, family.firmware) == ("v", "m", "f")
    assert family.quirks == Quirks(True, Reading.ONE_BY_ONE, True, 0, False)


def test_there_are_some() -> None:
    assert KNOWN


@pytest.mark.parametrize(
    "line",
    [
        "",
        'pinged = "no"',
        "pinged = 1",
        "most_stack_level = true",
        "most_stack_level = -1",
        'reading = "SOMETIMES"',
        "unheard_of = true",
        'pinged = true\nmodel = ""',
        "pinged = true\nfirmware = 1",
    ],
)
def test_what_cannot_be_meant_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="quirks: family 1 has"):
        families(f'[[family]]\nvendor = "v"\n{line}')


@pytest.mark.parametrize("text", ["", "[family2]", "[[family]]\npinged = true"])
def test_a_file_has_families_with_vendors(text: str) -> None:
    with pytest.raises(ValueError, match="quirks: "):
        families(text)
