"""What a station does with the calls of an OCPP 1.6 central system."""

from collections.abc import Mapping
from typing import Final

from ocpp.v16.enums import (
    AvailabilityStatus,
    AvailabilityType,
    ClearCacheStatus,
    ConfigurationStatus,
    DataTransferStatus,
    RegistrationStatus,
    RemoteStartStopStatus,
    ResetStatus,
    ResetType,
    UnlockStatus,
)

from clients.charger import operations
from clients.charger.configuration import KEYS
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.ocpp16.triggers import trigger_message
from clients.charger.places import connectors, running, startable
from clients.charger.profiles import profile_of


def remote_start_transaction(station: Charger, payload: Payload) -> Reply:
    """Starts on the connector named, or on the first that is free."""
    place = startable(station, payload.get("connectorId"), payload["idTag"])
    pending = station.registration == RegistrationStatus.pending
    if place is None or pending:
        return Reply({"status": RemoteStartStopStatus.rejected})
    said = payload.get("chargingProfile")
    profile = None
    if said:
        profile = profile_of(0, said, said["chargingSchedule"], said["chargingProfileId"])
    start = operations.start_remotely(station, place, payload["idTag"], profile=profile)
    return Reply({"status": RemoteStartStopStatus.accepted}, start)


def remote_stop_transaction(station: Charger, payload: Payload) -> Reply:
    """Stops the session with this id."""
    session = running(station, payload["transactionId"])
    if session is None:
        return Reply({"status": RemoteStartStopStatus.rejected})
    return Reply({"status": RemoteStartStopStatus.accepted}, session.stop("Remote"))


def reset(station: Charger, payload: Payload) -> Reply:
    """Restarts, after the answer has left."""
    hard = payload["type"] == ResetType.hard
    return Reply({"status": ResetStatus.accepted}, operations.reset(station, hard=hard))


def unlock_connector(station: Charger, payload: Payload) -> Reply:
    """Lets the cable go; the whole station has none."""
    places = connectors(station, payload["connectorId"])
    if not places:
        return Reply({"status": UnlockStatus.not_supported})
    return Reply({"status": UnlockStatus.unlocked}, operations.unlock(station, places[0]))


def change_availability(station: Charger, payload: Payload) -> Reply:
    """Opens or closes a connector or, with number 0, all; later where a session runs."""
    number, operative = payload["connectorId"], payload["type"] == AvailabilityType.operative
    places = station.connectors if number == 0 else connectors(station, number)
    if not places:
        return Reply({"status": AvailabilityStatus.rejected})
    busy = not operative and any(place.session for place in places)
    status = AvailabilityStatus.scheduled if busy else AvailabilityStatus.accepted
    work = operations.change_availability(station, places, operative=operative)
    return Reply({"status": status}, work)


def get_configuration(station: Charger, payload: Payload) -> Reply:
    """The keys asked for, or all; what is unknown is named."""
    asked = payload.get("key") or list(KEYS)
    known = [
        {"key": key, "readonly": KEYS[key].readonly, "value": station.configuration[key]}
        for key in asked
        if key in KEYS
    ]
    unknown = [key for key in asked if key not in KEYS]
    return Reply({"configurationKey": known, **({"unknownKey": unknown} if unknown else {})})


def change_configuration(station: Charger, payload: Payload) -> Reply:
    """Sets a key, if it may be set so."""
    status: ConfigurationStatus = station.configuration.change(payload["key"], payload["value"])
    station.wake()
    return Reply({"status": status})


def clear_cache(station: Charger, payload: Payload) -> Reply:
    """Forgets the cards it knows: none, for it asks every time."""
    return Reply({"status": ClearCacheStatus.accepted})


def data_transfer(station: Charger, payload: Payload) -> Reply:
    """Gives data of its own vendor back, and knows no other vendor."""
    if payload["vendorId"] != station.hardware.vendor:
        return Reply({"status": DataTransferStatus.unknown_vendor_id})
    data = {"data": payload["data"]} if "data" in payload else {}
    return Reply({"status": DataTransferStatus.accepted, **data})


HANDLERS: Final[Mapping[str, Handler]] = {
    "ChangeAvailability": change_availability,
    "ChangeConfiguration": change_configuration,
    "ClearCache": clear_cache,
    "DataTransfer": data_transfer,
    "ExtendedTriggerMessage": trigger_message,
    "GetConfiguration": get_configuration,
    "RemoteStartTransaction": remote_start_transaction,
    "RemoteStopTransaction": remote_stop_transaction,
    "Reset": reset,
    "TriggerMessage": trigger_message,
    "UnlockConnector": unlock_connector,
}
