"""The tables: one class each, grouped by what they are about.

A row's key is its resource name, and a reference is the resource name of what it
points to. Times are microseconds since 1970, amounts of money millionths of the
currency's unit, enums the numbers of the protos. A BLOB named like a field of the
resource holds that field's wire bytes (see `server.resources.mapping`).
"""

from server.store.models.access import (
    AnonymousRefusal,
    ApiKey,
    AuditEntry,
    PortalOperator,
    SignIn,
    StoredAnswer,
)
from server.store.models.balancing import (
    CarNeeds,
    CircuitConsumption,
    CircuitLease,
    CircuitReading,
    SessionStanding,
    Supply,
)
from server.store.models.certificates import ChargePointCertificate
from server.store.models.circuits import Circuit
from server.store.models.clock import ClockJob, Node, Reaction
from server.store.models.corporate import CorporateBill, CorporateBillLine
from server.store.models.devices import DeviceEvent, DisplayMessage, VariableMonitor
from server.store.models.electricity import ElectricityRate, ElectricityRateVersion
from server.store.models.files import ChargePointLog, FileTicket
from server.store.models.firmware import FirmwareCampaign, FirmwareImage, FirmwareUpdate
from server.store.models.gateways import GatewayNotice, GatewayStep, RefundRequest
from server.store.models.local_lists import LocalList, LocalListContent
from server.store.models.log import Event, EventHead, OcppMessage
from server.store.models.network import (
    ChargePoint,
    Evse,
    Location,
    UnknownChargePoint,
    VendorErrorCode,
)
from server.store.models.offers import Subscription, SubscriptionPlan, Voucher
from server.store.models.partners import Partner, UserGroup
from server.store.models.people import BalanceEntry, ForgottenUser, IdTag, User
from server.store.models.prices import Tariff, TariffGroup, TariffSnapshot
from server.store.models.receipts import Receipt, ReceiptedAmount
from server.store.models.references import NestedReference
from server.store.models.reservations import Reservation
from server.store.models.search import SearchGram
from server.store.models.sessions import Counter, EarlyStep, MeterValue, Session, Transaction
from server.store.models.settlements import (
    Earning,
    Settlement,
    SettlementLine,
    SettlementSubtotal,
)
from server.store.models.stations import (
    ChargingProfile,
    ConfigurationKey,
    ConfigurationTemplate,
    DeviceReport,
    StatusLogEntry,
)
from server.store.models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookQueue

__all__ = [
    "AnonymousRefusal",
    "ApiKey",
    "AuditEntry",
    "BalanceEntry",
    "CarNeeds",
    "ChargePoint",
    "ChargePointCertificate",
    "ChargePointLog",
    "ChargingProfile",
    "Circuit",
    "CircuitConsumption",
    "CircuitLease",
    "CircuitReading",
    "ClockJob",
    "ConfigurationKey",
    "ConfigurationTemplate",
    "CorporateBill",
    "CorporateBillLine",
    "Counter",
    "DeviceEvent",
    "DeviceReport",
    "DisplayMessage",
    "EarlyStep",
    "Earning",
    "ElectricityRate",
    "ElectricityRateVersion",
    "Event",
    "EventHead",
    "Evse",
    "FileTicket",
    "FirmwareCampaign",
    "FirmwareImage",
    "FirmwareUpdate",
    "ForgottenUser",
    "GatewayNotice",
    "GatewayStep",
    "IdTag",
    "LocalList",
    "LocalListContent",
    "Location",
    "MeterValue",
    "NestedReference",
    "Node",
    "OcppMessage",
    "Partner",
    "PortalOperator",
    "Reaction",
    "Receipt",
    "ReceiptedAmount",
    "RefundRequest",
    "Reservation",
    "SearchGram",
    "Session",
    "SessionStanding",
    "Settlement",
    "SettlementLine",
    "SettlementSubtotal",
    "SignIn",
    "StatusLogEntry",
    "StoredAnswer",
    "Subscription",
    "SubscriptionPlan",
    "Supply",
    "Tariff",
    "TariffGroup",
    "TariffSnapshot",
    "Transaction",
    "UnknownChargePoint",
    "User",
    "UserGroup",
    "VariableMonitor",
    "VendorErrorCode",
    "Voucher",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookQueue",
]
