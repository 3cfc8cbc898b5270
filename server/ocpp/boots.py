"""What follows a boot, in the background: the charger's configuration is read, if that is due, and
it is set to its template, if that wants it.

Nothing waits for it. Few chargers are followed up at once, so that ten thousand that boot
together are answered first, and asked in their turn.
"""

import asyncio
import logging
from collections import deque

from server.domain.commands import Command, CommandAnswer
from server.domain.device_commands import GetConfiguration, GetVariables, ReadConfiguration
from server.domain.device_model import Setting
from server.domain.errors import RefusedError
from server.store.lane import LaneClosedError, WriteLane
from server.store.unit import Unit
from server.work.ports import Stations
from server.work.rules import Rules
from server.work.stations import configuration_reading, templates
from server.work.stations.configuration import Count
from server.work.stations.configuration_reading import Plan
from server.work.stations.settings import Conversation, Limits, limits_of
from server.work.stations.templates import Followed

log = logging.getLogger(__name__)

MOST_AT_ONCE = 32
"""Chargers that are followed up at the same time."""

PATIENCE = 10.0
"""Seconds that a charger has for each answer: what an operator asks meanwhile waits behind it."""

PATIENCE_IN_ALL = 60.0
"""Seconds in which a charger is set to its template."""

MOST_SILENCES = 3
"""After so many questions in a row without an answer it is asked no more."""


Template = tuple[Followed, Limits]
"""What a charger is to have, and how many settings it takes at once."""


class Boots:
    """Follows boots up."""

    def __init__(self, lane: WriteLane, stations: Stations, rules: Rules) -> None:
        self._lane = lane
        self._stations = stations
        self._rules = rules
        self._waiting: deque[str] = deque()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, charge_point: str) -> None:
        """A charger has booted, and was answered."""
        if charge_point in self._busy:
            self._again.add(charge_point)
            return
        self._busy.add(charge_point)
        self._waiting.append(charge_point)
        if len(self._tasks) < MOST_AT_ONCE:
            task = asyncio.create_task(self._work(), name="boots")
            self._tasks.add(task)

    async def stop(self) -> None:
        """Asks nobody any more."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        try:
            await self._follow_all_up()
        finally:  # at once: whoever boots after the last look needs another task
            self._tasks.discard(asyncio.current_task())

    async def _follow_all_up(self) -> None:
        while self._waiting:
            charge_point = self._waiting.popleft()
            self._again.discard(charge_point)
            try:
                await self._follow_up(charge_point)
            except LaneClosedError:
                return
            except Exception:
                log.exception("%s: what follows a boot failed", charge_point)
            finally:
                self._busy.discard(charge_point)
            if charge_point in self._again:
                self._busy.add(charge_point)
                self._waiting.append(charge_point)

    async def _follow_up(self, charge_point: str) -> None:
        plan, template = await self._lane.write(lambda unit: self._due(unit, charge_point))
        try:
            if plan is not None:
                await self._read(charge_point, plan)
        except RefusedError as error:
            log.info("%s: its configuration was not read: %s", charge_point, error.reason)
        if template is not None:
            followed, limits = template
            conversation = Conversation(self._stations, charge_point, PATIENCE_IN_ALL)
            await conversation.align(followed.wanted, limits, may_ask=followed.may_be_asked)

    def _due(self, unit: Unit, charge_point: str) -> tuple[Plan | None, Template | None]:
        """How the charger is to be asked, and which settings it is to have."""
        plan = configuration_reading.begin(unit, self._rules, charge_point)
        followed = templates.followed(unit, self._rules, charge_point)
        if followed is None or not followed.at_boot:
            return plan, None
        return plan, (followed, limits_of(unit, charge_point))

    async def _read(self, charge_point: str, plan: Plan) -> None:
        if not plan.one_by_one:
            try:
                answer = await self._ask(charge_point, ReadConfiguration(plan.number))
            except RefusedError as error:
                if error.reason != "CHARGER_ERROR":
                    raise
            else:
                if answer.accepted:
                    return
        await self._read_one_by_one(charge_point, plan)

    async def _read_one_by_one(self, charge_point: str, plan: Plan) -> None:
        silences = told = 0
        for setting in plan.settings:
            try:
                await self._ask(charge_point, _question(setting))
            except RefusedError as error:
                silences += 1
                if error.reason == "CHARGER_OFFLINE" or silences >= MOST_SILENCES:
                    raise
            else:
                told, silences = told + 1, 0
        await self._lane.write(
            lambda unit: configuration_reading.ended(unit, charge_point, Count(told), plan.number)
        )

    async def _ask(self, charge_point: str, command: Command) -> CommandAnswer:
        return await self._stations.command(charge_point, command, PATIENCE)


def _question(setting: Setting) -> GetVariables | GetConfiguration:
    return GetVariables((setting,)) if setting.is_variable else GetConfiguration((setting.key,))
