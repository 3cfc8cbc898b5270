"""Which of a charger's times can be believed, and what is made of those that cannot.

Times are microseconds since 1970. The lag of a clock is what has to be added to what it shows.
"""

OLDEST = 90 * 24 * 3600 * 1_000_000
NEWEST = 5 * 60 * 1_000_000
"""90 days and 5 minutes, in microseconds."""

NEWS = 1_000_000
"""A second: chargers tell whole ones."""


def believable(told: int, received: int) -> bool:
    """Whether a charger's time is from 90 days before to 5 minutes after its receipt."""
    return received - OLDEST <= told <= received + NEWEST


def lag(known: int | None, told: int, received: int) -> int:
    """How far behind a clock is, by what was known of it and a time that it told.

    Nothing is received before it was told, so the least that was seen is the nearest; less than a
    second is no news, or a clock that runs a little fast would be news with each message. If it is
    another by more than 90 days, the clock was set in between: it begins anew.
    """
    seen = received - told
    if known is None or _are_apart(known, seen):
        return seen
    return seen if seen <= known - NEWS else known


def placed(told: int, lag: int, received: int) -> int:
    """When it was what a clock of that lag shows; of another clock's time only the receipt is
    known."""
    return received if _are_apart(lag, received - told) else min(told + lag, received)


def moved_back(known: int | None, lag: int) -> int:
    """By how much what was placed by the lag that was known was placed too late."""
    return 0 if known is None or _are_apart(known, lag) else known - lag


def _are_apart(one: int, other: int) -> bool:
    return abs(one - other) > OLDEST
