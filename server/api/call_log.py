"""One line in the log for each call.

The lines of calls that end soon after one another are written together: whatever a line by
itself costs, it costs cold, which is several times as much. A line bears the time at which its
call ended.
"""

import asyncio
import logging
import time

from server.api.attempts import Attempt

log = logging.getLogger("server.calls")
TOGETHER = 0.05
"""Seconds for which a line waits for others at most."""
_LINE = "request_id=%s method=%s principal=%s status=%s reason=%s ms=%.1f"


class CallLog:
    """The lines that are to be written. On an event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, tuple[object, ...]]] = []

    def note(self, attempt: Attempt, code: str, reason: str) -> None:
        """A call is over; `code` is its status, `reason` why it was refused."""
        if not log.isEnabledFor(logging.INFO):
            return
        if not self._waiting:
            asyncio.get_running_loop().call_later(TOGETHER, self.write)
        told = (
            attempt.correlation,
            attempt.method.path,
            (attempt.call and attempt.call.caller.principal) or "-",
            code,
            reason or "-",
            (time.perf_counter() - attempt.started) * 1000,
        )
        self._waiting.append((time.time(), told))

    def write(self) -> None:
        """Writes what waits."""
        waiting, self._waiting = self._waiting, []
        for ended, told in waiting:
            line = log.makeRecord(log.name, logging.INFO, __file__, 0, _LINE, told, None)
            line.created, line.msecs = ended, ended % 1 * 1000
            log.handle(line)
