"""A station's configuration keys: what each may be, and what it is."""

from collections.abc import Callable
from dataclasses import dataclass

from ocpp.v16.enums import ConfigurationStatus, Measurand


def is_count(value: str) -> bool:
    """Whole and not negative."""
    return value.isdecimal() and value.isascii()


def is_flag(value: str) -> bool:
    """`true` or `false`, in any case."""
    return value.lower() in ("true", "false")


def are_measurands(value: str) -> bool:
    """Measurands that a station can measure, with commas between."""
    return all(name.strip() in MEASURED for name in value.split(",") if name)


def is_text(value: str) -> bool:
    """Anything."""
    return True


@dataclass(frozen=True, slots=True)
class Key:
    """One configuration key."""

    default: str
    valid: Callable[[str], bool] = is_count
    readonly: bool = False
    needs_reboot: bool = False


SAMPLED = (
    Measurand.energy_active_import_register,
    Measurand.power_active_import,
    Measurand.current_import,
    Measurand.voltage,
    Measurand.soc,
)
"""What is sampled unless the configuration says otherwise."""

PROFILES = "Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging"

MEASURED = frozenset({*SAMPLED, Measurand.power_offered, Measurand.temperature})

KEYS: dict[str, Key] = {
    "AllowOfflineTxForUnknownId": Key("true", is_flag),
    "AuthorizeRemoteTxRequests": Key("false", is_flag),
    "ChargeProfileMaxStackLevel": Key("8", readonly=True),
    "ChargingScheduleAllowedChargingRateUnit": Key("Current,Power", is_text, readonly=True),
    "ChargingScheduleMaxPeriods": Key("24", readonly=True),
    "ClockAlignedDataInterval": Key("0"),
    "ConnectionTimeOut": Key("60"),
    "ConnectorPhaseRotation": Key("Unknown", is_text),
    "GetConfigurationMaxKeys": Key("50", readonly=True),
    "HeartbeatInterval": Key("300"),
    "LocalAuthListEnabled": Key("true", is_flag),
    "LocalAuthListMaxLength": Key("1000", readonly=True),
    "LocalAuthorizeOffline": Key("true", is_flag),
    "LocalPreAuthorize": Key("false", is_flag),
    "MeterValueSampleInterval": Key("60"),
    "MaxChargingProfilesInstalled": Key("20", readonly=True),
    "MeterValuesAlignedData": Key(Measurand.energy_active_import_register, are_measurands),
    "MeterValuesSampledData": Key(",".join(SAMPLED), are_measurands),
    "NumberOfConnectors": Key("1", readonly=True),
    "ResetRetries": Key("1"),
    "SendLocalListMaxLength": Key("20", readonly=True),
    "SecurityProfile": Key("0"),
    "StopTransactionOnEVSideDisconnect": Key("true", is_flag),
    "StopTransactionOnInvalidId": Key("true", is_flag),
    "StopTxnAlignedData": Key("", are_measurands),
    "StopTxnSampledData": Key("", are_measurands),
    "SupportedFeatureProfiles": Key(PROFILES, is_text, readonly=True),
    "TransactionMessageAttempts": Key("3"),
    "TransactionMessageRetryInterval": Key("60"),
    "UnlockConnectorOnEVSideDisconnect": Key("true", is_flag),
    "WebSocketPingInterval": Key("0", needs_reboot=True),
}


class Configuration:
    """The values of one station; what was never changed costs nothing."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self._values = values or {}

    def __getitem__(self, key: str) -> str:
        """The value as OCPP says it; KeyError for an unknown key."""
        return self._values.get(key, KEYS[key].default)

    def flag(self, key: str) -> bool:
        """The value of a key that is true or false."""
        return self[key].lower() == "true"

    def count(self, key: str) -> int:
        """The value of a key that is a number."""
        return int(self[key])

    def items(self, key: str) -> list[str]:
        """The value of a key that is a list."""
        return [item.strip() for item in self[key].split(",") if item.strip()]

    def set(self, key: str, value: str) -> None:
        """Sets a value without asking whether it is allowed."""
        self._values[key] = value

    def change(self, key: str, value: str) -> ConfigurationStatus:
        """Sets a value as ChangeConfiguration does, or says why not."""
        rule = KEYS.get(key)
        if rule is None:
            return ConfigurationStatus.not_supported
        if rule.readonly or not rule.valid(value):
            return ConfigurationStatus.rejected
        self._values[key] = value
        if rule.needs_reboot:
            return ConfigurationStatus.reboot_required
        return ConfigurationStatus.accepted
