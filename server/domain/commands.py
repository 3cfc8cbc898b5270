"""What chargers are told to do, whatever the version of OCPP it is said in.

A dialect turns a command into its version's call and the charger's answer into a
`CommandAnswer`; what a version cannot say it refuses with FEATURE_NOT_SUPPORTED.
EVSE 0 is the whole charge point.
"""

from dataclasses import dataclass, field
from enum import IntEnum


class ResetKind(IntEnum):
    """ampline.v1.ResetRequest.Kind."""

    SOFT = 1
    HARD = 2


class Availability(IntEnum):
    """ampline.v1.ChangeAvailabilityRequest.Availability."""

    OPERATIVE = 1
    INOPERATIVE = 2


class TriggeredMessage(IntEnum):
    """ampline.v1.TriggerMessageRequest.Message."""

    BOOT_NOTIFICATION = 1
    LOG_STATUS_NOTIFICATION = 2
    FIRMWARE_STATUS_NOTIFICATION = 3
    HEARTBEAT = 4
    METER_VALUES = 5
    STATUS_NOTIFICATION = 6


@dataclass(frozen=True, slots=True)
class StartTransaction:
    """Begin charging: RemoteStartTransaction, RequestStartTransaction."""

    evse: int  # 0 = the charger chooses
    connector: int
    token: str
    remote_start_id: int


@dataclass(frozen=True, slots=True)
class StopTransaction:
    """End a transaction: RemoteStopTransaction, RequestStopTransaction."""

    transaction_id: str


@dataclass(frozen=True, slots=True)
class UnlockConnector:
    """Release the cable."""

    evse: int
    connector: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Restart."""

    kind: ResetKind


@dataclass(frozen=True, slots=True)
class ChangeAvailability:
    """Become operative or inoperative."""

    evse: int
    availability: Availability


@dataclass(frozen=True, slots=True)
class GetConfiguration:
    """Tell settings; no keys = all."""

    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetConfiguration:
    """Change one setting."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class TriggerMessage:
    """Send a message."""

    message: TriggeredMessage
    evse: int = 0


Command = (
    StartTransaction
    | StopTransaction
    | UnlockConnector
    | Reset
    | ChangeAvailability
    | GetConfiguration
    | SetConfiguration
    | TriggerMessage
)


@dataclass(frozen=True, slots=True)
class ConfigurationKey:
    """A setting as the charger told it."""

    key: str
    value: str
    readonly: bool


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """A charger's answer: its own word, and whether that is a yes."""

    status: str  # "Accepted", "Scheduled", "RebootRequired", "Unlocked", "Rejected", …; "" if none
    accepted: bool
    configuration: tuple[ConfigurationKey, ...] = field(default=())
    unknown_keys: tuple[str, ...] = field(default=())
