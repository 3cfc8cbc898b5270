"""The words for what the API says in capitals: statuses with their tone, reasons, refusals."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from ampline.v1.charge_point_pb2 import ChargePoint, NetworkStatus, OcppVersion
from ampline.v1.evse_pb2 import CurrentType, Evse
from ampline.v1.id_tag_pb2 import IdTag
from ampline.v1.location_pb2 import Location
from ampline.v1.session_pb2 import Session
from ampline.v1.tariff_group_pb2 import TariffGroup
from ampline.v1.tariff_pb2 import Tariff
from ampline.v1.user_pb2 import BalanceEntry, User
from portal.api import ApiError

# What a template may ask words for.
ENUMS: dict[str, Any] = {
    "charge_point_kind": ChargePoint.Kind,
    "charge_point_state": ChargePoint.State,
    "connector_format": Evse.Connector.Format,
    "connector_standard": Evse.Connector.Standard,
    "current_type": CurrentType,
    "dimension": Tariff.Dimension,
    "entry_type": BalanceEntry.EntryType,
    "evse_state": Evse.State,
    "evse_status": Evse.HardwareStatus,
    "hardware_status": ChargePoint.HardwareStatus,
    "id_tag_kind": IdTag.Kind,
    "id_tag_state": IdTag.State,
    "location_state": Location.State,
    "network_status": NetworkStatus,
    "ocpp_version": OcppVersion,
    "parking_type": Location.ParkingType,
    "payment_preference": User.PaymentPreference,
    "audience_sort": TariffGroup.Audience.Sort,
    "duration_measure": Tariff.DurationMeasure,
    "power_measure": Tariff.PowerMeasure,
    "price_lock": Tariff.PriceLock,
    "pricing_type": Tariff.PricingType,
    "security_profile": ChargePoint.SecurityProfile,
    "session_authorization": Session.AuthorizationMethod,
    "session_billing": Session.BillingState,
    "session_payment": Session.PaymentState,
    "session_state": Session.State,
    "session_warning": Session.Warning,
    "stop_reason": Session.StopReason,
    "tariff_state": Tariff.State,
    "tariff_unit": Tariff.Unit,
    "user_concurrency": User.Concurrency,
    "user_state": User.State,
}

# Where the capitals in small letters would not do: by enum and value, or by value alone.
SAID = {
    "charge_point_state.ENABLED": "In use",
    "charge_point_state.DISABLED": "Not in use",
    "evse_state.ENABLED": "In use",
    "evse_state.DISABLED": "Not in use",
    "network_status.AVAILABLE": "Online",
    "network_status.TEMPORARILY_UNAVAILABLE": "Offline",
    "network_status.LONG_TERM_UNAVAILABLE": "Long offline",
    "hardware_status.AVAILABLE": "Ready",
    "pricing_type.ENERGY_BASED": "By energy",
    "pricing_type.TIME_BASED": "By time",
    "pricing_type.FORBIDDEN": "Charging not allowed",
    "pricing_type.FLAT": "Flat fee",
    "dimension.SESSION": "Connection fee",
    "dimension.POWER_LEVEL_TIME": "Time by power",
    "tariff_unit.KWH": "kWh",
    "tariff_unit.MINUTE": "min",
    "tariff_unit.HOUR": "h",
    "tariff_unit.PER_SESSION": "session",
    "ocpp_version.OCPP_1_6": "OCPP 1.6",
    "ocpp_version.OCPP_2_0_1": "OCPP 2.0.1",
    "ocpp_version.OCPP_2_1": "OCPP 2.1",
    "duration_measure.SINCE_START": "Since the start, charging or not",
    "duration_measure.OF_DIMENSION": "Of what is charged for",
    "power_measure.MOMENTARY": "Of each moment",
    "power_measure.AVERAGE": "The session's average",
    "power_measure.PEAK": "The session's peak",
    "price_lock.AT_START": "The one at the start",
    "price_lock.FOLLOWS_TIME": "The one of each moment",
    "audience_sort.REGISTERED": "Registered here",
    "audience_sort.ROAMING": "Roaming",
    "audience_sort.AD_HOC": "Nobody we know",
    "audience_sort.OWNER": "Owner of the charger",
    "user_concurrency.ONE_SESSION": "One session at a time",
    "user_concurrency.ONE_PER_TAG": "One session on each tag",
    "user_concurrency.UNLIMITED": "As many as wanted",
    "payment_preference.NO_PAYMENT": "Nobody pays",
    "payment_preference.EXTERNAL": "Outside processor",
    "session_state.ACTIVE": "Running",
    "session_state.PENDING": "Starting",
    "session_billing.BILLING_PENDING": "Not billed yet",
    "session_billing.BILLING_COMPLETED": "Billed",
    "session_billing.BILLING_SUSPENDED": "Billing held back",
    "session_payment.PAYMENT_PENDING": "To be paid",
    "session_payment.PAYMENT_FAILED": "Payment failed",
    "session_payment.NOT_REQUIRED": "Nothing to pay",
    "stop_reason.EV_DISCONNECTED": "Car unplugged",
    "stop_reason.LOCAL": "Stopped at the charger",
    "stop_reason.REMOTE": "Stopped remotely",
    "stop_reason.STOPPED_BY_EV": "Stopped by the car",
    "stop_reason.DE_AUTHORIZED": "Authorization withdrawn",
    "session_authorization.BY_ID_TAG": "ID tag at the charger",
    "session_authorization.BY_USER": "By the user, remotely",
    "session_authorization.BY_OPERATOR": "By the operator, remotely",
    "session_authorization.AUTO_START": "Open to anyone",
    "session_warning.METER_WENT_BACKWARDS": "The meter went backwards; the sum of its parts counts.",
    "session_warning.METER_JUMPED": "The meter jumped beyond what the charger can deliver; the jump is not billed.",
    "session_warning.TIME_REPLACED": "A time of the charger was not plausible and was replaced.",
    "session_warning.STOPPED_TWICE": "The charger stopped it twice with other figures; the first count.",
    "session_warning.ENDED_WITHOUT_STOP": "It was ended without a word of the charger.",
    "session_warning.ORPHAN": "The charger told of a stop that nobody saw begin.",
    "session_warning.CORRECTED_BY_LATE_STOP": "A late stop of the charger corrected it.",
    "session_warning.METER_VALUES_ATTRIBUTED": "Meter values that named no known session were added here.",
    "session_warning.STARTED_AGAINST_RULES": "A rule would have refused the start, but the charger had begun offline.",
    "RFID": "RFID", "EMAID": "eMAID", "MAC_ADDRESS": "MAC address", "AC": "AC", "DC": "DC",
    "SUSPENDED_EV": "Paused by car", "SUSPENDED_EVSE": "Paused by charger",
    "TYPE_1": "Type 1", "TYPE_2": "Type 2", "TYPE_3": "Type 3", "CHADEMO": "CHAdeMO",
    "CCS1": "CCS 1", "CCS2": "CCS 2", "NACS": "NACS", "CEE_16": "CEE 16 A", "CEE_32": "CEE 32 A",
    "GBT_AC": "GB/T AC", "GBT_DC": "GB/T DC", "NO_SECURITY": "0: no password",
    "UNSECURED_BASIC_AUTH": "1: password", "TLS_BASIC_AUTH": "2: password over TLS",
    "TLS_CLIENT_CERTIFICATE": "3: client certificate", "TOP_UP": "Top-up",
}  # fmt: skip

TONES = {
    "good": {"AVAILABLE", "ENABLED", "FINISHED", "PAID", "BILLING_COMPLETED"},
    "live": {"CHARGING", "ACTIVE"},
    "warn": {
        "PREPARING", "FINISHING", "SUSPENDED_EV", "SUSPENDED_EVSE", "PENDING", "OCCUPIED",
        "RESERVED", "SUSPENDED", "PARTIALLY_PAID", "PAYMENT_PENDING", "TEMPORARILY_UNAVAILABLE",
    },
    "bad": {
        "FAULTED", "OUT_OF_ORDER", "FAILED", "PAYMENT_FAILED", "BILLING_SUSPENDED",
        "LONG_TERM_UNAVAILABLE", "FORBIDDEN",
    },
}  # fmt: skip
TONE_OF = {value: tone for tone, values in TONES.items() for value in values}


@dataclass(frozen=True)
class Status:
    """A status for people: its word, and the tone that colours it."""

    word: str
    tone: str


def register(app: Flask) -> None:
    app.add_template_filter(word)
    app.add_template_filter(status)
    app.add_template_filter(refusal)


def word(number: int, enum: str) -> str:
    """The word for an enum's value; empty for the one that says nothing."""
    value = value_name(number, enum)
    return said(enum, value) if number else ""


