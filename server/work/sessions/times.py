"""A charger's times as the store keeps them."""

from datetime import datetime

from server.domain.plausible import believable
from server.store.clock import to_datetime, to_us


def believed(told: datetime | None, now_us: int) -> tuple[int, bool]:
    """Microseconds to go by, and whether the charger's own time was replaced by ours."""
    if told is None:
        return now_us, False
    if not believable(told, to_datetime(now_us)):
        return now_us, True
    return to_us(told), False
