"""What chargers are told to do, whatever the version of OCPP it is said in.

A dialect turns a command into its version's call and the charger's answer into a
`CommandAnswer`; what a version cannot say it refuses with FEATURE_NOT_SUPPORTED.
EVSE 0 is the whole charge point.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from server.domain.authorization import TokenKind
from server.domain.certificates import CertificateHash, CertificateKind, CertificateUse
from server.domain.charging_profiles import (
    ChargingProfile,
    GetChargingProfiles,
    Purpose,
    RateUnit,
    Schedule,
)
from server.domain.device_commands import DeviceCommand
from server.domain.device_model import Result, Told
from server.domain.display_messages import DisplayCommand
from server.domain.local_lists import Part
from server.domain.monitoring import MonitoringCommand, MonitorResult
from server.domain.security_commands import SecurityCommand


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
    SIGN_CERTIFICATE = 7
    SIGN_V2G_CERTIFICATE = 8
    SIGN_COMBINED_CERTIFICATE = 9
    TRANSACTION_EVENT = 10
    PUBLISH_FIRMWARE_STATUS_NOTIFICATION = 11


@dataclass(frozen=True, slots=True)
class StartTransaction:
    """Begin charging: RemoteStartTransaction, RequestStartTransaction."""

    evse: int  # 0 = the charger chooses
    connector: int
    token: str
    remote_start_id: int
    token_kind: TokenKind = TokenKind.APP
    profile: ChargingProfile | None = None
    """The limits to begin with, of purpose TX."""


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
    """Restart: the charge point, or one EVSE."""

    kind: ResetKind
    evse: int = 0


@dataclass(frozen=True, slots=True)
class ChangeAvailability:
    """Become operative or inoperative."""

    evse: int
    availability: Availability


@dataclass(frozen=True, slots=True)
class TriggerMessage:
    """Send a message."""

    message: TriggeredMessage
    evse: int = 0


@dataclass(frozen=True, slots=True)
class ExtendedTriggerMessage:
    """The same, as the security whitepaper's chargers of 1.6 are asked."""

    message: TriggeredMessage
    evse: int = 0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a charger tries to transfer a file, and how many seconds lie between."""

    count: int | None = None
    interval_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateFirmware:
    """Fetch firmware and install it. `number` is in what is told of it, if the version has one."""

    uri: str
    retrieve_time: datetime
    retries: Retries = Retries()
    number: int = 0


@dataclass(frozen=True, slots=True)
class UpdateSignedFirmware:
    """Fetch firmware, prove its signature, and install it. `number` is in what is told of it."""

    number: int
    uri: str
    retrieve_time: datetime
    install_time: datetime | None
    signing_certificate: str
    signature: str
    retries: Retries = Retries()


@dataclass(frozen=True, slots=True)
class PublishFirmware:
    """Fetch firmware and offer it to the chargers behind. `number` is in what is told of it."""

    number: int
    uri: str
    md5: str
    retries: Retries = Retries()


@dataclass(frozen=True, slots=True)
class UnpublishFirmware:
    """Offer the firmware of that MD5 no more."""

    md5: str


@dataclass(frozen=True, slots=True)
class GetDiagnostics:
    """Upload diagnostics. `number` is in what is told of it, where the version has one."""

    uri: str
    oldest: datetime | None = None
    newest: datetime | None = None
    retries: Retries = Retries()
    number: int = 0


class LogKind(IntEnum):
    """ampline.v1.GetLogRequest.Kind."""

    DIAGNOSTICS = 1
    SECURITY = 2


@dataclass(frozen=True, slots=True)
class GetLog:
    """Upload a log. `number` is in what is told of it."""

    number: int
    kind: LogKind
    uri: str
    oldest: datetime | None = None
    newest: datetime | None = None
    retries: Retries = Retries()


@dataclass(frozen=True, slots=True)
class ClearCache:
    """Forget who was authorized."""


@dataclass(frozen=True, slots=True)
class GetLocalListVersion:
    """Tell the version of the local authorization list."""


@dataclass(frozen=True, slots=True)
class SendLocalList:
    """Take a local authorization list, or what has changed of it."""

    part: Part


@dataclass(frozen=True, slots=True)
class SendDataTransfer:
    """Take data of a vendor's own kind."""

    vendor_id: str
    message_id: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class SetChargingProfile:
    """Keep to these limits. `connector`: of the transaction that they are for; 0 = not known."""

    profile: ChargingProfile
    connector: int = 0


