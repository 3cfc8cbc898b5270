"""Which of a charger's times can be believed."""

from datetime import datetime, timedelta

OLDEST = timedelta(days=90)
NEWEST = timedelta(minutes=5)


def believable(told: datetime, received: datetime) -> bool:
    """Whether a charger's time is from 90 days before to 5 minutes after its receipt."""
    return received - OLDEST <= told <= received + NEWEST
