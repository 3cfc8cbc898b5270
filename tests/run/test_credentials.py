"""The first administrator's credentials are made once, kept, and nobody else's to read."""

from pathlib import Path

import pytest

from tools.run.credentials import FILE, credentials


def test_they_are_made_once(tmp_path: Path) -> None:
    data = tmp_path / "var"
    made = credentials(data, {})
    assert len(made.key) >= 32
    username, _, password = made.operator.partition(":")
    assert username == "admin"
    assert len(password) >= 12
    assert credentials(data, {}) == made


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    credentials(tmp_path, {})
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_first_start_that_was_cut_off_is_made_up_for(tmp_path: Path) -> None:
    """As a power cut leaves a file whose content was not on the disk yet."""
    (tmp_path / FILE).touch()
    made = credentials(tmp_path, {})
    assert credentials(tmp_path, {}) == made
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_spoilt_file_is_named(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"key": "one"}'):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(ValueError, match=FILE):
            credentials(tmp_path, {})


def test_the_environment_comes_first(tmp_path: Path) -> None:
    made = credentials(tmp_path, {})
    chosen = credentials(tmp_path, {"AMPLINE_BOOTSTRAP_KEY": "mine"})
    assert chosen.key == "mine"
    assert chosen.operator == made.operator
    assert credentials(tmp_path, {}) == made
