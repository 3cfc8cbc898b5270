"""Words of OCPP 2.0.1 and 2.1 and what they mean here."""

from collections.abc import Mapping
from dataclasses import replace

from server.domain.authorization import Authorization, StartReason, TokenKind
from server.domain.commands import CommandAnswer
from server.domain.facts import EvseStatus, StationStatus, StopReason
from server.ocpp import timestamps
from server.ocpp.dialect import Order
from server.ocpp.faults import Fault
from server.ocpp.schemas import Payload

ERROR_CODES: Mapping[Fault, str] = {
    Fault.UNREADABLE: "RpcFrameworkError",
    Fault.MESSAGE_TYPE: "MessageTypeNotSupported",
    Fault.FORMATION: "FormatViolation",
    Fault.NOT_IMPLEMENTED: "NotImplemented",
    Fault.NOT_SUPPORTED: "NotSupported",
    Fault.OCCURRENCE: "OccurrenceConstraintViolation",
    Fault.TYPE: "TypeConstraintViolation",
    Fault.PROPERTY: "PropertyConstraintViolation",
    Fault.EXTRA: "FormatViolation",
    Fault.SECURITY: "SecurityError",
    Fault.INTERNAL: "InternalError",
}

EVSE_STATUS: Mapping[str, EvseStatus] = {
    "Available": EvseStatus.AVAILABLE,
    "Occupied": EvseStatus.OCCUPIED,
    "Reserved": EvseStatus.RESERVED,
    "Unavailable": EvseStatus.UNAVAILABLE,
    "Faulted": EvseStatus.FAULTED,
}

STATION_STATUS: Mapping[str, StationStatus] = {
    "Unavailable": StationStatus.UNAVAILABLE,
    "Faulted": StationStatus.FAULTED,
}
"""Whatever else a charger says of EVSE 0: it works."""

STOP_REASON: Mapping[str, StopReason] = {
    "DeAuthorized": StopReason.DE_AUTHORIZED,
    "EmergencyStop": StopReason.EMERGENCY_STOP,
    "EnergyLimitReached": StopReason.ENERGY_LIMIT_REACHED,
    "EVDisconnected": StopReason.EV_DISCONNECTED,
    "GroundFault": StopReason.GROUND_FAULT,
    "ImmediateReset": StopReason.IMMEDIATE_RESET,
    "Local": StopReason.LOCAL,
    "LocalOutOfCredit": StopReason.LOCAL_OUT_OF_CREDIT,
    "MasterPass": StopReason.MASTER_PASS,
    "Other": StopReason.OTHER,
    "OvercurrentFault": StopReason.OVERCURRENT_FAULT,
    "PowerLoss": StopReason.POWER_LOSS,
    "PowerQuality": StopReason.POWER_QUALITY,
    "Reboot": StopReason.REBOOT,
    "Remote": StopReason.REMOTE,
    "SOCLimitReached": StopReason.SOC_LIMIT_REACHED,
    "StoppedByEV": StopReason.STOPPED_BY_EV,
    "TimeLimitReached": StopReason.TIME_LIMIT_REACHED,
    "Timeout": StopReason.TIMEOUT,
}


def stop_reason(word: str) -> tuple[StopReason, str]:
    """The reason, and its text where it is none of ours. Absent means Local (E06.FR.09)."""
    known = STOP_REASON.get(word or "Local")
    return (known, "") if known else (StopReason.OTHER, word)


_TOKEN_TYPES: Mapping[TokenKind, str] = {
    TokenKind.RFID: "ISO14443",
    TokenKind.MAC_ADDRESS: "MacAddress",
    TokenKind.EMAID: "eMAID",
    TokenKind.APP: "Central",
    TokenKind.KEYCODE: "KeyCode",
}
_TOKEN_KINDS = {
    **{word: kind for kind, word in _TOKEN_TYPES.items()},
    "ISO15693": TokenKind.RFID,
    "EVCCID": TokenKind.MAC_ADDRESS,  # of 2.1
}


def id_token(token: str, kind: TokenKind) -> Payload:
    """IdTokenType (section 2.28)."""
    return {"idToken": token, "type": _TOKEN_TYPES[kind]}


def token_kind(id_token: Payload) -> TokenKind | None:
    """What kind of tag shows such a token; None where that says nothing of it."""
    return _TOKEN_KINDS.get(id_token["type"])


_REFUSED: Mapping[StartReason, str] = {
    StartReason.ID_TAG_UNKNOWN: "Unknown",
    StartReason.INSUFFICIENT_BALANCE: "NoCredit",
    StartReason.LOCATION_CLOSED: "NotAtThisTime",
    StartReason.ACCESS_RESTRICTED: "NotAtThisLocation",
}
"""Where 2.x has a better word than 1.6 had."""

LONGEST_GROUP = 36
"""Characters of an idToken (2.0.1); a group that is longer is left out."""


def id_token_info(authorization: Authorization) -> Payload:
    """IdTokenInfoType (section 2.29)."""
    reason = authorization.reason
    word = _REFUSED.get(reason) if reason else None
    info: Payload = {"status": word or authorization.status.value}
    if authorization.expire_time:
        info["cacheExpiryDateTime"] = timestamps.write_datetime(authorization.expire_time)
    group = authorization.parent_group_id
    if group and len(group) <= LONGEST_GROUP:
        info["groupIdToken"] = id_token(group, TokenKind.APP)
    return info


def with_reason(order: Order) -> Order:
    """The order, whose answer also tells why, of which every status may come with one."""
    return replace(
        order, hear=lambda payload: because(order.hear(payload), payload.get("statusInfo"))
    )


def because(answer: CommandAnswer, info: Payload | None) -> CommandAnswer:
    """The answer, and why (StatusInfoType), if that is told."""
    if not info:
        return answer
    code, text = info.get("reasonCode") or "", info.get("additionalInfo") or ""
    return replace(answer, reason_code=code, reason_text=text)
