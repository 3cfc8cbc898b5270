"""Processes that run together: when one of them ends, all do."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

COLOURS = (36, 32, 35, 33, 34)
LINE_LIMIT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Program:
    """Something to run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


class Processes:
    """What runs. What it prints comes out with its name in front."""

    def __init__(self) -> None:
        self._running: dict[str, Process] = {}
        self._readers: list[asyncio.Task[None]] = []
        self._ended: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def start(self, program: Program) -> None:
        """Starts it, in a group of its own: Ctrl-C reaches us alone, and we stop it in order."""
        process = await asyncio.create_subprocess_exec(
            *program.command,
            env=program.environment,
            cwd=program.folder,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LINE_LIMIT,
            start_new_session=True,
        )
        self._running[program.name] = process
        prefix = _prefix(program.name, len(self._readers))
        self._readers.append(asyncio.create_task(self._follow(program.name, process, prefix)))

    async def first_end(self) -> tuple[str, int]:
        """Waits until one of them ends; returns its name and exit code."""
        return await self._ended.get()

    async def stop(self, names: Iterable[str], seconds: float) -> None:
        """Asks them to end, waits that long, and kills those that are still there."""
        chosen = [self._running[name] for name in names if name in self._running]
        for process in chosen:
            _signal(process, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(process.wait() for process in chosen))
        for process in chosen:
            if process.returncode is None:
                _signal(process, signal.SIGKILL)
                await process.wait()

    async def close(self) -> None:
        """Prints the last words of all that were stopped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await asyncio.gather(*self._readers)

    async def _follow(self, name: str, process: Process, prefix: str) -> None:
        assert process.stdout is not None
        with suppress(ValueError):  # a line without an end: the process goes on unheard
            async for line in process.stdout:
                sys.stdout.write(prefix + line.decode(errors="replace"))
                sys.stdout.flush()
        self._ended.put_nowait((name, await process.wait()))


def _signal(process: Process, number: signal.Signals) -> None:
    """Signals the process and those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _prefix(name: str, number: int) -> str:
    text = f"{name:8}| "
    colour = COLOURS[number % len(COLOURS)]
    return f"\033[{colour}m{text}\033[0m" if sys.stdout.isatty() else text
