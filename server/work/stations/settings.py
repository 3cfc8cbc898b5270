"""Many settings of one charger, read or set: one call for each key, few for many variables.

There is a result for each; what the charger does not answer in time is not asked for any more.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from server.domain.commands import Command, CommandAnswer
from server.domain.configuration_drift import alike
from server.domain.device_commands import (
    GetConfiguration,
    GetVariables,
    SetConfiguration,
    SetVariables,
)
from server.domain.device_model import Result, Setting, Wanted
from server.domain.errors import RefusedError
from server.resources.configuration_keys import key_name
from server.store.models import ConfigurationKey
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.gone import Gone
from server.work.ports import Stations

USUAL = 20
"""Settings in one call, where the charger did not tell how many it takes."""

UNCHANGED = "Unchanged"
"""Said of a setting that was as wanted already."""

_HOPELESS = frozenset({"CALLER_GONE", "CHARGER_OFFLINE", "CHARGER_TIMEOUT"})
_VALUE = Statement(
    ConfigurationKey.select(ConfigurationKey.value).where(ConfigurationKey.name == param("name"))
)


class Limits(NamedTuple):
    """How many variables a charger takes in one GetVariables, and in one SetVariables; how many
    keys in one GetConfiguration."""

    get_together: int
    set_together: int
    keys_together: int


_SAID_BY = (
    Setting("ItemsPerMessage", "DeviceDataCtrlr", instance="GetVariables"),
    Setting("ItemsPerMessage", "DeviceDataCtrlr", instance="SetVariables"),
    Setting("GetConfigurationMaxKeys"),
)


def limits_of(rows: Rows | Unit, charge_point: str) -> Limits:
    """As it told them, or the usual."""
    return Limits(*(_limit(rows, charge_point, setting) for setting in _SAID_BY))


def _limit(rows: Rows | Unit, charge_point: str, setting: Setting) -> int:
    row = rows.one(_VALUE, name=key_name(charge_point, setting))
    told = row[0] if row else None
    return int(told) if told and told.isdecimal() and 0 < int(told) <= 10_000 else USUAL


class Conversation:
    """One charger that is asked several things, within so many seconds in all; all of them, or
    none if whoever wants to know is `gone` before the first is asked."""

    def __init__(
        self, stations: Stations, charge_point: str, seconds: float, gone: Gone | None = None
    ) -> None:
        self._gone = gone
        self._stations = stations
        self._charge_point = charge_point
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + seconds
        self.refusal: RefusedError | None = None
        """The last one; once it is hopeless, nothing more is asked."""

    async def set_all(self, wanted: Sequence[Wanted], together: int) -> list[Result]:
        """Sets them, in their order."""
        results: list[Result] = []
        for part in _parts(wanted, together):
            command: Command = SetVariables(tuple(part))
            if not part[0].setting.is_variable:
                command = SetConfiguration(part[0].setting.key, part[0].value)
            results += await self._ask(command, [each.setting for each in part])
        return results

    async def align(
        self, wanted: Sequence[Wanted], limits: Limits, *, may_ask: bool
    ) -> list[Result]:
        """Sets those that are different: what the charger has is asked first, if it may be."""
        told = await self._values([each.setting for each in wanted], limits) if may_ask else {}
        same = {
            each.setting
            for each in wanted
            if each.setting in told and alike(each.value, told[each.setting])
        }
        different = [each for each in wanted if each.setting not in same]
        results = await self.set_all(different, limits.set_together)
        by_setting = {result.setting: result for result in results}
        return [
            by_setting.get(each.setting) or Result(each.setting, UNCHANGED, True) for each in wanted
        ]

    async def _values(self, settings: Sequence[Setting], limits: Limits) -> dict[Setting, str]:
        variables = [setting for setting in settings if setting.is_variable]
        results = await self.get_all(variables, limits.get_together)
        told = {result.setting: result.value for result in results if result.accepted}
        keys = [setting.key for setting in settings if not setting.is_variable]
        for start in range(0, len(keys), limits.keys_together):
            command = GetConfiguration(tuple(keys[start : start + limits.keys_together]))
            answer = await self._answer(command)
            if answer is not None:
                told |= {each.setting: each.value for each in answer.configuration}
        return told

    async def get_all(self, settings: Sequence[Setting], together: int) -> list[Result]:
        """Reads variables."""
        results: list[Result] = []
        for start in range(0, len(settings), together):
            part = settings[start : start + together]
            results += await self._ask(GetVariables(tuple(part)), part)
        return results

    async def _ask(self, command: Command, settings: Sequence[Setting]) -> list[Result]:
        answer = await self._answer(command)
        if answer is not None:
            return _results(answer, settings)
        reason = self.refusal.reason if self.refusal else ""
        return [Result(setting, reason, False) for setting in settings]

    async def _answer(self, command: Command) -> CommandAnswer | None:
        """The charger's answer; None if there is none, and `refusal` says why."""
        if self.refusal is not None and self.refusal.reason in _HOPELESS:
            return None
        try:
            left = max(0.0, self._end - self._loop.time())
            gone, self._gone = self._gone, None
            return await self._stations.command(self._charge_point, command, left, gone)
        except RefusedError as error:
            self.refusal = error
        return None


def _results(answer: CommandAnswer, settings: Sequence[Setting]) -> list[Result]:
    """The charger's word to each; in 1.6 it has one for the only one."""
    if not settings[0].is_variable:
        return [Result(settings[0], answer.status, answer.accepted)]
    told = {result.setting: result for result in answer.results}
    in_turn = answer.results if len(answer.results) == len(settings) else ()
    return [
        told.get(setting) or _in_turn(setting, in_turn[place : place + 1])
        for place, setting in enumerate(settings)
    ]


def _in_turn(setting: Setting, told: Sequence[Result]) -> Result:
    """The word in this one's place, of a charger that writes names otherwise than we do."""
    if not told:
        return Result(setting, "NotAnswered", False)
    return replace(told[0], setting=setting)


def _parts(wanted: Sequence[Wanted], together: int) -> Iterator[list[Wanted]]:
    """Keys each by itself, neighbouring variables so many together."""
    part: list[Wanted] = []
    for each in wanted:
        if part and (not each.setting.is_variable or len(part) >= together):
            yield part
            part = []
        part.append(each)
        if not each.setting.is_variable:
            yield part
            part = []
    if part:
        yield part
