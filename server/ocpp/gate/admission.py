"""How many handshakes at a time, and how many wrong ones. Without I/O."""

from server.ocpp.link.pace import Pace

MOST_ADDRESSES = 10_000


class Turnstile:
    """Lets so many in a second; the others wait for their turn.

    After a restart all chargers come back at once: each must get through before it gives up,
    and those who are in must be served meanwhile.
    """

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._slack = 0.1
        """Seconds' worth that may pass at once."""
        self._next = 0.0

    def wait(self, now: float, longest: float) -> float | None:
        """Seconds until it is the caller's turn, which is then his; None if that is too long."""
        turn = max(self._next, now - self._slack)
        if turn - now > longest:
            return None
        self._next = turn + self._gap
        return max(0.0, turn - now)


class Failures:
    """How often something may go wrong, by address: a burst, then once in so many seconds."""

    def __init__(self, burst: int = 20, seconds_each: float = 1.0) -> None:
        self._burst = burst
        self._rate = 1 / seconds_each
        self._paces: dict[str, Pace] = {}

    def exhausted(self, address: str, now: float) -> int:
        """Seconds to wait, at least 1; 0 if the address may go on."""
        pace = self._paces.get(address)
        if pace is None or pace.may_take(now):
            return 0
        return max(1, round(pace.delay()))

    def count(self, address: str, now: float) -> None:
        """It went wrong once more."""
        pace = self._paces.pop(address, None) or Pace(self._rate, self._burst, now)
        pace.take(now)
        self._paces[address] = pace  # behind all others
        if len(self._paces) > MOST_ADDRESSES:
            del self._paces[next(iter(self._paces))]
