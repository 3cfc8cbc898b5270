"""The words for what the API says in capitals, and the tone that colours each."""

from typing import Any

from google.rpc.code_pb2 import Code

from ampline.v1.annotations_pb2 import Permission
from ampline.v1.balance_entry_pb2 import BalanceEntry
from ampline.v1.charge_point_log_pb2 import ChargePointLog
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.circuit_pb2 import Circuit
from ampline.v1.configuration_key_pb2 import ConfigurationKey
from ampline.v1.connectivity_pb2 import NetworkStatus, OcppVersion
from ampline.v1.evse_pb2 import CurrentType, Evse
from ampline.v1.firmware_campaign_pb2 import FirmwareCampaign
from ampline.v1.firmware_image_pb2 import FirmwareImage
from ampline.v1.firmware_update_pb2 import FirmwareUpdate
from ampline.v1.id_tag_pb2 import IdTag
from ampline.v1.location_pb2 import Location
from ampline.v1.portal_operator_pb2 import PortalOperator
from ampline.v1.session_pb2 import Session
from ampline.v1.session_warning_pb2 import SessionWarning
from ampline.v1.sign_in_pb2 import Role
from ampline.v1.subscription_pb2 import Subscription
from ampline.v1.tariff_group_pb2 import TariffGroup
from ampline.v1.tariff_pb2 import Tariff
from ampline.v1.transaction_pb2 import Transaction
from ampline.v1.user_action_pb2 import CancelSubscriptionRequest
from ampline.v1.user_pb2 import User
from ampline.v1.webhook_delivery_pb2 import WebhookDelivery
from ampline.v1.webhook_endpoint_pb2 import WebhookEndpoint

# What a template may ask words for.
ENUMS: dict[str, Any] = {
    "cancel_when": CancelSubscriptionRequest.When,
    "charge_point_kind": ChargePoint.Kind,
    "charge_point_state": ChargePoint.State,
    "configuration_reading": ConfigurationKey.Reading,
    "circuit_phases": Circuit.Phases,
    "circuit_state": Circuit.State,
    "circuit_when_full": Circuit.WhenFull,
    "connector_format": Evse.Connector.Format,
    "connector_standard": Evse.Connector.Standard,
    "current_type": CurrentType,
    "dimension": Tariff.Dimension,
    "entry_type": BalanceEntry.EntryType,
    "evse_state": Evse.State,
    "evse_status": Evse.HardwareStatus,
    "campaign_state": FirmwareCampaign.State,
    "grpc_status": Code,
    "firmware_state": FirmwareImage.State,
    "hardware_status": ChargePoint.HardwareStatus,
    "id_tag_kind": IdTag.Kind,
    "id_tag_state": IdTag.State,
    "location_state": Location.State,
    "log_kind": ChargePointLog.Kind,
    "log_state": ChargePointLog.State,
    "network_status": NetworkStatus,
    "ocpp_version": OcppVersion,
    "operator_state": PortalOperator.State,
    "parking_type": Location.ParkingType,
    "payment_method": Transaction.Method,
    "payment_preference": User.PaymentPreference,
    "audience_sort": TariffGroup.Audience.Sort,
    "duration_measure": Tariff.DurationMeasure,
    "power_measure": Tariff.PowerMeasure,
    "permission": Permission,
    "price_lock": Tariff.PriceLock,
    "pricing_type": Tariff.PricingType,
    "role": Role,
    "security_profile": ChargePoint.SecurityProfile,
    "session_authorization": Session.AuthorizationMethod,
    "session_billing": Session.BillingState,
    "session_payment": Session.PaymentState,
    "session_state": Session.State,
    "session_warning": SessionWarning,
    "stop_reason": Session.StopReason,
    "subscription_state": Subscription.State,
    "tariff_state": Tariff.State,
    "tariff_unit": Tariff.Unit,
    "update_state": FirmwareUpdate.State,
    "user_concurrency": User.Concurrency,
    "user_state": User.State,
    "webhook_state": WebhookEndpoint.State,
    "webhook_disable_reason": WebhookEndpoint.DisableReason,
    "delivery_state": WebhookDelivery.State,
}

