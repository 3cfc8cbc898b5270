"""A charger's times as the store keeps them."""

from datetime import datetime

from server.domain.plausible import believable
from server.store.clock import to_us


def believed(told: datetime | None, now_us: int) -> tuple[int, bool]:
    """Microseconds to go by, and whether the charger's own time was replaced by ours."""
    if told is None:
        return now_us, False
    time = to_us(told)
    return (time, False) if believable(time, now_us) else (now_us, True)
