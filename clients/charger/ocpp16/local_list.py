"""The local authorization list of OCPP 1.6."""

from collections.abc import Mapping
from typing import Final

from ocpp.v16.enums import UpdateStatus, UpdateType

from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload


def get_local_list_version(station: Charger, payload: Payload) -> Reply:
    """Tells the version."""
    return Reply({"listVersion": station.local_list.version})


def send_local_list(station: Charger, payload: Payload) -> Reply:
    """Takes the list, or what has changed of it, unless it is too long."""
    entries = payload.get("localAuthorizationList", [])
    statuses = {each["idTag"]: each.get("idTagInfo", {}).get("status") for each in entries}
    is_full = payload["updateType"] == UpdateType.full
    taken = station.take_list(payload["listVersion"], statuses, is_full=is_full)
    words = {
        None: UpdateStatus.failed,
        False: UpdateStatus.version_mismatch,
        True: UpdateStatus.accepted,
    }
    return Reply({"status": words[taken]})


HANDLERS: Final[Mapping[str, Handler]] = {
    "GetLocalListVersion": get_local_list_version,
    "SendLocalList": send_local_list,
}
