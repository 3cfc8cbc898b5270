"""When a webhook is tried again, when one gives up, and when an endpoint is to blame."""

from collections.abc import Sequence
from enum import IntEnum

SECOND = 1_000_000
RETRIES = (5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400)
"""Seconds from one failed attempt to the next; after the last one the delivery has failed."""
JITTER = 0.2
"""By what share a pause is longer at most, so that what failed together does not come together."""
PATIENCE = 5 * 86_400 * SECOND
"""Microseconds without a success after which an endpoint is disabled."""
GONE = 410
"""The status by which an endpoint asks for nothing more."""


class State(IntEnum):
    """ampline.v1.WebhookDelivery.State."""

    PENDING = 1
    DELIVERED = 2
    FAILED = 3


class Blame(IntEnum):
    """ampline.v1.WebhookEndpoint.DisableReason."""

    FAILING = 1
    GONE = 2


def is_success(status: int) -> bool:
    """Whether the answer takes the event: a redirect, which nobody follows, does not."""
    return 200 <= status < 300


def next_attempt(
    failures: int, now: int, chance: float, retries: Sequence[int] = RETRIES
) -> int | None:
    """When to try again after so many failures, in microseconds; None = never.

    `chance` is any number from 0 to 1.
    """
    if failures > len(retries):
        return None
    return now + int(retries[failures - 1] * SECOND * (1 + JITTER * chance))


def blame(status: int, failing_since: int, now: int) -> Blame | None:
    """Why an endpoint that failed just now is to be disabled; None = it is not."""
    if status == GONE:
        return Blame.GONE
    return Blame.FAILING if now - failing_since >= PATIENCE else None
