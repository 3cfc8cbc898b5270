"""A new resource costs what CONTRIBUTING.md says: its five steps, followed to the letter."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grpc
import pytest

from tests.running import free_ports

ROOT = Path(__file__).parents[2]
KEY = "a-key-for-tests-0123456789"
FOLDERS = ("protos", "server", "clients", "tools", "tests", "portal", "docs")
FILES = ("envoy.yaml", "pyproject.toml")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".hypothesis", "vendor")
LIST = "/ampline.v1.LoanCableService/ListLoanCables"
_PLACE = re.compile(r"(?://|#) (?P<path>[\w./-]+\.(?:py|proto|yaml))(?:, below `(?P<anchor>.+)`)?")


pytestmark = pytest.mark.timeout(300)  # generates all code anew, and runs a test run of its own


class Block(NamedTuple):
    """A fenced block of a step, without what it is indented by."""

    language: str
    lines: list[str]


class Piece(NamedTuple):
    """What goes into a file: all of it, or lines below the first that contains the anchor."""

    path: str
    anchor: str | None
    lines: list[str]


def blocks_of(section: str) -> Iterator[Block]:
    """The fenced blocks of a section of Markdown, in order."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    body = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    for found in re.finditer(r"^( *)```(\w+)\n(.*?)^ *```$", body, re.MULTILINE | re.DOTALL):
        indent, language, inside = found.groups()
        yield Block(language, [line.removeprefix(indent) for line in inside.splitlines()])


def pieces_of(block: Block) -> list[Piece]:
    """What a block says of files: each begins with a comment that says where it goes."""
    pieces: list[Piece] = []
    for line in block.lines:
        place = _PLACE.fullmatch(line)
        if place:
            pieces.append(Piece(place["path"], place["anchor"], []))
        else:
            pieces[-1].lines.append(line)
    return pieces


def put(tree: Path, piece: Piece) -> None:
    """Writes a piece where it goes."""
    file = tree / piece.path
    if piece.anchor is None:
        assert not file.exists(), piece.path
        file.write_text("\n".join(piece.lines).strip("\n") + "\n")
        return
    lines = file.read_text().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if piece.anchor in line)
    file.write_text("\n".join([*lines[:at], *piece.lines, *lines[at:]]) + "\n")


class Tree(NamedTuple):
    """A copy of the project, with an environment that prefers it."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """Imports come from the copy."""
        paths = os.pathsep.join([str(self.root), str(self.root / "clients" / "python")])
        return {**os.environ, "PYTHONPATH": paths, "PATH": f"{Path(sys.executable).parent}:/bin"}

    def run(self, *command: str) -> str:
        """Runs a command in it, which must succeed; returns what it prints."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy in which the steps were followed."""
    root = tmp_path_factory.mktemp("five") / "steps"
    root.mkdir()
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=LEFT_OUT)
    for name in FILES:
        shutil.copy2(ROOT / name, root / name)
    (root / ".venv").symlink_to(Path(sys.executable).parents[1])
    made = Tree(root)
    for block in list(blocks_of("A resource"))[:-1]:
        if block.language == "sh":
            made.run("sh", "-euc", "\n".join(block.lines))
        else:
            for piece in pieces_of(block):
                put(root, piece)
    made.run(sys.executable, "-m", "tools.protos")
    return made


def test_there_are_five_steps() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    section = text.partition("## A resource\n")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. \*\*", section, re.MULTILINE) == ["1", "2", "3", "4", "5"]


def test_the_tests_find_the_resource_and_drive_it(tree: Tree) -> None:
    *_, last = blocks_of("A resource")
    told = tree.run("sh", "-euc", "\n".join(last.lines))
    passed = re.search(r"(\d+) passed", told)
    assert passed
    assert int(passed[1]) > 20
    assert "failed" not in told


def test_the_server_starts_with_it(tree: Tree, tmp_path: Path) -> None:
    grpc_port, ocpp_port = free_ports(2)
    settings = {
        "AMPLINE_DATA": str(tmp_path),
        "AMPLINE_GRPC_PORT": str(grpc_port),
        "AMPLINE_OCPP_PORT": str(ocpp_port),
        "AMPLINE_FILES_PORT": "0",
        "AMPLINE_PAYMENTS_PORT": "0",
        "AMPLINE_BOOTSTRAP_KEY": KEY,
    }
    command = [sys.executable, "-m", "server"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=tree.root, env={**tree.environment, **settings}, stdout=log, stderr=log
        )
    try:
        with grpc.insecure_channel(f"127.0.0.1:{grpc_port}") as channel:
            call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(LIST)
            headers = (("authorization", f"Bearer {KEY}"),)
            page = call(b"", metadata=headers, wait_for_ready=True, timeout=60)
        assert page == b"", (tmp_path / "log").read_text()
    finally:
        server.terminate()
        assert server.wait(20) == 0
