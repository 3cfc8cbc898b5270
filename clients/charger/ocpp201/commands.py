"""What a station does with the calls of an OCPP 2.0.1 central system."""

from collections.abc import Coroutine, Mapping
from typing import Any, Final

from ocpp.v201.enums import (
    ChangeAvailabilityStatusEnumType,
    ClearCacheStatusEnumType,
    DataTransferStatusEnumType,
    FirmwareStatusEnumType,
    MessageTriggerEnumType,
    OperationalStatusEnumType,
    RegistrationStatusEnumType,
    RequestStartStopStatusEnumType,
    ResetEnumType,
    ResetStatusEnumType,
    TriggerMessageStatusEnumType,
    UnlockStatusEnumType,
    UploadLogStatusEnumType,
)

from clients.charger import operations
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.places import connectors, running, startable, tell_meters, tell_statuses
from clients.charger.profiles import profile_of


def request_start_transaction(station: Charger, payload: Payload) -> Reply:
    """Starts at the EVSE named, or at the first that is free."""
    token, number = payload["idToken"]["idToken"], payload["remoteStartId"]
    place = startable(station, payload.get("evseId"), token)
    pending = station.registration == RegistrationStatusEnumType.pending
    if place is None or pending:
        return Reply({"status": RequestStartStopStatusEnumType.rejected})
    said, profile = payload.get("chargingProfile"), None
    if said:
        profile = profile_of(0, said, said["chargingSchedule"][0], said["id"])
    start = operations.start_remotely(station, place, token, number, profile)
    return Reply({"status": RequestStartStopStatusEnumType.accepted}, start)


def request_stop_transaction(station: Charger, payload: Payload) -> Reply:
    """Stops the session with this id."""
    session = running(station, payload["transactionId"])
    if session is None:
        return Reply({"status": RequestStartStopStatusEnumType.rejected})
    return Reply({"status": RequestStartStopStatusEnumType.accepted}, session.stop("Remote"))


def reset(station: Charger, payload: Payload) -> Reply:
    """Restarts, after the answer has left: as a whole, for its EVSEs have no life of their own.

    OnIdle it waits until no session runs.
    """
    if payload.get("evseId"):
        return Reply({"status": ResetStatusEnumType.rejected})
    if payload["type"] == ResetEnumType.immediate:
        work = operations.reset(station, hard=False)
        return Reply({"status": ResetStatusEnumType.accepted}, work)
    busy = any(place.session for place in station.connectors)
    status = ResetStatusEnumType.scheduled if busy else ResetStatusEnumType.accepted
    return Reply({"status": status}, reset_when_idle(station))


async def reset_when_idle(station: Charger) -> None:
    """Restarts once no session runs."""
    await station.until(lambda: not any(place.session for place in station.connectors), None)
    await operations.reset(station, hard=False)


def unlock_connector(station: Charger, payload: Payload) -> Reply:
    """Lets the cable go where no session runs."""
    places = connectors(station, payload["evseId"])
    if not places or payload["connectorId"] != 1:
        return Reply({"status": UnlockStatusEnumType.unknown_connector})
    if places[0].session is not None:
        return Reply({"status": UnlockStatusEnumType.ongoing_authorized_transaction})
    return Reply({"status": UnlockStatusEnumType.unlocked})


def change_availability(station: Charger, payload: Payload) -> Reply:
    """Opens or closes an EVSE, or all; later where a session runs."""
    operative = payload["operationalStatus"] == OperationalStatusEnumType.operative
    number = payload.get("evse", {}).get("id", 0)
    places = connectors(station, number) if number else station.connectors
    if not places:
        return Reply({"status": ChangeAvailabilityStatusEnumType.rejected})
    busy = not operative and any(place.session for place in places)
    accepted = ChangeAvailabilityStatusEnumType.accepted
    status = ChangeAvailabilityStatusEnumType.scheduled if busy else accepted
    work = operations.change_availability(station, places, operative=operative)
    return Reply({"status": status}, work)


def trigger_message(station: Charger, payload: Payload) -> Reply:
    """Says it, after the answer has left."""
    number = payload.get("evse", {}).get("id")
    if number is not None and not connectors(station, number):
        return Reply({"status": TriggerMessageStatusEnumType.rejected})
    said = triggered(station, payload["requestedMessage"], number)
    if said is None:
        return Reply({"status": TriggerMessageStatusEnumType.not_implemented})
    return Reply({"status": TriggerMessageStatusEnumType.accepted}, said)


def triggered(
    station: Charger, kind: str, number: int | None
) -> Coroutine[Any, Any, object] | None:
    """The call that is asked for; None where the station has no such."""
    said: Coroutine[Any, Any, object] | None = None
    match kind:
        case MessageTriggerEnumType.boot_notification:
            said = station.boot()
        case MessageTriggerEnumType.heartbeat:
            said = station.heartbeat()
        case MessageTriggerEnumType.status_notification:
            said = tell_statuses(station, number)
        case MessageTriggerEnumType.meter_values | MessageTriggerEnumType.transaction_event:
            said = tell_meters(station, number)
        case MessageTriggerEnumType.log_status_notification:
            said = station.call(kind, {"status": UploadLogStatusEnumType.idle})
        case MessageTriggerEnumType.firmware_status_notification:
            said = station.call(kind, {"status": FirmwareStatusEnumType.idle})
    return said


def clear_cache(station: Charger, payload: Payload) -> Reply:
    """Forgets the cards it knows: none, for it asks every time."""
    return Reply({"status": ClearCacheStatusEnumType.accepted})


def data_transfer(station: Charger, payload: Payload) -> Reply:
    """Gives data of its own vendor back, and knows no other vendor."""
    if payload["vendorId"] != station.hardware.vendor:
        return Reply({"status": DataTransferStatusEnumType.unknown_vendor_id})
    data = {"data": payload["data"]} if "data" in payload else {}
    return Reply({"status": DataTransferStatusEnumType.accepted, **data})


def get_transaction_status(station: Charger, payload: Payload) -> Reply:
    """Whether a session runs, and whether something waits to be told."""
    waits = {"messagesInQueue": len(station.outbox) > 0}
    if "transactionId" not in payload:
        return Reply(waits)
    return Reply(
        {**waits, "ongoingIndicator": running(station, payload["transactionId"]) is not None}
    )


def cost_updated(station: Charger, payload: Payload) -> Reply:
    """Shows it."""
    station.costs[payload["transactionId"]] = payload["totalCost"]
    return Reply({})


HANDLERS: Final[Mapping[str, Handler]] = {
    "ChangeAvailability": change_availability,
    "ClearCache": clear_cache,
    "CostUpdated": cost_updated,
    "DataTransfer": data_transfer,
    "GetTransactionStatus": get_transaction_status,
    "RequestStartTransaction": request_start_transaction,
    "RequestStopTransaction": request_stop_transaction,
    "Reset": reset,
    "TriggerMessage": trigger_message,
    "UnlockConnector": unlock_connector,
}
