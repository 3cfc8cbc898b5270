"""Block D of OCPP 2.0.1: the local authorization list."""

from collections.abc import Mapping
from typing import Final

from ocpp.v201.enums import SendLocalListStatusEnumType, UpdateEnumType

from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload


def get_local_list_version(station: Charger, payload: Payload) -> Reply:
    """Tells the version."""
    return Reply({"versionNumber": station.local_list.version})


def send_local_list(station: Charger, payload: Payload) -> Reply:
    """Takes the list, or what has changed of it, unless it is too long."""
    statuses = {
        each["idToken"]["idToken"]: each.get("idTokenInfo", {}).get("status")
        for each in payload.get("localAuthorizationList", [])
    }
    taken = station.take_list(
        payload["versionNumber"],
        statuses,
        is_full=payload["updateType"] == UpdateEnumType.full,
    )
    words = {
        None: SendLocalListStatusEnumType.failed,
        False: SendLocalListStatusEnumType.version_mismatch,
        True: SendLocalListStatusEnumType.accepted,
    }
    return Reply({"status": words[taken]})


HANDLERS: Final[Mapping[str, Handler]] = {
    "GetLocalListVersion": get_local_list_version,
    "SendLocalList": send_local_list,
}
