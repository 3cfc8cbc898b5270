"""Which of a charger's times can be believed."""

OLDEST = 90 * 24 * 3600 * 1_000_000
NEWEST = 5 * 60 * 1_000_000
"""90 days and 5 minutes, in microseconds."""


def believable(told: int, received: int) -> bool:
    """Whether a charger's time is from 90 days before to 5 minutes after its receipt; both in
    microseconds since 1970."""
    return received - OLDEST <= told <= received + NEWEST