# Where the capitals in small letters would not do: by enum and value, or by value alone.
SAID = {
    "configuration_reading.ALL": "All at once",
    "configuration_reading.ONE_BY_ONE": "One by one",
    "configuration_reading.NEVER": "Not at all",
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
    "cancel_when.NOW": "Now",
    "cancel_when.AT_PERIOD_END": "With the period that runs",
    "subscription_state.ACTIVE": "In force",
    "subscription_state.PENDING": "Not begun yet",
    "subscription_state.SUSPENDED": "Suspended: not paid",
    "user_concurrency.ONE_SESSION": "One session at a time",
    "user_concurrency.ONE_PER_TAG": "One session on each tag",
    "user_concurrency.UNLIMITED": "As many as wanted",
    "payment_method.BY_SUBSCRIPTION": "Subscription",
    "payment_method.CORPORATE": "Company",
    "payment_method.EXTERNAL": "Outside processor",
    "payment_preference.NO_PAYMENT": "Nobody pays",
    "payment_preference.EXTERNAL": "Outside processor",
    "log_state.EMPTY": "Nothing to upload",
    "log_state.EXPIRED": "Never came",
    "firmware_state.AWAITING_FILE": "File is missing",
    "circuit_phases.SINGLE": "One phase",
    "circuit_phases.THREE": "Three phases",
    "circuit_phases.SPLIT": "Two phases (split)",
    "circuit_state.ENABLED": "Limits hold",
    "circuit_state.DISABLED": "Limits do not hold",
    "circuit_when_full.WAIT": "Cars wait for their turn",
    "circuit_when_full.REFUSE": "No further session begins",
    "operator_state.ENABLED": "May sign in",
    "operator_state.DISABLED": "May not sign in",
    "grpc_status.OK": "Done",
    "permission.PERMISSION_READ": "Read resources",
    "permission.PERMISSION_WRITE": "Change resources",
    "permission.PERMISSION_CONTROL": "Command chargers",
    "permission.PERMISSION_MONEY": "Move money",
    "permission.PERMISSION_ADMINISTER": "Decide who may do what",
    "permission.PERMISSION_READ_SESSIONS": "Read sessions",
    "permission.PERMISSION_RESET": "Restart chargers",
    "permission.PERMISSION_RESERVE": "Reserve",
    "permission.PERMISSION_SET_PRICES": "Set prices",
    "permission.PERMISSION_MANAGE_CHARGE_POINTS": "Manage charge points",
    "permission.PERMISSION_READ_CHARGE_POINTS": "Read charge points",
    "permission.PERMISSION_READ_PRICES": "Read prices",
    "role.ADMIN": "Administrator",
    "role.PARTNER_ADMIN": "Partner's administrator",
    "role.PARTNER_VIEWER": "Partner's viewer",
    "role.SERVICE": "Program",
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
    "session_warning.METER_WENT_BACKWARDS": "The meter went backwards; its parts count.",
    "session_warning.METER_JUMPED": "The meter jumped beyond reason; the jump is not billed.",
    "session_warning.TIME_REPLACED": "A time of the charger was not plausible, and replaced.",
    "session_warning.STOPPED_TWICE": "The charger stopped it twice; the first figures count.",
    "session_warning.ENDED_WITHOUT_STOP": "It was ended without a word of the charger.",
    "session_warning.ORPHAN": "The charger told of a stop that nobody saw begin.",
    "session_warning.CORRECTED_BY_LATE_STOP": "A late stop of the charger corrected it.",
    "session_warning.METER_VALUES_ATTRIBUTED": "Meter values that named no session were added.",
    "session_warning.STARTED_AGAINST_RULES": "Against the rules: the charger had begun offline.",
    "webhook_disable_reason.FAILING": "Disabled: nothing got through for five days.",
    "webhook_disable_reason.GONE": "Disabled: it answered 410, Gone.",
    "delivery_state.PENDING": "To be sent",
    "RFID": "RFID", "EMAID": "eMAID", "MAC_ADDRESS": "MAC address", "AC": "AC", "DC": "DC",
    "SUSPENDED_EV": "Paused by car", "SUSPENDED_EVSE": "Paused by charger",
    "TYPE_1": "Type 1", "TYPE_2": "Type 2", "TYPE_3": "Type 3", "CHADEMO": "CHAdeMO",
    "CCS1": "CCS 1", "CCS2": "CCS 2", "NACS": "NACS", "CEE_16": "CEE 16 A", "CEE_32": "CEE 32 A",
    "GBT_AC": "GB/T AC", "GBT_DC": "GB/T DC", "NO_SECURITY": "0: no password",
    "UNSECURED_BASIC_AUTH": "1: password", "TLS_BASIC_AUTH": "2: password over TLS",
    "TLS_CLIENT_CERTIFICATE": "3: client certificate", "TOP_UP": "Top-up",
}  # fmt: skip

TONES = {
    "good": {
        "AVAILABLE", "ENABLED", "FINISHED", "PAID", "BILLING_COMPLETED", "UPLOADED", "READY",
        "INSTALLED", "PUBLISHED", "COMPLETED", "DELIVERED",
    },
    "live": {"CHARGING", "ACTIVE", "RUNNING", "UPLOADING", "DOWNLOADING", "INSTALLING"},
    "warn": {
        "PREPARING", "FINISHING", "SUSPENDED_EV", "SUSPENDED_EVSE", "PENDING", "OCCUPIED",
        "RESERVED", "SUSPENDED", "PARTIALLY_PAID", "PAYMENT_PENDING", "TEMPORARILY_UNAVAILABLE",
        "PAUSED", "AWAITING_FILE", "EXPIRED",
    },
    "bad": {
        "FAULTED", "OUT_OF_ORDER", "FAILED", "PAYMENT_FAILED", "BILLING_SUSPENDED",
        "LONG_TERM_UNAVAILABLE", "FORBIDDEN",
    },
}  # fmt: skip
TONE_OF = {value: tone for tone, values in TONES.items() for value in values}
