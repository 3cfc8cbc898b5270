"""The services of ampline.v1, each under the name of its nouns."""

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
from ampline.v1.device_event_pb2_grpc import DeviceEventServiceStub
from ampline.v1.electricity_rate_pb2_grpc import ElectricityRateServiceStub
from ampline.v1.event_pb2_grpc import EventServiceStub
from ampline.v1.evse_pb2_grpc import EvseServiceStub
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
from ampline.v1.reservation_pb2_grpc import ReservationServiceStub
from ampline.v1.session_payment_pb2_grpc import SessionPaymentServiceStub
from ampline.v1.session_pb2_grpc import SessionServiceStub
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


class Services:
    """A stub of each service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.api_keys = ApiKeyServiceStub(channel)
        self.audit = AuditServiceStub(channel)
        self.charge_point_actions = ChargePointActionServiceStub(channel)
        self.charge_point_certificates = ChargePointCertificateServiceStub(channel)
        self.charge_point_logs = ChargePointLogServiceStub(channel)
        self.charge_point_maintenance = ChargePointMaintenanceServiceStub(channel)
        self.charge_point_security = ChargePointSecurityServiceStub(channel)
        self.charge_points = ChargePointServiceStub(channel)
        self.charging_profile_actions = ChargingProfileActionServiceStub(channel)
        self.charging_profiles = ChargingProfileServiceStub(channel)
        self.circuit_balancing = CircuitBalancingServiceStub(channel)
        self.circuits = CircuitServiceStub(channel)
        self.configuration_keys = ConfigurationKeyServiceStub(channel)
        self.configuration_templates = ConfigurationTemplateServiceStub(channel)
        self.device_events = DeviceEventServiceStub(channel)
        self.variable_monitors = VariableMonitorServiceStub(channel)
        self.variable_monitor_actions = VariableMonitorActionServiceStub(channel)
        self.electricity_rates = ElectricityRateServiceStub(channel)
        self.event_log = EventServiceStub(channel)
        self.evses = EvseServiceStub(channel)
        self.firmware_images = FirmwareImageServiceStub(channel)
        self.firmware_updates = FirmwareUpdateServiceStub(channel)
        self.id_tags = IdTagServiceStub(channel)
        self.installed_certificates = InstalledCertificateServiceStub(channel)
        self.local_lists = LocalListServiceStub(channel)
        self.locations = LocationServiceStub(channel)
        self.meter_values = MeterValueServiceStub(channel)
        self.network_summary = NetworkSummaryServiceStub(channel)
        self.ocpp_messages = OcppMessageServiceStub(channel)
        self.partners = PartnerServiceStub(channel)
        self.portal_operators = PortalOperatorServiceStub(channel)
        self.price_previews = PricePreviewServiceStub(channel)
        self.reservations = ReservationServiceStub(channel)
        self.session_payments = SessionPaymentServiceStub(channel)
        self.sessions = SessionServiceStub(channel)
        self.sign_in = SignInServiceStub(channel)
        self.status_log = StatusLogServiceStub(channel)
        self.subscription_plans = SubscriptionPlanServiceStub(channel)
        self.subscriptions = SubscriptionServiceStub(channel)
        self.tariff_groups = TariffGroupServiceStub(channel)
        self.tariffs = TariffServiceStub(channel)
        self.transactions = TransactionServiceStub(channel)
        self.unknown_charge_points = UnknownChargePointServiceStub(channel)
        self.user_actions = UserActionServiceStub(channel)
        self.user_groups = UserGroupServiceStub(channel)
        self.users = UserServiceStub(channel)
        self.vendor_error_codes = VendorErrorCodeServiceStub(channel)
        self.vouchers = VoucherServiceStub(channel)
        self.webhook_deliveries = WebhookDeliveryServiceStub(channel)
        self.webhook_endpoints = WebhookEndpointServiceStub(channel)
