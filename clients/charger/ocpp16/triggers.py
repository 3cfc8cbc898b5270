"""TriggerMessage: what a station says when it is asked to."""

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from ocpp.v16.enums import (
    DiagnosticsStatus,
    FirmwareStatus,
    MessageTrigger,
    ReadingContext,
    TriggerMessageStatus,
    UploadLogStatus,
)

from clients.charger.dialect import Reply
from clients.charger.frames import Payload

if TYPE_CHECKING:
    from clients.charger.station import Station


def trigger_message(station: "Station", payload: Payload) -> Reply:
    """Says it, after the answer has left."""
    number = payload.get("connectorId")
    if number is not None and not 0 <= number < len(station.connectors):
        return Reply({"status": TriggerMessageStatus.rejected})
    said = triggered(station, payload["requestedMessage"], number)
    if said is None:
        return Reply({"status": TriggerMessageStatus.not_implemented})
    return Reply({"status": TriggerMessageStatus.accepted}, said)


def triggered(
    station: "Station", kind: str, number: int | None
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


def numbers(station: "Station", number: int | None) -> range:
    """The connector asked for, or all with a cable."""
    return range(1, len(station.connectors)) if number is None else range(number, number + 1)


async def tell_statuses(station: "Station", number: int | None) -> None:
    """StatusNotification."""
    for one in numbers(station, number):
        await station.tell_status(one)


async def tell_meters(station: "Station", number: int | None) -> None:
    """MeterValues; those of a session wait behind its other messages."""
    for place in (station.connectors[one] for one in numbers(station, number)):
        if place.session is not None:
            await place.session.meter(context=ReadingContext.trigger)
        else:
            sample = place.sample(station.clock.now(), ReadingContext.trigger)
            said = station.dialect.metered(place, None, [sample], station.measurands)
            await station.say(said)
