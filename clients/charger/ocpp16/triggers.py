"""TriggerMessage: what a station says when it is asked to."""

from collections.abc import Coroutine
from typing import Any

from ocpp.v16.enums import (
    DiagnosticsStatus,
    FirmwareStatus,
    MessageTrigger,
    TriggerMessageStatus,
    UploadLogStatus,
)

from clients.charger.dialect import Charger
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.places import tell_meters, tell_statuses


def trigger_message(station: Charger, payload: Payload) -> Reply:
    """Says it, after the answer has left."""
    number = payload.get("connectorId")
    if number is not None and not 0 <= number < len(station.connectors):
        return Reply({"status": TriggerMessageStatus.rejected})
    said = triggered(station, payload["requestedMessage"], number)
    if said is None:
        return Reply({"status": TriggerMessageStatus.not_implemented})
    return Reply({"status": TriggerMessageStatus.accepted}, said)


def triggered(
    station: Charger, kind: str, number: int | None
) -> Coroutine[Any, Any, object] | None:
    """The call that is asked for; None where the station has no such."""
    said: Coroutine[Any, Any, object] | None = None
    match kind:
        case MessageTrigger.boot_notification:
            said = station.boot()
        case MessageTrigger.heartbeat:
            said = station.heartbeat()
        case MessageTrigger.status_notification:
            said = tell_statuses(station, number)
        case MessageTrigger.meter_values:
            said = tell_meters(station, number)
        case MessageTrigger.diagnostics_status_notification:
            said = station.call(kind, {"status": DiagnosticsStatus.idle})
        case MessageTrigger.log_status_notification:
            said = station.call(kind, {"status": UploadLogStatus.idle})
        case MessageTrigger.firmware_status_notification:
            said = station.call(kind, {"status": FirmwareStatus.idle})
    return said
