"""Our CALLs to one charger: one at a time, in order. Without I/O.

OCPP-J 1.6 section 4.1.1: the next CALL goes out when the one before was answered or has
timed out.
"""

from asyncio import Future, TimerHandle
from collections import deque
from collections.abc import Callable
from typing import Any

from server.ocpp.link.frames import CallError, CallResult

REMEMBERED_LATE = 16
Answer = CallResult | CallError


class Outgoing:
    """A CALL of ours. `call_time` (microseconds) and `message_id` are given when it is sent."""

    __slots__ = (
        "action",
        "answer",
        "call_time",
        "is_left",
        "keep",
        "message_id",
        "payload",
        "timer",
    )

    def __init__(self, action: str, payload: dict[str, Any], answer: "Future[Answer]") -> None:
        self.action = action
        self.payload = payload
        self.answer = answer
        self.message_id = ""
        self.call_time = 0
        self.timer: TimerHandle | None = None
        self.is_left = False
        """Whether nobody waits for the answer any more."""
        self.keep: Callable[[Answer], None] = lambda _: None
        """Keeps what an answer tells that nobody waits for: one that is late, or was left."""

    @property
    def sent(self) -> bool:
        """Whether the charger may have it."""
        return bool(self.message_id)

    def finish(self, outcome: Answer | Exception) -> None:
        """Tells whoever waits, if anybody still does."""
        if self.timer:
            self.timer.cancel()
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Calls:
    """The CALLs to one charger; `send` gives one its id and puts it on the wire."""

    __slots__ = ("_closed", "_late", "_outstanding", "_send", "_waiting")

    def __init__(self, send: Callable[[Outgoing], None]) -> None:
        self._send = send
        self._outstanding: Outgoing | None = None
        self._waiting: deque[Outgoing] = deque()
        self._late: dict[str, Outgoing] = {}
        self._closed: Exception | None = None

    def put(self, call: Outgoing) -> None:
        """Sends the CALL when its turn comes; fails it at once if the charger is gone."""
        if self._closed:
            call.finish(self._closed)
            return
        self._waiting.append(call)
        self._send_next()

    def withdraw(self, call: Outgoing, error: Exception) -> bool:
        """Takes back a CALL that is not sent yet; False if it is too late for that."""
        if call not in self._waiting:
            return False
        self._waiting.remove(call)
        call.finish(error)
        return True

    def expire(self, call: Outgoing, error: Exception) -> None:
        """The CALL's time is over; if it was sent, its answer may still come late."""
        if call is self._outstanding:
            self._outstanding = None
            if len(self._late) >= REMEMBERED_LATE:
                del self._late[next(iter(self._late))]
            self._late[call.message_id] = call
        elif not call.sent:
            self._waiting.remove(call)
        call.finish(error)
        self._send_next()

    def settle(self, answer: Answer) -> tuple[Outgoing, bool] | None:
        """The CALL that is answered, and whether late. None if we asked nothing of that id."""
        outstanding = self._outstanding
        if outstanding and answer.message_id == outstanding.message_id:
            self._outstanding = None
            outstanding.finish(answer)
            self._send_next()
            return outstanding, False
        late = self._late.pop(str(answer.message_id), None)
        return (late, True) if late else None

    def close(self, error: Exception) -> None:
        """The charger is gone: whatever waits fails, and what comes behind it."""
        self._closed = error
        waiting = [*([self._outstanding] if self._outstanding else ()), *self._waiting]
        self._outstanding = None
        self._waiting.clear()
        for call in waiting:
            call.finish(error)

    def _send_next(self) -> None:
        if self._outstanding is None and self._waiting:
            self._outstanding = self._waiting.popleft()
            self._send(self._outstanding)
