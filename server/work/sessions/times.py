"""A charger's times as the store keeps them."""

from collections.abc import Iterable
from datetime import datetime

from server.domain.plausible import OLDEST, believable
from server.store.clock import to_us


def believed(told: datetime | None, now_us: int) -> tuple[int, bool]:
    """Microseconds to go by, and whether the charger's own time was replaced by ours."""
    if told is None:
        return now_us, False
    time = to_us(told)
    return (time, False) if believable(time, now_us) else (now_us, True)


def age(told: datetime | None, neighbours: Iterable[datetime | None]) -> int:
    """By how many microseconds a time is older than the newest that came with it, by the clock of
    the charger; 0 where that cannot be, because the clock was set in between."""
    if told is None:
        return 0
    newest = max((each for each in neighbours if each is not None), default=told)
    older = to_us(newest) - to_us(told)
    return older if 0 <= older <= OLDEST else 0
