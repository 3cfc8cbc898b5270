"""Transfers that chargers are asked for: noted first, for a charger may be quick."""

from collections.abc import Awaitable, Callable

from server.api.lanes import Call
from server.api.services.commands import Commanding
from server.domain.commands import Command, CommandAnswer
from server.domain.errors import RefusedError
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations import firmware_updates, logs
from server.work.stations.firmware_updates import FirmwareWanted
from server.work.stations.logs import LogWanted


class Transfers:
    """Asks chargers for transfers."""

    def __init__(self, lane: WriteLane, commanding: Commanding, rules: Rules) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules

    async def upload(
        self, call: Call, wanted: LogWanted, say: Callable[[logs.Prepared], Command]
    ) -> tuple[logs.Prepared, CommandAnswer]:
        """The log, and the charger's yes."""
        await self._commanding.find(call, wanted.charge_point)
        log = await self._lane.write(lambda unit: logs.prepare(unit, self._rules, wanted))
        answer = await self._unless_refused(
            self._commanding.send_to_known(call, wanted.charge_point, say(log)),
            lambda unit: logs.refused(unit, log.name),
        )
        may_be_empty = wanted.command == "GetDiagnostics" and not answer.status
        await self._lane.write(
            lambda unit: logs.accepted(
                unit, log.name, answer.status, answer.file_name, may_be_empty=may_be_empty
            )
        )
        return log, answer

    async def firmware(
        self,
        call: Call,
        wanted: FirmwareWanted,
        say: Callable[[firmware_updates.Prepared], Command],
    ) -> tuple[firmware_updates.Prepared, CommandAnswer]:
        """The update, and the charger's yes."""
        await self._commanding.find(call, wanted.charge_point)
        update = await self._lane.write(
            lambda unit: firmware_updates.prepare(unit, self._rules, wanted)
        )
        answer = await self._unless_refused(
            self._commanding.send_to_known(call, wanted.charge_point, say(update)),
            lambda unit: firmware_updates.refused(unit, update.name),
        )
        await self._lane.write(
            lambda unit: firmware_updates.accepted(unit, update.name, answer.status)
        )
        return update, answer

    async def _unless_refused(
        self, answer: Awaitable[CommandAnswer], forget: Callable[[Unit], None]
    ) -> CommandAnswer:
        """The answer; if the charger was not told, or refuses, nothing is kept. What it was told,
        and did not answer in time, it may do all the same."""
        try:
            return await answer
        except RefusedError as error:
            if error.metadata.get("sent") != "true":
                await self._lane.write(forget)
            raise
