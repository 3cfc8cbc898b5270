"""A transaction of a 2.x charger: the payloads of its TransactionEvents, as a test wants them."""

from datetime import UTC, datetime, timedelta
from typing import Any

TOKEN = {"idToken": "AAAA", "type": "ISO14443"}
PLACE = {"id": 1, "connectorId": 1}
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=60)


def at(minutes: float) -> str:
    """So many minutes after the beginning, which was an hour ago."""
    return (
        (BEGIN + timedelta(minutes=minutes))
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def so_far() -> float:
    """Minutes from the beginning until now."""
    return (datetime.now(UTC) - BEGIN).total_seconds() / 60


def register(
    wh: float, minutes: float, context: str = "Sample.Periodic", **change: Any
) -> dict[str, Any]:
    """The energy register then, as `meterValue` has it."""
    value = {"value": wh, "context": context, **change}
    return {"timestamp": at(minutes), "sampledValue": [value]}


class Told:
    """Steps of a transaction, numbered as they are made."""

    def __init__(self, transaction_id: str = "tx-1") -> None:
        self.transaction_id = transaction_id
        self.number = 0

    def step(
        self,
        kind: str,
        trigger: str,
        minutes: float,
        info: dict[str, Any] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Any step."""
        payload = {
            "eventType": kind,
            "timestamp": at(minutes),
            "triggerReason": trigger,
            "seqNo": self.number,
            "transactionInfo": {"transactionId": self.transaction_id, **(info or {})},
            **more,
        }
        self.number += 1
        return payload

    def started(self, minutes: float = 0, wh: float = 1_000, **change: Any) -> dict[str, Any]:
        """Somebody showed a card, and the car was there."""
        known = {
            "evse": PLACE,
            "idToken": TOKEN,
            "meterValue": [register(wh, minutes, "Transaction.Begin")],
        }
        state = {"chargingState": "EVConnected"}
        return self.step("Started", "Authorized", minutes, state, **{**known, **change})

    def plugged_in(self, minutes: float = 0, wh: float = 1_000) -> dict[str, Any]:
        """A car is there, and nobody yet."""
        value = [register(wh, minutes, "Transaction.Begin")]
        state = {"chargingState": "EVConnected"}
        return self.step("Started", "CablePluggedIn", minutes, state, evse=PLACE, meterValue=value)

    def turned(self, state: str, minutes: float, **more: Any) -> dict[str, Any]:
        """The car does something else."""
        info = {"chargingState": state}
        return self.step("Updated", "ChargingStateChanged", minutes, info, **more)

    def metered(self, wh: float, minutes: float, **more: Any) -> dict[str, Any]:
        """The meter was read."""
        values = [register(wh, minutes)]
        return self.step("Updated", "MeterValuePeriodic", minutes, meterValue=values, **more)

    def ended(
        self, minutes: float = 30, wh: float = 6_000, reason: str = "Local", **more: Any
    ) -> dict[str, Any]:
        """It is over."""
        info = {"chargingState": "EVConnected", "stoppedReason": reason}
        values = [register(wh, minutes, "Transaction.End")]
        known = {"meterValue": values, "evse": PLACE}
        return self.step("Ended", "StopAuthorized", minutes, info, **{**known, **more})
