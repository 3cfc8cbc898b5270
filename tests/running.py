"""Programs of the platform, running for a test; and ports that nobody else has."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60.0
STOP_SECONDS = 10.0


class NotReadyError(AssertionError):
    """A program ended, or did not answer in time; its last words are in the message."""


def free_ports(count: int) -> list[int]:
    """Ports of this machine at which nobody listens. They lie below those that systems give to
    callers: nobody takes one of them by chance while a server is killed and started again."""
    ports: set[int] = set()
    while len(ports) < count:
        port = _CHANCE.randrange(15_000, 32_000)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            ports.add(port)
    return list(ports)


_CHANCE = random.SystemRandom()


@dataclass
class Running:
    """A program that runs: `python -m <module>`; what it prints goes to a file."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @classmethod
    def start(
        cls, module: Sequence[str], settings: Mapping[str, str], log: Path, group: bool = True
    ) -> "Running":
        """Starts it with our environment, its AMPLINE_ settings replaced by these."""
        ours = {key: text for key, text in os.environ.items() if not key.startswith("AMPLINE_")}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *module],
                env={**ours, "PYTHONUNBUFFERED": "1", **settings},
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=group,
            )
        return cls(process, log)

    @classmethod
    def start_script(cls, script: Path, log: Path) -> "Running":
        """Starts a file as somebody would who has only that."""
        with log.open("wb") as output:
            command = [sys.executable, str(script)]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        return cls(process, log)

    def until(self, ready: Callable[[], bool], seconds: float = READY_SECONDS) -> "Running":
        """Waits until it is so. NotReadyError if the program ended before, or time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None:
                raise NotReadyError(f"ended with {self.process.returncode}:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise NotReadyError(f"not ready after {seconds} s:\n{self.last_words()}")
            time.sleep(0.05)  # it is another process: there is nothing to wait on
        return self

    def stop(self) -> int:
        """Asks it to end, as Ctrl-C or an init system would; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """kill -9: it cannot tidy up."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])
