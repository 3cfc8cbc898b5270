"""The house rules, broken on purpose."""

from pathlib import Path

import pytest

from tools import house


@pytest.mark.parametrize("path", ["server/utils.py", "server/store/manager.py"])
def test_names_that_tell_nothing(path: str) -> None:
    text = "the name does not say what the file does"
    assert text in breaches(path, "")


def test_long_files() -> None:
    assert breaches("server/long.py", "x = 1\n" * 400) == ""
    assert "401 lines, 400 at most" in breaches("server/long.py", "x = 1\n" * 401)
    assert "401 lines" in breaches("protos/long.proto", "\n" * 401)


def test_long_functions() -> None:
    body = "    async def longest():\n" + "        x = 1\n" * 49
    assert breaches("server/a.py", f"class A:\n{body}") == ""
    told = breaches("server/a.py", f"class A:\n{body}        return x\n")
    assert told == "server/a.py:2: longest has 51 lines"


def test_generated_files_are_not_committed() -> None:
    assert "not committed" in breaches("clients/python/ampline/v1/user_pb2.pyi", "")


def breaches(path: str, text: str) -> str:
    """What is told of a file with this path and text, a line each."""
    return "\n".join(house.breaches_of(Path(path), text))
