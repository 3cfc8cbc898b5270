"""Local Auth List Management profile, to the charger."""

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.ocpp.saying import Said, Saying, nothing
from server.ocpp.schemas import Payload


def list_version(payload: Payload) -> CommandAnswer:
    """The answer to GetLocalListVersion."""
    return CommandAnswer("", True, list_version=payload["listVersion"])


SAID: Said = {
    commands.GetLocalListVersion: Saying("GetLocalListVersion", nothing, list_version),
}
