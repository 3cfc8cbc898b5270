"""Local Auth List Management profile, to the charger."""

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.domain.local_lists import Entry
from server.ocpp.saying import Said, Saying, nothing, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime


def list_version(payload: Payload) -> CommandAnswer:
    """The answer to GetLocalListVersion."""
    return CommandAnswer("", True, list_version=payload["listVersion"])


LONGEST = 20
"""Letters of an idTag: a longer token cannot be shown at a charger of 1.6 either."""


def send_local_list(command: commands.SendLocalList) -> Payload:
    """SendLocalList."""
    part = command.part
    payload: Payload = {
        "listVersion": part.version,
        "updateType": "Full" if part.is_full else "Differential",
    }
    entries = [_entry(each) for each in part.entries if len(each.token) <= LONGEST]
    return {**payload, "localAuthorizationList": entries} if entries else payload


def _entry(entry: Entry) -> Payload:
    """An entry without idTagInfo goes from the list."""
    if entry.status is None:
        return {"idTag": entry.token}
    told: Payload = {"status": entry.status.name.capitalize()}
    if entry.expire_time:
        told["expiryDate"] = write_datetime(entry.expire_time)
    if entry.parent_group_id and len(entry.parent_group_id) <= LONGEST:
        told["parentIdTag"] = entry.parent_group_id
    return {"idTag": entry.token, "idTagInfo": told}


SAID: Said = {
    commands.GetLocalListVersion: Saying("GetLocalListVersion", nothing, list_version),
    commands.SendLocalList: Saying("SendLocalList", send_local_list, yes_by("Accepted")),
}
