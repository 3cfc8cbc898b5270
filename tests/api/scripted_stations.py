"""Chargers in memory: they answer as the test has told them to."""

import asyncio
from collections.abc import Callable

from server.domain.commands import Command, CommandAnswer
from server.domain.errors import Outcome, RefusedError
from server.work.gone import Gone, Late

Script = Callable[[Command], CommandAnswer]


class ScriptedStations:
    """The port `Stations`. A charge point without a script is offline."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Command]] = []
        self.awaited: asyncio.Queue[Gone] = asyncio.Queue()
        """Those who wait for what they asked, so far as they can go away."""
        self.late: Late | None = None
        """Hears a late answer to what was sent last."""
        self.disconnected: list[str] = []
        self.hold: asyncio.Event | None = None
        """If set, answers wait for it."""
        self._scripts: dict[str, Script] = {}

    def connect(self, charge_point: str, script: Script | None = None) -> None:
        """The charge point is online, and says yes unless it has a script."""
        self._scripts[charge_point] = script or (lambda _: CommandAnswer("Accepted", True))

    def disconnect_all(self) -> None:
        """Every charge point is offline."""
        self._scripts.clear()

    async def command(
        self,
        charge_point: str,
        command: Command,
        timeout: float,  # noqa: ASYNC109
        gone: Gone | None = None,
        late: Late | None = None,
    ) -> CommandAnswer:
        """Answers as the script says."""
        if charge_point not in self._scripts:
            raise RefusedError(Outcome.UNAVAILABLE, "CHARGER_OFFLINE", f"{charge_point} is offline")
        self.sent.append((charge_point, command))
        self.late = late
        if gone is not None:
            self.awaited.put_nowait(gone)
        if self.hold is not None:
            try:
                await asyncio.wait_for(self.hold.wait(), timeout)
            except TimeoutError:
                message = f"{charge_point} did not answer"
                raise RefusedError(Outcome.DEADLINE_EXCEEDED, "CHARGER_TIMEOUT", message) from None
        return self._scripts[charge_point](command)

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        """Remembers that it was asked to."""
        self.disconnected.append(charge_point)
        return charge_point in self._scripts
