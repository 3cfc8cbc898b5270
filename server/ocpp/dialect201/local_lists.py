"""Block D, local authorization lists."""

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.ocpp.saying import Heard, Said, Saying, nothing
from server.ocpp.schemas import Payload


def list_version(payload: Payload) -> CommandAnswer:
    """The answer to GetLocalListVersion (D02)."""
    return CommandAnswer("", True, list_version=payload["versionNumber"])


HEARD: Heard = {}
SAID: Said = {
    commands.GetLocalListVersion: Saying("GetLocalListVersion", nothing, list_version),
}
