"""Local Auth List Management profile, to the charger."""

from collections.abc import Mapping

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.ocpp.dialect16.saying import Saying, nothing
from server.ocpp.schemas import Payload


def list_version(payload: Payload) -> CommandAnswer:
    """The answer to GetLocalListVersion."""
    return CommandAnswer("", True, list_version=payload["listVersion"])


SAID: Mapping[type[commands.Command], Saying] = {
    commands.GetLocalListVersion: Saying("GetLocalListVersion", nothing, list_version),
}
