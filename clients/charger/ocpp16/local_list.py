"""The local authorization list of OCPP 1.6."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ocpp.v16.enums import UpdateStatus, UpdateType

from clients.charger.dialect import Handler, Reply
from clients.charger.frames import Payload

if TYPE_CHECKING:
    from clients.charger.station import Station


def get_local_list_version(station: "Station", payload: Payload) -> Reply:
    """Tells the version."""
    return Reply({"listVersion": station.local_list.version})


def send_local_list(station: "Station", payload: Payload) -> Reply:
    """Takes the list, or what has changed of it, unless it is too long."""
    entries = payload.get("localAuthorizationList", [])
    if len(entries) > station.configuration.count("SendLocalListMaxLength"):
        return Reply({"status": UpdateStatus.failed})
    statuses = {each["idTag"]: each.get("idTagInfo", {}).get("status") for each in entries}
    version = payload["listVersion"]
    if payload["updateType"] == UpdateType.full:
        known = {card: status for card, status in statuses.items() if status}
        station.local_list.replace(version, known)
    elif not station.local_list.change(version, statuses):
        return Reply({"status": UpdateStatus.version_mismatch})
    station.wake()
    return Reply({"status": UpdateStatus.accepted})


HANDLERS: Final[Mapping[str, Handler]] = {
    "GetLocalListVersion": get_local_list_version,
    "SendLocalList": send_local_list,
}
