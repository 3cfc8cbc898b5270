"""Monitors of variables and messages on the display: kept, told of, and given up again."""

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from ocpp.v201.enums import (
    ClearMessageStatusEnumType,
    ClearMonitoringStatusEnumType,
    CustomerInformationStatusEnumType,
    DisplayMessageStatusEnumType,
    GenericDeviceModelStatusEnumType,
    GenericStatusEnumType,
    GetDisplayMessagesStatusEnumType,
    SetMonitoringStatusEnumType,
)

from clients.charger.clock import format_time
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.ocpp201.variables import VARIABLES, report, reported, variable_of

_REPORTED = GenericDeviceModelStatusEnumType


def get_report(station: Charger, payload: Payload) -> Reply:
    """Reports the variables of the components that are named, after the answer has left."""
    wanted = payload.get("componentVariable") or []
    told = [each for each in reported(station) if any(is_meant(one, each) for one in wanted)]
    if not told:
        return Reply({"status": _REPORTED.empty_result_set})
    return Reply({"status": _REPORTED.accepted}, report(station, payload["requestId"], told))


def is_meant(named: Payload, told: Payload) -> bool:
    """Whether a variable is what is named: itself, or one of a component."""
    if named["component"]["name"] != told["component"]["name"]:
        return False
    return "variable" not in named or variable_of(named) == variable_of(told)


def set_variable_monitoring(station: Charger, payload: Payload) -> Reply:
    """Watches variables that it has."""
    results = [set_monitor(station, one) for one in payload["setMonitoringData"]]
    return Reply({"setMonitoringResult": results})


def set_monitor(station: Charger, wanted: Payload) -> Payload:
    """One of them; without a number it gets the next one."""
    named = {key: wanted[key] for key in ("component", "variable", "type", "severity")}
    if variable_of(wanted) not in VARIABLES:
        return {**named, "status": SetMonitoringStatusEnumType.unknown_variable}
    number = wanted.get("id") or next(n for n in count(1) if n not in station.monitors)
    station.monitors[number] = {**wanted, "id": number}
    return {**named, "id": number, "status": SetMonitoringStatusEnumType.accepted}


def clear_variable_monitoring(station: Charger, payload: Payload) -> Reply:
    """Watches them no more."""
    words = {True: ClearMonitoringStatusEnumType.accepted, False: "NotFound"}
    results = [
        {"id": number, "status": words[station.monitors.pop(number, None) is not None]}
        for number in payload["id"]
    ]
    return Reply({"clearMonitoringResult": results})


def set_monitoring_base(station: Charger, payload: Payload) -> Reply:
    """Gives up what it was told to watch, unless all is to stay."""
    if payload["monitoringBase"] != "All":
        station.monitors.clear()
    return Reply({"status": _REPORTED.accepted})


def set_monitoring_level(station: Charger, payload: Payload) -> Reply:
    """Takes any level: it tells of nothing by itself."""
    return Reply({"status": GenericStatusEnumType.accepted})


def get_monitoring_report(station: Charger, payload: Payload) -> Reply:
    """Reports its monitors, after the answer has left."""
    if not station.monitors:
        return Reply({"status": _REPORTED.empty_result_set})
    return Reply({"status": _REPORTED.accepted}, tell_monitors(station, payload["requestId"]))


async def tell_monitors(station: Charger, request_id: int) -> None:
    """NotifyMonitoringReport."""
    extra = {"eventNotificationType": "CustomMonitor"} if is_2_1(station) else {}
    told = [
        {
            "component": each["component"],
            "variable": each["variable"],
            "variableMonitoring": [
                {
                    "id": number,
                    "transaction": each.get("transaction", False),
                    "value": each["value"],
                    "type": each["type"],
                    "severity": each["severity"],
                    **extra,
                }
            ],
        }
        for number, each in station.monitors.items()
    ]
    part = {"requestId": request_id, "seqNo": 0, "generatedAt": now(station), "monitor": told}
    await station.call("NotifyMonitoringReport", part)


def set_display_message(station: Charger, payload: Payload) -> Reply:
    """Shows a message."""
    message: Any = payload["message"]
    station.shown[message["id"]] = message
    return Reply({"status": DisplayMessageStatusEnumType.accepted})


def clear_display_message(station: Charger, payload: Payload) -> Reply:
    """Shows it no more."""
    found = station.shown.pop(payload["id"], None)
    words = ClearMessageStatusEnumType
    return Reply({"status": words.unknown if found is None else words.accepted})


def get_display_messages(station: Charger, payload: Payload) -> Reply:
    """Tells its messages, after the answer has left."""
    wanted = payload.get("id") or list(station.shown)
    told = [station.shown[number] for number in wanted if number in station.shown]
    if not told:
        return Reply({"status": GetDisplayMessagesStatusEnumType.unknown})
    part = {"requestId": payload["requestId"], "messageInfo": told}
    accepted = GetDisplayMessagesStatusEnumType.accepted
    return Reply({"status": accepted}, station.call("NotifyDisplayMessages", part))


def customer_information(station: Charger, payload: Payload) -> Reply:
    """Tells that it keeps nothing of anybody."""
    accepted = {"status": CustomerInformationStatusEnumType.accepted}
    if not payload["report"]:
        return Reply(accepted)
    part = {
        "requestId": payload["requestId"],
        "seqNo": 0,
        "generatedAt": now(station),
        "data": "Nothing is kept.",
    }
    return Reply(accepted, station.call("NotifyCustomerInformation", part))


def now(station: Charger) -> str:
    """The station's time, as OCPP writes it."""
    return format_time(station.clock.now())


def is_2_1(station: Charger) -> bool:
    """Whether it speaks 2.1, which tells more of a monitor."""
    return station.dialect.subprotocol == "ocpp2.1"


HANDLERS: Final[Mapping[str, Handler]] = {
    "ClearDisplayMessage": clear_display_message,
    "ClearVariableMonitoring": clear_variable_monitoring,
    "CustomerInformation": customer_information,
    "GetDisplayMessages": get_display_messages,
    "GetMonitoringReport": get_monitoring_report,
    "GetReport": get_report,
    "SetDisplayMessage": set_display_message,
    "SetMonitoringBase": set_monitoring_base,
    "SetMonitoringLevel": set_monitoring_level,
    "SetVariableMonitoring": set_variable_monitoring,
}
