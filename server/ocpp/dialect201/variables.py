"""Block B, provisioning: the device model. Variables asked for, told, reported and set."""

from collections.abc import Iterator

from server.domain.commands import CommandAnswer
from server.domain.device_commands import (
    Criterion,
    GetReport,
    GetVariables,
    Inventory,
    ReadConfiguration,
    SetVariables,
)
from server.domain.device_facts import SettingsReported
from server.domain.device_model import Characteristics, Mutability, Result, Told
from server.ocpp.dialect201 import settings
from server.ocpp.dialect201.words import because
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload

_MUTABILITY = {
    "ReadOnly": Mutability.READ_ONLY,
    "WriteOnly": Mutability.WRITE_ONLY,
    "ReadWrite": Mutability.READ_WRITE,
}


def notify_report(payload: Payload) -> Fact:
    """NotifyReport (B07, B08): `tbc` says that more is to come."""
    return SettingsReported(
        payload["requestId"],
        payload["seqNo"],
        not payload.get("tbc"),
        tuple(told for each in payload.get("reportData") or [] for told in _reported(each)),
    )


def _reported(data: Payload) -> Iterator[Told]:
    """Each of a variable's values."""
    for attribute in data["variableAttribute"]:
        setting = settings.read(data, attribute.get("type"))
        yield Told(
            setting,
            "" if setting.is_secret else attribute.get("value") or "",
            _MUTABILITY[attribute.get("mutability") or "ReadWrite"],
            _characteristics(data.get("variableCharacteristics")),
        )


def _characteristics(told: Payload | None) -> Characteristics | None:
    if told is None:
        return None
    return Characteristics(
        told["dataType"],
        told.get("unit") or "",
        told.get("minLimit"),
        told.get("maxLimit"),
        told.get("valuesList") or "",
        told["supportsMonitoring"],
    )


def get_variables(command: GetVariables) -> Payload:
    """GetVariables (B06)."""
    return {
        "getVariableData": [
            {**settings.place(each), **settings.attribute(each)} for each in command.settings
        ]
    }


def variables(payload: Payload) -> CommandAnswer:
    """Its answer; the values of secrets are left out."""
    return _results(payload["getVariableResult"], "Accepted")


def set_variables(command: SetVariables) -> Payload:
    """SetVariables (B05)."""
    return {
        "setVariableData": [
            {
                **settings.place(each.setting),
                **settings.attribute(each.setting),
                "attributeValue": each.value,
            }
            for each in command.wanted
        ]
    }


def variables_set(payload: Payload) -> CommandAnswer:
    """Its answer."""
    return _results(payload["setVariableResult"], "Accepted", "RebootRequired")


def _results(told: list[Payload], *yes: str) -> CommandAnswer:
    """Of each variable; a yes to one is a yes. Of a no to all, the first one's word."""
    results = tuple(_result(each, yes) for each in told)
    if any(each.accepted for each in results):
        return CommandAnswer("", True, results=results)
    refused = CommandAnswer(results[0].status, False, results=results)
    return because(refused, told[0].get("attributeStatusInfo"))


def _result(told: Payload, yes: tuple[str, ...]) -> Result:
    setting, status = settings.read(told, told.get("attributeType")), told["attributeStatus"]
    value = "" if setting.is_secret else told.get("attributeValue") or ""
    why = (told.get("attributeStatusInfo") or {}).get("reasonCode") or ""
    return Result(setting, status, status in yes, value, why)


_BASES = {
    Inventory.CONFIGURATION: "ConfigurationInventory",
    Inventory.FULL: "FullInventory",
    Inventory.SUMMARY: "SummaryInventory",
}
_CRITERIA = {
    Criterion.ACTIVE: "Active",
    Criterion.AVAILABLE: "Available",
    Criterion.ENABLED: "Enabled",
    Criterion.PROBLEM: "Problem",
}


def get_base_report(command: ReadConfiguration) -> Payload:
    """GetBaseReport (B07)."""
    return {"requestId": command.number, "reportBase": _BASES[command.inventory]}


def get_report(command: GetReport) -> Payload:
    """GetReport (B08)."""
    payload: Payload = {"requestId": command.number}
    if command.criteria:
        payload["componentCriteria"] = [_CRITERIA[each] for each in command.criteria]
    if command.settings:
        payload["componentVariable"] = [settings.place(each) for each in command.settings]
    return payload


HEARD: Heard = {"NotifyReport": (notify_report, noted)}
SAID: Said = {
    ReadConfiguration: Saying("GetBaseReport", get_base_report, yes_by("Accepted")),
    GetReport: Saying("GetReport", get_report, yes_by("Accepted")),
    GetVariables: Saying("GetVariables", get_variables, variables),
    SetVariables: Saying("SetVariables", set_variables, variables_set),
}
