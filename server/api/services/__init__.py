"""The services: one noun a file. This is their table of contents."""

from server.api.audit import Audit
from server.api.authentication import Authentication
from server.api.services.api_keys import ApiKeyService
from server.api.services.audit_entries import AuditService
from server.api.services.charge_point_actions import ChargePointActionService
from server.api.services.charge_point_certificates import ChargePointCertificateService
from server.api.services.charge_point_logs import ChargePointLogService
from server.api.services.charge_point_maintenance import ChargePointMaintenanceService
from server.api.services.charge_point_security import ChargePointSecurityService
from server.api.services.charge_points import ChargePointService
from server.api.services.charging_profile_actions import ChargingProfileActionService
from server.api.services.charging_profiles import ChargingProfileService
from server.api.services.circuit_balancing import CircuitBalancingService
from server.api.services.circuits import CircuitService
from server.api.services.commands import Commanding
from server.api.services.configuration_keys import ConfigurationKeyService
from server.api.services.configuration_templates import ConfigurationTemplateService
from server.api.services.corporate_bills import CorporateBillService
from server.api.services.device_actions import DeviceActionService
from server.api.services.device_events import DeviceEventService
from server.api.services.display_messages import DisplayMessageService
from server.api.services.electricity_rates import ElectricityRateService
from server.api.services.events import EventService
from server.api.services.evses import EvseService
from server.api.services.firmware import FirmwareImageService, FirmwareUpdateService
from server.api.services.firmware_campaigns import FirmwareCampaignService
from server.api.services.id_tags import IdTagService
from server.api.services.installed_certificates import InstalledCertificateService
from server.api.services.local_lists import LocalListService
from server.api.services.locations import LocationService
from server.api.services.meter_values import MeterValueService
from server.api.services.network_summary import NetworkSummaryService
from server.api.services.ocpp_messages import OcppMessageService
from server.api.services.partners import PartnerService
from server.api.services.portal_operators import PortalOperatorService
from server.api.services.price_preview import PricePreviewService
from server.api.services.receipts import ReceiptService
from server.api.services.reservations import ReservationService
from server.api.services.session_payments import SessionPaymentService
from server.api.services.sessions import SessionService
from server.api.services.settlements import SettlementService
from server.api.services.sign_in import SignInService
from server.api.services.status_log import StatusLogService
from server.api.services.subscription_plans import SubscriptionPlanService
from server.api.services.subscriptions import SubscriptionService
from server.api.services.tariff_groups import TariffGroupService
from server.api.services.tariffs import TariffService
from server.api.services.transactions import TransactionService
from server.api.services.unknown_charge_points import UnknownChargePointService
from server.api.services.user_actions import UserActionService
from server.api.services.user_groups import UserGroupService
from server.api.services.users import UserService
from server.api.services.variable_monitor_actions import VariableMonitorActionService
from server.api.services.variable_monitors import VariableMonitorService
from server.api.services.vendor_error_codes import VendorErrorCodeService
from server.api.services.vouchers import VoucherService
from server.api.services.webhook_deliveries import WebhookDeliveryService
from server.api.services.webhook_endpoints import WebhookEndpointService
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.work.gateways.carrying import Gateways
from server.work.money.balance_gateway import built_in
from server.work.ports import EventTail, Stations, WebhookTrials
from server.work.rules import Rules


def table_of_contents(
    lane: WriteLane,
    reads: ReadPool,
    stations: Stations,
    tail: EventTail,
    rules: Rules,
    authentication: Authentication,
    audit: Audit,
    trials: WebhookTrials,
    *,
    gateways: Gateways | None = None,
) -> list[object]:
    """Every service, with what it needs from outside; without `gateways` there is the balance."""
    commanding = Commanding(reads, stations)
    gateways = gateways or Gateways(lane, built_in(lane))
    return [
        LocationService(),
        CircuitService(),
        CircuitBalancingService(),
        *_of_charge_points(lane, commanding, stations, rules, gateways),
        PartnerService(rules),
        *_of_bills(lane, reads, rules),
        UserGroupService(),
        UserService(reads, rules),
        UserActionService(lane, gateways),
        IdTagService(),
        TariffService(),
        TariffGroupService(),
        ElectricityRateService(),
        SubscriptionPlanService(),
        SubscriptionService(),
        VoucherService(),
        PricePreviewService(rules),
        SessionService(lane, stations, rules),
        MeterValueService(),
        TransactionService(lane, gateways),
        SessionPaymentService(lane, gateways),
        VendorErrorCodeService(),
        ReservationService(lane, commanding, rules),
        WebhookEndpointService(reads, rules, trials),
        WebhookDeliveryService(),
        OcppMessageService(reads, tail),
        EventService(tail),
        NetworkSummaryService(),
        SignInService(lane, authentication, audit),
        ApiKeyService(lane, authentication),
        PortalOperatorService(lane, authentication),
        AuditService(),
    ]


def _of_bills(lane: WriteLane, reads: ReadPool, rules: Rules) -> list[object]:
    """What is written of money for others to keep."""
    return [
        SettlementService(lane, reads, rules),
        CorporateBillService(reads),
        ReceiptService(rules),
    ]


def _of_charge_points(
    lane: WriteLane,
    commanding: Commanding,
    stations: Stations,
    rules: Rules,
    gateways: Gateways,
) -> list[object]:
    """Charge points, what they are told, and what is known of them."""
    return [
        ChargePointService(lane, stations),
        EvseService(lane, stations),
        ChargePointActionService(lane, commanding, rules, gateways),
        ChargePointMaintenanceService(lane, commanding, stations, rules),
        ChargePointLogService(rules),
        LocalListService(lane, commanding, stations),
        FirmwareImageService(rules),
        FirmwareUpdateService(),
        FirmwareCampaignService(),
        ChargingProfileActionService(lane, commanding),
        ChargePointCertificateService(lane, stations),
        ChargePointSecurityService(lane, commanding, rules),
        InstalledCertificateService(commanding),
        StatusLogService(),
        ConfigurationKeyService(),
        ConfigurationTemplateService(lane, commanding, rules),
        DeviceEventService(),
        DeviceActionService(lane, commanding),
        DisplayMessageService(),
        VariableMonitorService(),
        VariableMonitorActionService(lane, commanding),
        ChargingProfileService(),
        UnknownChargePointService(),
    ]
