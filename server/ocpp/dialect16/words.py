"""Words of OCPP 1.6 and what they mean here."""

from collections.abc import Mapping

from server.domain.facts import EvseStatus, StationStatus, StopReason
from server.ocpp.faults import Fault

ERROR_CODES: Mapping[Fault, str] = {
    Fault.FORMATION: "FormationViolation",
    Fault.NOT_IMPLEMENTED: "NotImplemented",
    Fault.NOT_SUPPORTED: "NotSupported",
    Fault.OCCURRENCE: "OccurenceConstraintViolation",  # so spelt in 1.6
    Fault.TYPE: "TypeConstraintViolation",
    Fault.PROPERTY: "PropertyConstraintViolation",
    Fault.EXTRA: "FormationViolation",
    Fault.INTERNAL: "InternalError",
}

EVSE_STATUS: Mapping[str, EvseStatus] = {
    "Available": EvseStatus.AVAILABLE,
    "Preparing": EvseStatus.PREPARING,
    "Charging": EvseStatus.CHARGING,
    "SuspendedEVSE": EvseStatus.SUSPENDED_EVSE,
    "SuspendedEV": EvseStatus.SUSPENDED_EV,
    "Finishing": EvseStatus.FINISHING,
    "Reserved": EvseStatus.RESERVED,
    "Unavailable": EvseStatus.UNAVAILABLE,
    "Faulted": EvseStatus.FAULTED,
    "Occupied": EvseStatus.OCCUPIED,  # of OCPP 1.5; lenient mode lets it pass
}

STATION_STATUS: Mapping[str, StationStatus] = {
    "Unavailable": StationStatus.UNAVAILABLE,
    "Faulted": StationStatus.FAULTED,
}
"""Whatever else a charger says of connector 0: it works."""

STOP_REASON: Mapping[str, StopReason] = {
    "DeAuthorized": StopReason.DE_AUTHORIZED,
    "EmergencyStop": StopReason.EMERGENCY_STOP,
    "EVDisconnected": StopReason.EV_DISCONNECTED,
    "HardReset": StopReason.HARD_RESET,
    "Local": StopReason.LOCAL,
    "Other": StopReason.OTHER,
    "PowerLoss": StopReason.POWER_LOSS,
    "Reboot": StopReason.REBOOT,
    "Remote": StopReason.REMOTE,
    "SoftReset": StopReason.SOFT_RESET,
    "UnlockCommand": StopReason.UNLOCK_COMMAND,
}


def stop_reason(word: str) -> tuple[StopReason, str]:
    """The reason, and its text where it is none of OCPP's. Absent means Local (section 6.47)."""
    known = STOP_REASON.get(word or "Local")
    return (known, "") if known else (StopReason.OTHER, word)
