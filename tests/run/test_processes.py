"""Programs run together and stop together; what they print is told apart."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tools.run.processes import Processes, Program

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('here', flush=True); time.sleep(600)"
)


@pytest.fixture
async def processes() -> AsyncIterator[Processes]:
    made = Processes()
    yield made
    await made.stop(("a", "b"), 0)
    await made.close()


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code], os.environ, Path.cwd())


async def printed(capfd: pytest.CaptureFixture[str], text: str) -> str:
    """What was printed, once it has the text."""
    seen = ""
    async with asyncio.timeout(10):
        while text not in seen:
            await asyncio.sleep(0.01)
            seen += capfd.readouterr().out
    return seen


async def test_the_first_to_end_is_told_with_its_code(processes: Processes) -> None:
    await processes.start(python("a", "import time; time.sleep(600)"))
    await processes.start(python("b", "raise SystemExit(7)"))
    async with asyncio.timeout(10):
        assert await processes.first_end() == ("b", 7)


async def test_lines_bear_the_programs_name(
    processes: Processes, capfd: pytest.CaptureFixture[str]
) -> None:
    await processes.start(python("a", "print('one\\ntwo')"))
    assert await printed(capfd, "two") == "a       | one\na       | two\n"


async def test_who_does_not_listen_is_killed(
    processes: Processes, capfd: pytest.CaptureFixture[str]
) -> None:
    await processes.start(python("a", STUBBORN))
    await printed(capfd, "here")
    async with asyncio.timeout(10):
        await processes.stop(("a",), 0.1)
        assert await processes.first_end() == ("a", -9)


async def test_what_a_program_started_ends_with_it(
    processes: Processes, capfd: pytest.CaptureFixture[str]
) -> None:
    child = "import time; time.sleep(600)"
    code = (
        "import subprocess, sys; "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}]); "
        "print(child.pid, flush=True); child.wait()"
    )
    await processes.start(python("a", code))
    pid = int((await printed(capfd, "\n")).split("|")[1])
    await processes.stop(("a",), 5)
    async with asyncio.timeout(10):
        while _runs(pid):  # noqa: ASYNC110 - it is nobody's child any more
            await asyncio.sleep(0.01)


def _runs(pid: int) -> bool:
    """Whether the process is there, and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
