"""What the verbs and the API need from outside, as tiny protocols."""

from typing import Protocol

from server.domain.commands import Command, CommandAnswer


class Stations(Protocol):
    """Whoever is connected."""

    async def command(self, charge_point: str, command: Command, timeout: float) -> CommandAnswer:
        """Sends the command when its turn has come, and waits for the charger's answer.

        `charge_point` is a resource name; `timeout`, in seconds, includes the queue. Raises
        RefusedError: CHARGER_OFFLINE, CHARGER_TIMEOUT, CHARGER_ERROR, FEATURE_NOT_SUPPORTED.
        An answer of the charger's that is a no comes back as one with `accepted` false.
        """
        ...

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        """Closes the charger's connection; False if it has none."""
        ...


class Bell(Protocol):
    """Wakes those who read the event log; the table is the truth."""

    def ring(self, position: int) -> None:
        """Events up to `position` are committed. From any thread."""
        ...
