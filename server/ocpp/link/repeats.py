"""First answers, for chargers that send a CALL again. Without I/O.

Only within a connection: message ids begin anew after a reboot. And only for a
while: some chargers use one id for ever, and their heartbeats want today's time.
"""

from server.ocpp.link.frames import MessageId

REMEMBERED = 16
WINDOW = 60.0


class First:
    """A CALL, its answer once there is one, and how often it was sent again before that."""

    __slots__ = ("answer", "fingerprint", "time", "waiting")

    def __init__(self, fingerprint: int, time: float) -> None:
        self.fingerprint = fingerprint
        self.time = time
        self.answer: bytes | None = None
        self.waiting = 0


class Repeats:
    """The last CALLs of a connection, by message id."""

    __slots__ = ("_firsts",)

    def __init__(self) -> None:
        self._firsts: dict[MessageId, First] = {}

    def recall(self, message_id: MessageId, frame: bytes, now: float) -> tuple[First, bool]:
        """The CALL of this id and content, and whether it was heard before. `now` in seconds."""
        fingerprint = hash(frame)
        known = self._firsts.pop(message_id, None)
        if known is None or known.fingerprint != fingerprint or now - known.time >= WINDOW:
            known = None
            if len(self._firsts) >= REMEMBERED:
                del self._firsts[next(iter(self._firsts))]
        first = self._firsts[message_id] = known or First(fingerprint, now)
        return first, known is not None

    def forget(self, message_id: MessageId, first: First) -> None:
        """The CALL is to be heard anew if it comes again; not another that has its id by now."""
        if self._firsts.get(message_id) is first:
            del self._firsts[message_id]

    def forget_old(self, now: float) -> None:
        """Drops what is too old to be a repeat."""
        old = [key for key, first in self._firsts.items() if now - first.time >= WINDOW]
        for key in old:
            del self._firsts[key]
