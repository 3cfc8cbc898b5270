"""What the answer to a command tells of the charger: kept before anybody else hears of it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from server.domain.charging_profiles import GetChargingProfiles
from server.domain.commands import Command, CommandAnswer
from server.domain.device_commands import (
    GetConfiguration,
    GetVariables,
    ReadConfiguration,
    SetConfiguration,
    SetVariables,
)
from server.domain.device_model import Setting, Told, Wanted
from server.domain.display_messages import ClearDisplayMessage, SetDisplayMessage
from server.domain.monitoring import ClearMonitors, SetMonitors
from server.domain.secret_settings import is_password_setting
from server.store.unit import Unit
from server.work.stations import (
    configuration,
    configuration_reading,
    display_messages,
    monitoring,
    profile_reports,
    security_profiles,
)

Keep = Callable[[Unit, str, Any, CommandAnswer], None]
UNKNOWN = frozenset({"UnknownComponent", "UnknownVariable"})
"""What a charger of 2.x says to a setting that it has not."""


def job(
    charge_point: str, command: Command, answer: CommandAnswer
) -> Callable[[Unit], None] | None:
    """What is to be written; None if the answer tells nothing that is kept."""
    keep = _KEPT.get(type(command))
    if keep is None:
        return None
    return partial(_run, keep, charge_point, command, answer)


def _run(
    keep: Keep, charge_point: str, command: Command, answer: CommandAnswer, unit: Unit
) -> None:
    keep(unit, charge_point, command, answer)


def _read(unit: Unit, charge_point: str, command: ReadConfiguration, answer: CommandAnswer) -> None:
    """All keys of 1.6; a charger of 2.x tells its settings in a report."""
    if answer.all_settings:
        count = configuration.reported(unit, charge_point, answer.configuration, all_keys=True)
        configuration_reading.ended(unit, charge_point, count, command.number)


def _told(unit: Unit, charge_point: str, command: GetConfiguration, answer: CommandAnswer) -> None:
    configuration.reported(
        unit,
        charge_point,
        answer.configuration,
        map(Setting, answer.unknown_keys),
        all_keys=not command.keys,
    )


def _set(unit: Unit, charge_point: str, command: SetConfiguration, answer: CommandAnswer) -> None:
    if answer.accepted:
        _accepted(unit, charge_point, Wanted(Setting(command.key), command.value), answer.status)


def _accepted(unit: Unit, charge_point: str, wanted: Wanted, status: str) -> None:
    """A setting was set; its own password the charger comes with from now on, or from its
    restart on."""
    configuration.accepted(unit, charge_point, wanted, status)
    if is_password_setting(wanted.setting.key) and wanted.value:
        security_profiles.told(unit, charge_point, wanted.value, at_once=status != "RebootRequired")


def _variables_told(unit: Unit, charge_point: str, _: GetVariables, answer: CommandAnswer) -> None:
    told = [Told(each.setting, each.value) for each in answer.results if each.accepted]
    unknown = [each.setting for each in answer.results if each.status in UNKNOWN]
    configuration.reported(unit, charge_point, told, unknown)


def _variables_set(
    unit: Unit, charge_point: str, command: SetVariables, answer: CommandAnswer
) -> None:
    values = {wanted.setting: wanted for wanted in command.wanted}
    for result in answer.results:
        if result.accepted and result.setting in values:
            _accepted(unit, charge_point, values[result.setting], result.status)


def _monitors_set(
    unit: Unit, charge_point: str, command: SetMonitors, answer: CommandAnswer
) -> None:
    monitoring.accepted(unit, charge_point, command, answer.monitors)


def _monitors_cleared(
    unit: Unit, charge_point: str, command: ClearMonitors, answer: CommandAnswer
) -> None:
    monitoring.cleared(unit, charge_point, command, answer.monitors)


def _profiles_asked(
    unit: Unit, charge_point: str, command: GetChargingProfiles, answer: CommandAnswer
) -> None:
    """No report comes of none."""
    if answer.status == "NoProfiles":
        profile_reports.ended(unit, charge_point, command.number)


def _message_set(
    unit: Unit, charge_point: str, command: SetDisplayMessage, answer: CommandAnswer
) -> None:
    if answer.accepted:
        display_messages.reported(unit, charge_point, [command.message])


def _message_cleared(
    unit: Unit, charge_point: str, command: ClearDisplayMessage, answer: CommandAnswer
) -> None:
    if answer.status in {"Accepted", "Unknown"}:
        display_messages.cleared(unit, charge_point, command.number)


_KEPT: Mapping[type[Any], Keep] = {
    ReadConfiguration: _read,
    GetConfiguration: _told,
    SetConfiguration: _set,
    GetVariables: _variables_told,
    SetVariables: _variables_set,
    SetMonitors: _monitors_set,
    ClearMonitors: _monitors_cleared,
    GetChargingProfiles: _profiles_asked,
    SetDisplayMessage: _message_set,
    ClearDisplayMessage: _message_cleared,
}