def value_name(number: int, enum: str) -> str:
    try:
        return str(ENUMS[enum].Name(number))
    except ValueError:
        return str(number)


def said(enum: str, value: str) -> str:
    own = SAID.get(f"{enum}.{value}") or SAID.get(value)
    return own or value.replace("_", " ").capitalize()


def status(number: int, enum: str) -> Status:
    """Word and tone of an enum's value."""
    if not number:
        return Status("Unknown", "idle")
    return Status(word(number, enum), TONE_OF.get(value_name(number, enum), "idle"))


REFUSALS = {
    "ACCESS_RESTRICTED": "This charger is private and belongs to somebody else.",
    "CHARGER_ERROR": "The charger answered with an error: {error_code} {error_description}",
    "CHARGER_OFFLINE": "The charger is not connected, so it did not get the command.",
    "CHARGER_REJECTED": "The charger said no: {status}.",
    "CHARGER_TIMEOUT": "The charger has the command, but did not answer in time.",
    "CHARGING_NOT_ALLOWED": "The tariff that applies here does not allow charging.",
    "CURRENCY_MISMATCH": "The tariff's currency is not the user's.",
    "EVSE_RESERVED": "Somebody else has reserved this EVSE.",
    "EVSE_UNAVAILABLE": "This charge point or EVSE is out of use.",
    "FEATURE_NOT_SUPPORTED": "The OCPP version of this charger cannot do that.",
    "ID_TAG_DISABLED": "The ID tag is disabled or suspended.",
    "ID_TAG_EXPIRED": "The ID tag has expired.",
    "ID_TAG_NOT_ASSIGNED": "The ID tag belongs to no user yet.",
    "ID_TAG_UNKNOWN": "Nobody knows this ID tag.",
    "INSUFFICIENT_BALANCE": "The balance is too low.",
    "LOCATION_CLOSED": "The location is closed now.",
    "NO_TARIFF": "No tariff applies here, and nobody may charge for nothing.",
    "PERMISSION_MISSING": "Your role does not allow this.",
    "PREVIOUS_SESSION_UNPAID": "The user has not paid an earlier session yet.",
    "RESOURCE_IN_USE": "It is still in use by {referrers}, so it cannot be deleted.",
    "SESSION_LIMIT_REACHED": "The user already has as many sessions as allowed.",
    "SESSION_NOT_ACTIVE": "The session is not running.",
    "SHUTTING_DOWN": "The server is restarting. Try again in a moment.",
    "STALE_ETAG": "Somebody else changed this while you were editing. Load it again to see their change.",
    "TOO_MANY_REQUESTS": "Too many calls at once. Try again in a moment.",
    "USER_DISABLED": "The user is disabled.",
    "WRONG_CURRENCY": "The currency is not the user's, which is {expected}.",
}


class _Given(dict[str, str]):
    """Metadata in which what is missing reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def refusal(error: ApiError) -> str:
    """What went wrong, in plain words."""
    plain = REFUSALS.get(error.reason)
    if plain:
        return plain.format_map(_Given(error.metadata)).strip()
    if error.code == "UNAVAILABLE":
        return "The platform cannot be reached right now."
    if error.code == "DEADLINE_EXCEEDED":
        return "The platform did not answer in time."
    return error.message or "The platform refused, and did not say why."
