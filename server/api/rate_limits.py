"""How often one may call: a token bucket for each key or operator, and each address without one.

Each node counts for itself.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from server.domain.access import Caller
from server.domain.errors import Outcome, RefusedError
from server.domain.token_bucket import Bucket, Rate, Taken, take

_MOST_BUCKETS = 20_000
BURST_SECONDS = 5
"""How many seconds' worth of calls may come at once, of a key with a rate of its own."""


UNLIMITED = Rate(0, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one may call, by the settings."""

    known: Rate = UNLIMITED
    """Of each key and operator."""
    unknown: Rate = UNLIMITED
    """Of each address without a valid key, signing in included."""


NO_LIMITS = Limits()


class Allowance:
    """What a caller may still do: the headers of its answer."""

    __slots__ = ("_limit", "_taken")

    def __init__(self, limit: int, taken: Taken) -> None:
        self._limit = limit
        self._taken = taken

    def headers(self) -> tuple[tuple[str, str], ...]:
        """`x-ratelimit-*`, and how long to wait where there is nothing left."""
        taken = self._taken
        told = (
            ("x-ratelimit-limit", str(self._limit)),
            ("x-ratelimit-remaining", str(taken.remaining)),
            ("x-ratelimit-reset", str(taken.reset_seconds)),
        )
        return told if taken.allowed else (*told, ("retry-after", str(taken.retry_seconds)))

    def require(self) -> None:
        """Raises RefusedError TOO_MANY_REQUESTS if the call is one too many."""
        if self._taken.allowed:
            return
        seconds = self._taken.retry_seconds
        raise RefusedError(
            Outcome.RESOURCE_EXHAUSTED,
            "TOO_MANY_REQUESTS",
            f"too many calls; try again in {seconds} s",
            {"retry_seconds": str(seconds)},
        )


class RateLimits:
    """The buckets of this node; those that were not used for longest are forgotten first."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of_caller(self, caller: Caller) -> Allowance | None:
        """Counts a call of a known caller's; None if there is no limit."""
        rate = self._limits.known
        if caller.calls_per_second is not None:
            rate = Rate(caller.calls_per_second, caller.calls_per_second * BURST_SECONDS)
        return self._take(caller.principal, rate)

    def of_address(self, address: str) -> Allowance | None:
        """Counts a call that bears no valid key; None if there is no limit."""
        return self._take(f" {address}", self._limits.unknown)

    def _take(self, key: str, rate: Rate) -> Allowance | None:
        if not rate.per_second:
            return None
        taken = take(self._buckets.get(key), rate, time.monotonic())
        self._buckets[key] = taken.bucket
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return Allowance(rate.at_once, taken)
