"""The device model of OCPP 2.0.1: a station's settings as variables of its components."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ocpp.v16.enums import ConfigurationStatus
from ocpp.v201.enums import (
    GenericDeviceModelStatusEnumType,
    GetVariableStatusEnumType,
    MutabilityEnumType,
    SetVariableStatusEnumType,
)

from clients.charger.clock import format_time
from clients.charger.configuration import KEYS, is_count, is_flag
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload


class Variable(NamedTuple):
    """Where a setting stands."""

    component: str
    name: str
    instance: str | None = None


VARIABLES: Final[Mapping[Variable, str]] = {
    Variable("AlignedDataCtrlr", "Interval"): "ClockAlignedDataInterval",
    Variable("AlignedDataCtrlr", "Measurands"): "MeterValuesAlignedData",
    Variable("AuthCtrlr", "AuthorizeRemoteStart"): "AuthorizeRemoteTxRequests",
    Variable("AuthCtrlr", "LocalAuthorizeOffline"): "LocalAuthorizeOffline",
    Variable("AuthCtrlr", "LocalPreAuthorize"): "LocalPreAuthorize",
    Variable("AuthCtrlr", "OfflineTxForUnknownIdEnabled"): "AllowOfflineTxForUnknownId",
    Variable("LocalAuthListCtrlr", "Enabled"): "LocalAuthListEnabled",
    Variable("LocalAuthListCtrlr", "ItemsPerMessage"): "SendLocalListMaxLength",
    Variable("OCPPCommCtrlr", "HeartbeatInterval"): "HeartbeatInterval",
    Variable("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"): "TransactionMessageAttempts",
    Variable(
        "OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"
    ): "TransactionMessageRetryInterval",
    Variable("OCPPCommCtrlr", "WebSocketPingInterval"): "WebSocketPingInterval",
    Variable("SampledDataCtrlr", "TxUpdatedInterval"): "MeterValueSampleInterval",
    Variable("SampledDataCtrlr", "TxUpdatedMeasurands"): "MeterValuesSampledData",
    Variable("TxCtrlr", "EVConnectionTimeOut"): "ConnectionTimeOut",
    Variable("TxCtrlr", "StopTxOnEVSideDisconnect"): "StopTransactionOnEVSideDisconnect",
    Variable("TxCtrlr", "StopTxOnInvalidId"): "StopTransactionOnInvalidId",
}
"""Which configuration key of 1.6 each is."""

FIXED: Final[Mapping[Variable, str]] = {
    Variable("TariffCostCtrlr", "Available", "Cost"): "true",
    Variable("TariffCostCtrlr", "Enabled", "Cost"): "true",
}
"""What is as it is: it has a display that shows costs."""

_COMPONENTS = frozenset(variable.component for variable in (*VARIABLES, *FIXED))
_SET = {
    ConfigurationStatus.accepted: SetVariableStatusEnumType.accepted,
    ConfigurationStatus.reboot_required: SetVariableStatusEnumType.reboot_required,
}
_AT_ONCE = 10
"""How many variables a report tells in one message."""


def variable_of(told: Payload) -> Variable:
    """The variable that is named."""
    variable = told["variable"]
    return Variable(told["component"]["name"], variable["name"], variable.get("instance"))


def get_variables(station: Charger, payload: Payload) -> Reply:
    """The values asked for."""
    return Reply({"getVariableResult": [got(station, one) for one in payload["getVariableData"]]})


def got(station: Charger, asked: Payload) -> Payload:
    """One of them; only actual values are known."""
    named = {"component": asked["component"], "variable": asked["variable"]}
    found = value_of(station, variable_of(asked))
    if found is None:
        known = asked["component"]["name"] in _COMPONENTS
        missing = GetVariableStatusEnumType.unknown_variable
        unknown = GetVariableStatusEnumType.unknown_component
        return {**named, "attributeStatus": missing if known else unknown}
    if asked.get("attributeType", "Actual") != "Actual":
        return {**named, "attributeStatus": GetVariableStatusEnumType.not_supported_attribute_type}
    value = {"attributeValue": found}
    return {**named, "attributeStatus": GetVariableStatusEnumType.accepted, **value}


def value_of(station: Charger, variable: Variable) -> str | None:
    """What it is; None if there is no such."""
    key = VARIABLES.get(variable)
    return FIXED.get(variable) if key is None else station.configuration[key]


def set_variables(station: Charger, payload: Payload) -> Reply:
    """Sets what may be set so."""
    results = [done(station, one) for one in payload["setVariableData"]]
    station.wake()
    return Reply({"setVariableResult": results})


def done(station: Charger, wanted: Payload) -> Payload:
    """One of them."""
    named = {"component": wanted["component"], "variable": wanted["variable"]}
    key = VARIABLES.get(variable_of(wanted))
    if variable_of(wanted) in FIXED:
        return {**named, "attributeStatus": SetVariableStatusEnumType.rejected}
    if key is None:
        known = wanted["component"]["name"] in _COMPONENTS
        missing = SetVariableStatusEnumType.unknown_variable
        unknown = SetVariableStatusEnumType.unknown_component
        return {**named, "attributeStatus": missing if known else unknown}
    status = station.configuration.change(key, wanted["attributeValue"])
    rejected = SetVariableStatusEnumType.rejected
    return {**named, "attributeStatus": _SET.get(status, rejected)}


def get_base_report(station: Charger, payload: Payload) -> Reply:
    """Reports all its variables, after the answer has left."""
    accepted = GenericDeviceModelStatusEnumType.accepted
    return Reply(
        {"status": accepted}, report(station, payload["requestId"], list(reported(station)))
    )


async def report(station: Charger, request_id: int, told: list[Payload]) -> None:
    """NotifyReport, in parts."""
    for number, begin in enumerate(range(0, len(told), _AT_ONCE)):
        part = {
            "requestId": request_id,
            "generatedAt": format_time(station.clock.now()),
            "seqNo": number,
            "tbc": begin + _AT_ONCE < len(told),
            "reportData": told[begin : begin + _AT_ONCE],
        }
        await station.call("NotifyReport", part)


def reported(station: Charger) -> Iterator[Payload]:
    """What is reported of each variable."""
    for variable, key in VARIABLES.items():
        rule = KEYS[key]
        numeric, flag = rule.valid is is_count, rule.valid is is_flag
        kind = "integer" if numeric else "boolean" if flag else "MemberList"
        yield told(variable, station.configuration[key], kind, readonly=rule.readonly)
    for variable, value in FIXED.items():
        yield told(variable, value, "boolean", readonly=True)


def told(variable: Variable, value: str, kind: str, *, readonly: bool) -> Payload:
    """ReportDataType."""
    component, name, instance = variable
    mutability = MutabilityEnumType.read_only if readonly else MutabilityEnumType.read_write
    return {
        "component": {"name": component},
        "variable": {"name": name, **({"instance": instance} if instance else {})},
        "variableAttribute": [{"value": value, "mutability": mutability}],
        "variableCharacteristics": {"dataType": kind, "supportsMonitoring": False},
    }


HANDLERS: Final[Mapping[str, Handler]] = {
    "GetBaseReport": get_base_report,
    "GetVariables": get_variables,
    "SetVariables": set_variables,
}
