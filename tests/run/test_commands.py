"""What the commands say to whoever asks them, or asks for what they do not have."""

import sys

import pytest

from server.__main__ import main


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("event", 2), ("--port=8081", 2)])
def test_a_server_is_not_started_by_asking(
    word: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["server", word])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    said = capsys.readouterr()
    assert "python -m server" in said.out + said.err


def test_a_wrong_setting_ends_the_server_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["server"])
    monkeypatch.setenv("AMPLINE_DATABASE", "mysql://me:secret@db/ampline")
    assert main() == 2
    assert capsys.readouterr().err == (
        "AMPLINE_DATABASE: is neither sqlite:///… nor postgresql://…\n"
    )