@dataclass(frozen=True, slots=True)
class ClearChargingProfile:
    """Forget profiles: that of the number, or all that fit. None = whatever it is."""

    number: int | None = None
    evse: int | None = None
    purpose: Purpose | None = None
    stack_level: int | None = None


@dataclass(frozen=True, slots=True)
class GetCompositeSchedule:
    """Tell what limits come of all profiles together, for so many seconds from now."""

    evse: int
    duration_seconds: int
    unit: RateUnit | None = None


@dataclass(frozen=True, slots=True)
class InstallCertificate:
    """Trust a root certificate, PEM."""

    use: CertificateUse
    certificate: str


@dataclass(frozen=True, slots=True)
class DeleteCertificate:
    """Trust a certificate no more."""

    certificate: CertificateHash


@dataclass(frozen=True, slots=True)
class GetInstalledCertificates:
    """Tell the root certificates of a use."""

    use: CertificateUse


@dataclass(frozen=True, slots=True)
class InstallOwnCertificate:
    """Take the certificate that was asked for, with its chain, PEM: CertificateSigned.

    `number` is that of the request, if it had one.
    """

    kind: CertificateKind
    chain: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ReserveNow:
    """Hold a place for a token, or its group, until then. EVSE 0 = any."""

    number: int
    evse: int
    connector: int
    token: str
    expire_time: datetime
    parent_group_id: str | None = None
    token_kind: TokenKind = TokenKind.APP


@dataclass(frozen=True, slots=True)
class CancelReservation:
    """Hold the place no more."""

    number: int


@dataclass(frozen=True, slots=True)
class GetTransactionStatus:
    """Tell whether a transaction goes on, and whether messages of it, or (none) of any, wait."""

    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class CustomCall:
    """Any call of the charger's version; its payload is a JSON object."""

    action: str
    payload: Mapping[str, Any]


Command = (
    StartTransaction
    | StopTransaction
    | UnlockConnector
    | Reset
    | ChangeAvailability
    | TriggerMessage
    | ExtendedTriggerMessage
    | UpdateFirmware
    | UpdateSignedFirmware
    | PublishFirmware
    | UnpublishFirmware
    | GetDiagnostics
    | GetLog
    | ClearCache
    | GetLocalListVersion
    | SendLocalList
    | SendDataTransfer
    | SetChargingProfile
    | ClearChargingProfile
    | GetCompositeSchedule
    | GetChargingProfiles
    | GetTransactionStatus
    | ReserveNow
    | CancelReservation
    | InstallCertificate
    | DeleteCertificate
    | GetInstalledCertificates
    | InstallOwnCertificate
    | CustomCall
    | DeviceCommand
    | MonitoringCommand
    | SecurityCommand
    | DisplayCommand
)


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """A charger's answer: its own word, and whether that is a yes."""

    status: str  # "Accepted", "Scheduled", "RebootRequired", "Unlocked", "Rejected", …; "" if none
    accepted: bool
    configuration: tuple[Told, ...] = field(default=())
    unknown_keys: tuple[str, ...] = field(default=())
    all_settings: bool = False
    """Whether the configuration is all that the charger has."""
    file_name: str = ""
    """Of an upload; empty = none, or not told."""
    list_version: int = 0
    """Of the local authorization list; -1 = there is none."""
    data: str = ""
    """What came back of a data transfer; of a custom call, the payload as JSON."""
    schedule: Schedule | None = None
    """The limits that come of all profiles together."""
    certificates: tuple[CertificateHash, ...] = ()
    """Those that are installed."""
    results: tuple[Result, ...] = ()
    """Of each setting that was asked for or set, where there may be several."""
    monitors: tuple[MonitorResult, ...] = ()
    """Of each monitor that was set or cleared."""
    ongoing: bool | None = None
    """Whether the transaction that was asked about goes on."""
    messages_in_queue: bool = False
    reason_code: str = ""
    """Why, in a word of the charger's, and `reason_text` in more; empty = it does not say (1.6)."""
    reason_text: str = ""

    @property
    def said(self) -> dict[str, str]:
        """The charger's words by their names, as a refusal's metadata tell them."""
        words = {"reason_code": self.reason_code, "reason_text": self.reason_text}
        return {"status": self.status, **{name: word for name, word in words.items() if word}}
