"""The services of ampline.v1, each under the name of its nouns."""

from collections.abc import Callable
from typing import Generic, TypeVar

import grpc

from ampline.v1.api_key_pb2_grpc import ApiKeyServiceStub
from ampline.v1.audit_entry_pb2_grpc import AuditServiceStub
from ampline.v1.charge_point_action_pb2_grpc import ChargePointActionServiceStub
from ampline.v1.charge_point_certificate_pb2_grpc import ChargePointCertificateServiceStub
from ampline.v1.charge_point_log_pb2_grpc import ChargePointLogServiceStub
from ampline.v1.charge_point_maintenance_pb2_grpc import ChargePointMaintenanceServiceStub
from ampline.v1.charge_point_pb2_grpc import ChargePointServiceStub
from ampline.v1.charge_point_security_pb2_grpc import ChargePointSecurityServiceStub
from ampline.v1.charging_profile_action_pb2_grpc import ChargingProfileActionServiceStub
from ampline.v1.charging_profile_pb2_grpc import ChargingProfileServiceStub
from ampline.v1.circuit_balancing_pb2_grpc import CircuitBalancingServiceStub
from ampline.v1.circuit_pb2_grpc import CircuitServiceStub
from ampline.v1.configuration_key_pb2_grpc import ConfigurationKeyServiceStub
from ampline.v1.configuration_template_pb2_grpc import ConfigurationTemplateServiceStub
from ampline.v1.corporate_bill_pb2_grpc import CorporateBillServiceStub
from ampline.v1.device_action_pb2_grpc import DeviceActionServiceStub
from ampline.v1.device_event_pb2_grpc import DeviceEventServiceStub
from ampline.v1.display_message_pb2_grpc import DisplayMessageServiceStub
from ampline.v1.electricity_rate_pb2_grpc import ElectricityRateServiceStub
from ampline.v1.event_pb2_grpc import EventServiceStub
from ampline.v1.evse_pb2_grpc import EvseServiceStub
from ampline.v1.firmware_campaign_pb2_grpc import FirmwareCampaignServiceStub
from ampline.v1.firmware_image_pb2_grpc import FirmwareImageServiceStub
from ampline.v1.firmware_update_pb2_grpc import FirmwareUpdateServiceStub
from ampline.v1.id_tag_pb2_grpc import IdTagServiceStub
from ampline.v1.installed_certificate_pb2_grpc import InstalledCertificateServiceStub
from ampline.v1.local_list_pb2_grpc import LocalListServiceStub
from ampline.v1.location_pb2_grpc import LocationServiceStub
from ampline.v1.meter_value_pb2_grpc import MeterValueServiceStub
from ampline.v1.network_summary_pb2_grpc import NetworkSummaryServiceStub
from ampline.v1.ocpp_message_pb2_grpc import OcppMessageServiceStub
from ampline.v1.partner_pb2_grpc import PartnerServiceStub
from ampline.v1.portal_operator_pb2_grpc import PortalOperatorServiceStub
from ampline.v1.price_preview_pb2_grpc import PricePreviewServiceStub
from ampline.v1.receipt_pb2_grpc import ReceiptServiceStub
from ampline.v1.reservation_pb2_grpc import ReservationServiceStub
from ampline.v1.session_payment_pb2_grpc import SessionPaymentServiceStub
from ampline.v1.session_pb2_grpc import SessionServiceStub
from ampline.v1.settlement_pb2_grpc import SettlementServiceStub
from ampline.v1.sign_in_pb2_grpc import SignInServiceStub
from ampline.v1.status_log_pb2_grpc import StatusLogServiceStub
from ampline.v1.subscription_pb2_grpc import SubscriptionServiceStub
from ampline.v1.subscription_plan_pb2_grpc import SubscriptionPlanServiceStub
from ampline.v1.tariff_group_pb2_grpc import TariffGroupServiceStub
from ampline.v1.tariff_pb2_grpc import TariffServiceStub
from ampline.v1.transaction_pb2_grpc import TransactionServiceStub
from ampline.v1.unknown_charge_point_pb2_grpc import UnknownChargePointServiceStub
from ampline.v1.user_action_pb2_grpc import UserActionServiceStub
from ampline.v1.user_group_pb2_grpc import UserGroupServiceStub
from ampline.v1.user_pb2_grpc import UserServiceStub
from ampline.v1.variable_monitor_action_pb2_grpc import VariableMonitorActionServiceStub
from ampline.v1.variable_monitor_pb2_grpc import VariableMonitorServiceStub
from ampline.v1.vendor_error_code_pb2_grpc import VendorErrorCodeServiceStub
from ampline.v1.voucher_pb2_grpc import VoucherServiceStub
from ampline.v1.webhook_delivery_pb2_grpc import WebhookDeliveryServiceStub
from ampline.v1.webhook_endpoint_pb2_grpc import WebhookEndpointServiceStub

