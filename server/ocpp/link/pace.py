"""How fast a charger may speak: a token bucket. Without I/O."""


class Pace:
    """`rate` a second, sustained; `burst` at once."""

    __slots__ = ("_burst", "_rate", "_stamp", "_tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._stamp = now

    def take(self, now: float) -> bool:
        """Whether one more may pass, and takes it if so."""
        if not self.may_take(now):
            return False
        self._tokens -= 1
        return True

    def may_take(self, now: float) -> bool:
        """Whether one more may pass."""
        self._tokens = min(self._burst, self._tokens + (now - self._stamp) * self._rate)
        self._stamp = now
        return self._tokens >= 1

    def delay(self) -> float:
        """Seconds until the next may pass."""
        return max(0.0, (1 - self._tokens) / self._rate)
