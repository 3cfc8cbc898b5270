"""Token buckets: so many calls at once, so many a second in the long run."""

import math
from typing import NamedTuple


class Rate(NamedTuple):
    """How often one may call."""

    per_second: float
    """Sustained; 0 = as often as one likes."""
    at_once: int
    """How many calls may come together after a rest."""


class Bucket(NamedTuple):
    """What was left at a time, in seconds of any clock that only goes forwards."""

    left: float
    time: float


class Taken(NamedTuple):
    """What a call found."""

    bucket: Bucket
    """What it left behind."""
    allowed: bool
    remaining: int
    """How many more calls may come at once."""
    reset_seconds: int
    """After how long all of `at_once` may come again."""
    retry_seconds: int
    """How long a call that is not allowed has to wait; 0 if it is allowed."""


def take(bucket: Bucket | None, rate: Rate, now: float) -> Taken:
    """Takes one call out of the bucket; None = one that is full."""
    left = float(rate.at_once)
    if bucket is not None:
        left = min(left, bucket.left + max(0.0, now - bucket.time) * rate.per_second)
    allowed = left >= 1
    if allowed:
        left -= 1
    return Taken(
        Bucket(left, now),
        allowed,
        int(left),
        math.ceil((rate.at_once - left) / rate.per_second),
        0 if allowed else max(1, math.ceil((1 - left) / rate.per_second)),
    )
