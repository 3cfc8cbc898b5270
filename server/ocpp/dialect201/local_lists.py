"""Block D, local authorization lists."""

from server.domain import commands
from server.domain.authorization import TokenKind
from server.domain.commands import CommandAnswer
from server.domain.local_lists import Entry
from server.ocpp.dialect201.words import LONGEST_GROUP, id_token
from server.ocpp.saying import Heard, Said, Saying, nothing, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime

LONGEST = 36
"""Letters of an idToken."""


def list_version(payload: Payload) -> CommandAnswer:
    """The answer to GetLocalListVersion (D02)."""
    return CommandAnswer("", True, list_version=payload["versionNumber"])


def send_local_list(command: commands.SendLocalList) -> Payload:
    """SendLocalList (D01)."""
    part = command.part
    payload: Payload = {
        "versionNumber": part.version,
        "updateType": "Full" if part.is_full else "Differential",
    }
    entries = [_entry(each) for each in part.entries if len(each.token) <= LONGEST]
    return {**payload, "localAuthorizationList": entries} if entries else payload


def _entry(entry: Entry) -> Payload:
    """An entry without idTokenInfo goes from the list (D01.FR.16)."""
    token: Payload = {"idToken": id_token(entry.token, entry.kind)}
    if entry.status is None:
        return token
    told: Payload = {"status": entry.status.name.capitalize()}
    if entry.expire_time:
        told["cacheExpiryDateTime"] = write_datetime(entry.expire_time)
    if entry.parent_group_id and len(entry.parent_group_id) <= LONGEST_GROUP:
        told["groupIdToken"] = id_token(entry.parent_group_id, TokenKind.APP)
    return {**token, "idTokenInfo": told}


HEARD: Heard = {}
SAID: Said = {
    commands.GetLocalListVersion: Saying("GetLocalListVersion", nothing, list_version),
    commands.SendLocalList: Saying("SendLocalList", send_local_list, yes_by("Accepted")),
}
