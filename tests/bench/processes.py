"""Servers as processes of their own, on one core; the load has the other."""

import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = _CORES[0], _CORES[-1]
STARTED_WITHIN = 90.0
ENDED_WITHIN = 15.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    port: int
    process: psutil.Process


class NotStartedError(RuntimeError):
    """A server ended, or does not listen, before it was used."""


def settle_on_load_core() -> None:
    """Keeps this process to the load's core, and lets it hold thousands of sockets."""
    os.sched_setaffinity(0, {LOAD_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def serving(
    module: str,
    *arguments: str,
    ports: tuple[int, ...],
    log: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[psutil.Process]:
    """`python -m module …` on the server's core, from when it listens until it has ended."""
    command = [sys.executable, "-m", module, *arguments]
    with (
        log.open("ab") as output,
        subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **(environment or {})}
        ) as child,
    ):
        os.sched_setaffinity(child.pid, {SERVER_CORE})
        try:
            for port in ports:
                _wait_for(port, child, log)
            yield psutil.Process(child.pid)
        finally:
            _end(child)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, child: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while child.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise NotStartedError(f"{child.args!r} does not listen:\n{log.read_text()[-2000:]}")


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(ENDED_WITHIN)
    except subprocess.TimeoutExpired:
        child.kill()
