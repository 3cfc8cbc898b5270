"""The bridge's README lists what has broken other systems, and the test that plays it."""

import ast
import re
from pathlib import Path

from server.ocpp import dialect16

README = Path(dialect16.__file__).parents[1] / "README.md"
HEADING = "## What chargers do that has broken other systems"
ROW = re.compile(r"^\| (\d+)\. .*\| `(test_\w+\.py)::(test_\w+)`", re.MULTILINE)
CASES = 30


def listed() -> list[tuple[int, str, str]]:
    """Each case's number, file and test."""
    section = README.read_text().partition(HEADING)[2].partition("\n## ")[0]
    return [(int(number), file, test) for number, file, test in ROW.findall(section)]


def played_in(file: str) -> set[str]:
    """The names of a file's tests."""
    tree = ast.parse(Path(__file__).with_name(file).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}


def test_no_trouble_is_forgotten() -> None:
    assert {number for number, *_ in listed()} == set(range(1, CASES + 1))


def test_each_trouble_is_played_where_it_says() -> None:
    for number, file, test in listed():
        assert test in played_in(file), number