S = TypeVar("S")


class _Stub(Generic[S]):
    """The stub of a service, made when it is first asked for."""

    def __init__(self, make: Callable[[grpc.Channel], S]) -> None:
        self._make = make
        self._name = ""

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, services: "Services", _: type | None = None) -> S:
        made = self._make(services.channel)
        services.__dict__[self._name] = made  # which is found first from now on
        return made


class Services:
    """A stub of each service, on one channel."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel

    api_keys = _Stub(ApiKeyServiceStub)
    audit = _Stub(AuditServiceStub)
    charge_point_actions = _Stub(ChargePointActionServiceStub)
    charge_point_certificates = _Stub(ChargePointCertificateServiceStub)
    charge_point_logs = _Stub(ChargePointLogServiceStub)
    charge_point_maintenance = _Stub(ChargePointMaintenanceServiceStub)
    charge_point_security = _Stub(ChargePointSecurityServiceStub)
    charge_points = _Stub(ChargePointServiceStub)
    charging_profile_actions = _Stub(ChargingProfileActionServiceStub)
    charging_profiles = _Stub(ChargingProfileServiceStub)
    circuit_balancing = _Stub(CircuitBalancingServiceStub)
    circuits = _Stub(CircuitServiceStub)
    configuration_keys = _Stub(ConfigurationKeyServiceStub)
    configuration_templates = _Stub(ConfigurationTemplateServiceStub)
    corporate_bills = _Stub(CorporateBillServiceStub)
    device_actions = _Stub(DeviceActionServiceStub)
    device_events = _Stub(DeviceEventServiceStub)
    display_messages = _Stub(DisplayMessageServiceStub)
    electricity_rates = _Stub(ElectricityRateServiceStub)
    event_log = _Stub(EventServiceStub)
    evses = _Stub(EvseServiceStub)
    firmware_campaigns = _Stub(FirmwareCampaignServiceStub)
    firmware_images = _Stub(FirmwareImageServiceStub)
    firmware_updates = _Stub(FirmwareUpdateServiceStub)
    id_tags = _Stub(IdTagServiceStub)
    installed_certificates = _Stub(InstalledCertificateServiceStub)
    local_lists = _Stub(LocalListServiceStub)
    locations = _Stub(LocationServiceStub)
    meter_values = _Stub(MeterValueServiceStub)
    network_summary = _Stub(NetworkSummaryServiceStub)
    ocpp_messages = _Stub(OcppMessageServiceStub)
    partners = _Stub(PartnerServiceStub)
    portal_operators = _Stub(PortalOperatorServiceStub)
    price_previews = _Stub(PricePreviewServiceStub)
    receipts = _Stub(ReceiptServiceStub)
    reservations = _Stub(ReservationServiceStub)
    session_payments = _Stub(SessionPaymentServiceStub)
    sessions = _Stub(SessionServiceStub)
    settlements = _Stub(SettlementServiceStub)
    sign_in = _Stub(SignInServiceStub)
    status_log = _Stub(StatusLogServiceStub)
    subscription_plans = _Stub(SubscriptionPlanServiceStub)
    subscriptions = _Stub(SubscriptionServiceStub)
    tariff_groups = _Stub(TariffGroupServiceStub)
    tariffs = _Stub(TariffServiceStub)
    transactions = _Stub(TransactionServiceStub)
    unknown_charge_points = _Stub(UnknownChargePointServiceStub)
    user_actions = _Stub(UserActionServiceStub)
    user_groups = _Stub(UserGroupServiceStub)
    users = _Stub(UserServiceStub)
    variable_monitor_actions = _Stub(VariableMonitorActionServiceStub)
    variable_monitors = _Stub(VariableMonitorServiceStub)
    vendor_error_codes = _Stub(VendorErrorCodeServiceStub)
    vouchers = _Stub(VoucherServiceStub)
    webhook_deliveries = _Stub(WebhookDeliveryServiceStub)
    webhook_endpoints = _Stub(WebhookEndpointServiceStub)
