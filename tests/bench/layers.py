"""Where a server spends its time, by layer: py-spy's samples, each counted for its innermost frame.

Needs no change to the server, and slows it down somewhat while it looks.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

SAMPLES_PER_SECOND = 200
_LAYERS = (
    ("commit and sync", ("Database.commit", "SqliteDatabase.begin", "_transaction")),
    ("SQLite's statements", ("server/store/unit.py", "server/store/statements.py", "outbox.py")),
    ("write lane", ("server/store/",)),
    ("work, domain, resources", ("server/work/", "server/domain/", "server/resources/")),
    ("dialect", ("server/ocpp/dialect16/", "server/ocpp/timestamps.py", "server/ocpp/duties.py")),
    ("JSON and schemas", ("link/frames.py", "understanding.py", "server/ocpp/schemas.py")),
    ("WebSocket and event loop", ("websockets/", "link/socket.py", "asyncio/", "uvloop/")),
    ("bridge", ("server/ocpp/",)),
)
_WAITING = ("threading.py", "concurrent/futures/thread.py")


class Profile:
    """Samples of a process, from now on; `told` waits for their end."""

    def __init__(self, pid: int, seconds: float, folder: Path) -> None:
        self._file = folder / "samples.txt"
        command = ["record", "--nonblocking", "--format", "raw", "--output", str(self._file)]
        options = ["--rate", str(SAMPLES_PER_SECOND), "--duration", str(round(seconds))]
        spy = Path(sys.executable).with_name("py-spy")
        self._spy = subprocess.Popen(
            [spy, *command, *options, "--pid", str(pid)], stdout=subprocess.DEVNULL
        )

    def told(self) -> str:
        """A line for each layer, the largest first; what waits counts for nothing."""
        if self._spy.wait():
            return "py-spy may not look into other processes here"
        counts = self._counts()
        return "\n".join(
            f"{count / counts.total():5.0%}  {layer}" for layer, count in counts.most_common()
        )

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for line in self._file.read_text().splitlines():
            stack, _, count = line.rpartition(" ")
            frames = stack.split(";")
            if not any(word in frames[-1] for word in _WAITING):
                counts[_layer(frames)] += int(count)
        return counts


def _layer(frames: list[str]) -> str:
    for frame in reversed(frames):
        for layer, words in _LAYERS:
            if any(word in frame for word in words):
                return layer
    return "other"
