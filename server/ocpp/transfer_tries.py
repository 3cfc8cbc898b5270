"""How often a charger tries a transfer: the same fields in every version."""

from server.domain.commands import Retries
from server.ocpp.schemas import Payload


def tries(retries: Retries) -> Payload:
    """How often, and how many seconds apart; what is not said is the charger's to decide."""
    told = {"retries": retries.count, "retryInterval": retries.interval_seconds}
    return {field: number for field, number in told.items() if number is not None}
