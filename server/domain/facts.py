"""What chargers tell, whatever the version of OCPP they tell it in.

A dialect turns messages into these; nobody behind it knows which version it was.
Times are aware datetimes in UTC, `None` where the charger said none; energy is in
Wh, power in W. EVSEs and connectors are numbered as in OCPP 2.0.1: EVSE 0 is the
whole charge point, connector 0 is the EVSE as a whole. Enum values are the numbers
of the protos, so that they are stored as they are. Meter values come by the thousand a
second, so their facts are tuples, which are made several times as fast as dataclasses.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from typing import Any, NamedTuple

from server.domain.authorization import TokenKind
from server.domain.certificates import CertificateKind
from server.domain.charging_profiles import Schedule


class OcppVersion(IntEnum):
    """ampline.v1.OcppVersion."""

    OCPP_1_6 = 1
    OCPP_2_0_1 = 2
    OCPP_2_1 = 3


class EvseStatus(IntEnum):
    """ampline.v1.Evse.HardwareStatus."""

    AVAILABLE = 1
    PREPARING = 2
    CHARGING = 3
    SUSPENDED_EVSE = 4
    SUSPENDED_EV = 5
    FINISHING = 6
    RESERVED = 7
    UNAVAILABLE = 8
    FAULTED = 9
    OCCUPIED = 10


class StationStatus(IntEnum):
    """ampline.v1.ChargePoint.HardwareStatus."""

    AVAILABLE = 1
    UNAVAILABLE = 2
    FAULTED = 3


class StopReason(IntEnum):
    """ampline.v1.Session.StopReason."""

    DE_AUTHORIZED = 1
    EMERGENCY_STOP = 2
    ENERGY_LIMIT_REACHED = 3
    EV_DISCONNECTED = 4
    GROUND_FAULT = 5
    HARD_RESET = 6
    IMMEDIATE_RESET = 7
    LOCAL = 8
    LOCAL_OUT_OF_CREDIT = 9
    MASTER_PASS = 10
    OTHER = 11
    OVERCURRENT_FAULT = 12
    POWER_LOSS = 13
    POWER_QUALITY = 14
    REBOOT = 15
    REMOTE = 16
    SOFT_RESET = 17
    SOC_LIMIT_REACHED = 18
    STOPPED_BY_EV = 19
    TIME_LIMIT_REACHED = 20
    TIMEOUT = 21
    UNLOCK_COMMAND = 22
    WORKING_HOURS_EXCEEDED = 23
    SCHEDULE_COMPLETED = 24
    BALANCE_EXCEEDED = 25
    TIME_LIMIT = 26
    ENERGY_LIMIT = 27
    SOC_LIMIT = 28
    FORCE_STOP = 29
    NEW_TRANSACTION_RECEIVED = 30
    CHARGE_POINT_TIMEOUT = 31
    REMOTE_START_FAILED = 32
    AMOUNT_LIMIT = 33


@dataclass(frozen=True, slots=True)
class Booted:
    """BootNotification."""

    vendor: str
    model: str
    serial_number: str = ""
    charge_box_serial_number: str = ""
    firmware_version: str = ""
    iccid: str = ""
    imsi: str = ""
    meter_type: str = ""
    meter_serial_number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizationAsked:
    """Authorize: may this token charge? `kind`: what it is, where the charger knows it."""

    token: str
    kind: TokenKind | None = None


@dataclass(frozen=True, slots=True)
class EvseStatusReported:
    """StatusNotification of a connector."""

    evse: int
    connector: int
    status: EvseStatus
    time: datetime | None = None
    error_code: str = ""  # empty = NoError
    error_info: str = ""
    vendor_id: str = ""
    vendor_error_code: str = ""


@dataclass(frozen=True, slots=True)
class StationStatusReported:
    """StatusNotification of the whole charge point (connector 0 in 1.6)."""

    status: StationStatus
    time: datetime | None = None
    error_code: str = ""
    error_info: str = ""
    vendor_id: str = ""
    vendor_error_code: str = ""


class SignedValue(NamedTuple):
    """What the meter itself signed, for others to prove a value by; OCPP 2.x."""

    data: str
    encoding_method: str
    signing_method: str = ""
    public_key: str = ""


class SampledValue(NamedTuple):
    """One measured value, as the charger sent it and in Wh, W, A, V, percent or °C."""

    measurand: str
    raw_value: str
    value: float | None
    unit: str = ""
    phase: str = ""
    location: str = ""
    context: str = ""
    signed: SignedValue | None = None


class SampleSet(NamedTuple):
    """What was measured at one time."""

    time: datetime | None
    values: tuple[SampledValue, ...]


@dataclass(frozen=True, slots=True)
class TransactionStarted:
    """StartTransaction; in 2.x the step of a transaction at which it is known who charges, where.

    `transaction_id` is the charger's own in 2.x, and None in 1.6, where we give one out. Without
    a meter value the first one that is told counts. An empty token: nobody showed any.
    """

    evse: int
    connector: int
    token: str
    meter_start_wh: int | None
    time: datetime | None
    transaction_id: str | None = None
    reservation_id: int | None = None
    remote_start_id: int | None = None
    offline: bool = False
    token_kind: TokenKind | None = None


class Measured(NamedTuple):
    """MeterValues, or the values in a TransactionEvent. No `transaction_id` = none was named."""

    evse: int
    connector: int
    transaction_id: str | None
    samples: tuple[SampleSet, ...]


@dataclass(frozen=True, slots=True)
class TransactionEnded:
    """StopTransaction, or TransactionEvent(Ended). Without a meter value the last one counts."""

    transaction_id: str
    meter_stop_wh: int | None
    time: datetime | None
    reason: StopReason
    reason_text: str = ""
    token: str = ""
    samples: tuple[SampleSet, ...] = ()


class StepKind(IntEnum):
    """What a step of a transaction tells."""

    STARTED = 1
    UPDATED = 2
    ENDED = 3


class ChargingState(IntEnum):
    """What a car in a transaction does."""

    EV_CONNECTED = 1
    CHARGING = 2
    SUSPENDED_EV = 3
    SUSPENDED_EVSE = 4
    IDLE = 5


class TransactionStep(NamedTuple):
    """A step of a transaction: TransactionEvent. Steps may come in any order, and again.

    What one does not tell another may: which EVSE (0), who (None; an empty token: nobody has to
    show one), the reason of the end. `number` counts the steps of a transaction.
    """

    kind: StepKind
    transaction_id: str
    number: int
    time: datetime | None
    evse: int = 0
    connector: int = 0
    token: str | None = None
    state: ChargingState | None = None
    samples: tuple[SampleSet, ...] = ()
    offline: bool = False
    reservation_id: int | None = None
    remote_start_id: int | None = None
    reason: StopReason = StopReason.LOCAL
    reason_text: str = ""
    token_kind: TokenKind | None = None
    car_left: bool = False
    """Whether it is over because the car is gone."""


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """A charger does not hold a reserved place any more: its time is over, or it cannot."""

    number: int
    expired: bool


class Transfer(IntEnum):
    """What is transferred."""

    FIRMWARE = 1
    LOG = 2


@dataclass(frozen=True, slots=True)
class TransferReported:
    """FirmwareStatusNotification, DiagnosticsStatusNotification, LogStatusNotification.

    `number` is that of the command that began the transfer, if the charger tells it; `uris` are
    where a local controller offers firmware.
    """

    kind: Transfer
    status: str
    number: int | None = None
    uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityEventReported:
    """SecurityEventNotification. `kind`: a word of OCPP's list, or the vendor's own."""

    kind: str
    time: datetime
    tech_info: str = ""


@dataclass(frozen=True, slots=True)
class ChargingNeedsTold:
    """NotifyEVChargingNeeds: what the car at an EVSE asks for; None = it did not say.

    Amperes on each phase, and how many of them, of an AC charger; watts out of a DC charger.
    """

    evse: int
    phases: int | None = None
    most_a: float | None = None
    most_w: float | None = None
    energy_wh: int | None = None
    departure: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExternalLimit:
    """NotifyChargingLimit: somebody else than us limits an EVSE, or (0) the whole charge point;
    ClearedChargingLimit: not any more (None)."""

    evse: int
    schedule: Schedule | None


@dataclass(frozen=True, slots=True)
class Told:
    """Something that is answered, and that nothing else comes of. `payload`: a JSON object."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CertificateAsked:
    """SignCertificate: a certificate for a key of the charger's, by a PKCS #10 request in PEM.

    `number` is that of the request, if the charger tells one (OCPP 2.1).
    """

    kind: CertificateKind
    request: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class DataReceived:
    """DataTransfer."""

    vendor_id: str
    message_id: str = ""
    data: str = ""


class DataStatus(Enum):
    """What is made of a DataTransfer: the words of every version."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    UNKNOWN_MESSAGE = "UnknownMessageId"
    UNKNOWN_VENDOR = "UnknownVendorId"


class DataAnswer(NamedTuple):
    """The answer to DataTransfer."""

    status: DataStatus
    data: str = ""
