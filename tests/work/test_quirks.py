"""The files of quirks are held against what there is to say."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from server.domain.device_model import Reading
from server.domain.quirks import Quirks
from server.work import quirks
from server.work.quirks import KINDS, SHIPPED, families, known_of, learn


@pytest.fixture
def as_shipped() -> Iterator[None]:
    """Nothing that was learnt stays."""
    yield
    learn(None)


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
        default_profile_alone = true
    """
    (family,) = families(text, "a.toml")
    assert (family.vendor, family.model, family.firmware) == ("v", "m", "f")
    assert family.quirks == Quirks(True, Reading.ONE_BY_ONE, True, 0, False, True)


def test_there_are_some() -> None:
    assert SHIPPED
    assert quirks.KNOWN == SHIPPED


@pytest.mark.usefixtures("as_shipped")
def test_an_operators_files_say_over_what_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "2.toml").write_text('[[family]]\nvendor = "Acme"\npinged = true\n')
    (tmp_path / "1.toml").write_text('[[family]]\nvendor = "Acme"\npinged = false\nin_watts = true')
    (tmp_path / "notes.txt").write_text("not read")
    learn(tmp_path)
    assert known_of("ACME", "x", "1") == Quirks(pinged=True, in_watts=True)
    assert known_of("EN+", "x", "1").pinged is False  # as shipped
    learn(None)
    assert known_of("ACME", "x", "1") == Quirks()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "family 1: has no quirk, which are pinged, reading"),
        ('pinged = "no"', "family 1: pinged must be true or false, not 'no'"),
        ("pinged = 1", "family 1: pinged must be true or false, not 1"),
        ("most_stack_level = true", "family 1: most_stack_level must be a whole number, not True"),
        ("most_stack_level = -1", "family 1: most_stack_level must be 0 or more, not -1"),
        ('reading = "SOMETIMES"', "family 1: reading must be one of .*, not 'SOMETIMES'"),
        ("unheard_of = true", "family 1: unheard_of = True: there is no such quirk"),
        ('pinged = true\nmodel = ""', "family 1: model must be a pattern such as .*, not ''"),
        ("pinged = true\nfirmware = 1", "family 1: firmware must be a pattern such as .*, not 1"),
        ("pinged = ", "Invalid value"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(f'[[family]]\nvendor = "v"\n{line}')
    with pytest.raises(ValueError, match=f"own.toml: {message}"):
        learn(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no ..family.."),
        ("[family2]", "family2 is unknown"),
        ("family = [1]", "has no ..family.."),
        ("[[family]]\npinged = true", "family 1: vendor is missing"),
    ],
)
def test_a_file_has_families_with_vendors(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"own.toml: {message}"):
        families(text, "own.toml")


def test_a_folder_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"AMPLINE_QUIRKS: .*none' is no folder"):
        learn(tmp_path / "none")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ValueError, match=r"latin\.toml: is no UTF-8"):
        learn(tmp_path)
