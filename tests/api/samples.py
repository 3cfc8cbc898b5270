"""Resources of every kind that can be written, each right and with most of its fields."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from google.protobuf.json_format import ParseDict

from ampline.v1 import (
    api_key_pb2,
    charge_point_pb2,
    circuit_pb2,
    configuration_template_pb2,
    electricity_rate_pb2,
    evse_pb2,
    firmware_campaign_pb2,
    firmware_image_pb2,
    id_tag_pb2,
    location_pb2,
    partner_pb2,
    portal_operator_pb2,
    subscription_plan_pb2,
    tariff_group_pb2,
    tariff_pb2,
    transaction_pb2,
    user_group_pb2,
    user_pb2,
    vendor_error_code_pb2,
    voucher_pb2,
    webhook_endpoint_pb2,
)
from server.api.secret_fields import without_secrets
from server.resources.descriptors import snake_case
from tests.api import sample_bodies as bodies
from tests.api.client import Client

_numbers = count(1)


@dataclass(frozen=True)
class Sample:
    """One kind of resource, and how to make it."""

    service: str
    """The client's attribute."""
    field: str
    pb: Any
    message: Any
    fill: Callable[[Client, Any], Any]
    """Completes a resource with references to others, which it makes."""

    @classmethod
    def of(cls, message: Any, fill: Callable[[Client, Any], Any]) -> "Sample":
        """Of a resource whose service is named after it, as all are."""
        module = importlib.import_module(message.__module__)
        noun = snake_case(message.DESCRIPTOR.name)
        return cls(f"{noun}s", noun, module, message, fill)

    @property
    def kind(self) -> str:
        """The resource's name in methods: `ChargePoint`."""
        return str(self.message.DESCRIPTOR.name)

    @property
    def list_fields(self) -> set[str]:
        """What a list of them can be asked for."""
        request = getattr(self.pb, f"List{self.kind}sRequest")
        return set(request.DESCRIPTOR.fields_by_name)

    @property
    def deletable(self) -> bool:
        """Whether it can be deleted: what was paid stays."""
        return hasattr(self.pb, f"Delete{self.kind}Request")

    async def build(self, client: Client) -> Any:
        """A resource that can be created."""
        resource = self.message()
        await self.fill(client, resource)
        return resource

    async def create(self, client: Client, resource: Any, **fields: Any) -> Any:
        """Creates it, with further fields of the request; secrets in the answer are left out."""
        request = getattr(self.pb, f"Create{self.kind}Request")(**fields)
        getattr(request, self.field).CopyFrom(resource)
        if self.kind == "Evse" and not request.parent:
            request.parent = await parent_of_evses(client)
        return without_secrets(await self.call(client, "Create", request))

    async def make(self, client: Client, **fields: Any) -> Any:
        """A resource that exists."""
        return await self.create(client, await self.build(client), **fields)

    async def get(self, client: Client, name: str) -> Any:
        """Reads it."""
        request = getattr(self.pb, f"Get{self.kind}Request")(name=name)
        return await self.call(client, "Get", request)

    async def update(self, client: Client, resource: Any, *paths: str) -> Any:
        """Updates it by a mask of the paths."""
        request = getattr(self.pb, f"Update{self.kind}Request")()
        getattr(request, self.field).CopyFrom(resource)
        request.update_mask.paths.extend(paths)
        return await self.call(client, "Update", request)

    async def delete(self, client: Client, name: str, etag: str = "") -> Any:
        """Deletes it."""
        request = getattr(self.pb, f"Delete{self.kind}Request")(name=name)
        if etag:
            request.etag = etag
        return await self.call(client, "Delete", request)

    async def list(self, client: Client, **fields: Any) -> Any:
        """A page: the response."""
        request = getattr(self.pb, f"List{self.kind}sRequest")(**fields)
        if self.kind == "Evse" and not request.parent:
            request.parent = "chargePoints/-"
        return await getattr(getattr(client, self.service), f"List{self.kind}s")(request)

    async def call(self, client: Client, verb: str, request: Any) -> Any:
        """Calls one of its methods."""
        return await getattr(getattr(client, self.service), f"{verb}{self.kind}")(request)


async def parent_of_evses(client: Client) -> str:
    """A charge point for them to stand in."""
    made = await CHARGE_POINTS.make(client, charge_point_id=f"P{next(_numbers)}")
    return str(made.name)


async def _location(client: Client, resource: Any) -> None:
    ParseDict(bodies.LOCATION, resource)


async def _charge_point(client: Client, resource: Any) -> None:
    ParseDict(bodies.CHARGE_POINT, resource)
    resource.location = (await LOCATIONS.make(client)).name


async def _evse(client: Client, resource: Any) -> None:
    ParseDict(bodies.EVSE, resource)
    resource.physical_reference = f"QR-{next(_numbers)}"


async def _user(client: Client, resource: Any) -> None:
    ParseDict(bodies.USER, resource)
    resource.email = f"ada{next(_numbers)}@example.com"
    resource.groups.append((await USER_GROUPS.make(client)).name)


async def _partner(_: Client, resource: Any) -> None:
    ParseDict(bodies.PARTNER, resource)


async def _electricity_rate(_: Client, resource: Any) -> None:
    ParseDict(bodies.ELECTRICITY_RATE, resource)


async def _subscription_plan(client: Client, resource: Any) -> None:
    ParseDict(bodies.SUBSCRIPTION_PLAN, resource)
    resource.visible_to_user_groups.append((await USER_GROUPS.make(client)).name)


async def _voucher(client: Client, resource: Any) -> None:
    ParseDict(bodies.VOUCHER, resource)
    resource.user_group = (await USER_GROUPS.make(client)).name


async def _transaction(client: Client, resource: Any) -> None:
    ParseDict(bodies.TRANSACTION, resource)
    resource.purchased_resource = resource.user = (await USERS.make(client)).name


async def _user_group(_: Client, resource: Any) -> None:
    ParseDict(bodies.USER_GROUP, resource)


async def _id_tag(client: Client, resource: Any) -> None:
    ParseDict(bodies.ID_TAG, resource)
    resource.token = f"04AB{next(_numbers):04}"
    resource.user = (await USERS.make(client)).name


async def _tariff(client: Client, resource: Any) -> None:
    ParseDict(bodies.TARIFF, resource)


async def _tariff_group(client: Client, resource: Any) -> None:
    resource.display_name = "Everybody"
    resource.entries.add(tariff=(await TARIFFS.make(client)).name)


async def _vendor_error_code(client: Client, resource: Any) -> None:
    ParseDict(bodies.VENDOR_ERROR_CODE, resource)
    resource.error_code = f"E{next(_numbers)}"


async def _circuit(client: Client, resource: Any) -> None:
    ParseDict(bodies.CIRCUIT, resource)
    resource.location = (await LOCATIONS.make(client)).name


async def _api_key(client: Client, resource: Any) -> None:
    ParseDict(bodies.API_KEY, resource)


async def _portal_operator(client: Client, resource: Any) -> None:
    ParseDict(bodies.PORTAL_OPERATOR, resource)
    resource.username = f"grace{next(_numbers)}"


API_KEYS = Sample.of(api_key_pb2.ApiKey, _api_key)
PORTAL_OPERATORS = Sample.of(portal_operator_pb2.PortalOperator, _portal_operator)


async def _webhook_endpoint(client: Client, resource: Any) -> None:
    ParseDict(bodies.WEBHOOK_ENDPOINT, resource)
    resource.locations.append((await LOCATIONS.make(client)).name)


async def _firmware_image(_: Client, resource: Any) -> None:
    ParseDict(bodies.FIRMWARE_IMAGE, resource)


async def _firmware_campaign(client: Client, resource: Any) -> None:
    ParseDict(bodies.FIRMWARE_CAMPAIGN, resource)
    resource.firmware_image = (await FIRMWARE_IMAGES.make(client)).name
    resource.charge_points.append((await CHARGE_POINTS.make(client)).name)


FIRMWARE_CAMPAIGNS = Sample.of(firmware_campaign_pb2.FirmwareCampaign, _firmware_campaign)
FIRMWARE_IMAGES = Sample.of(firmware_image_pb2.FirmwareImage, _firmware_image)


async def _configuration_template(client: Client, resource: Any) -> None:
    resource.display_name = "Street chargers"
    resource.settings.add(value="300").setting.key = "HeartbeatInterval"
    variable = resource.settings.add(value="60").setting
    variable.key, variable.component = "HeartbeatInterval", "OCPPCommCtrlr"


LOCATIONS = Sample.of(location_pb2.Location, _location)
CHARGE_POINTS = Sample.of(charge_point_pb2.ChargePoint, _charge_point)
EVSES = Sample.of(evse_pb2.Evse, _evse)
PARTNERS = Sample.of(partner_pb2.Partner, _partner)
ELECTRICITY_RATES = Sample.of(electricity_rate_pb2.ElectricityRate, _electricity_rate)
SUBSCRIPTION_PLANS = Sample.of(subscription_plan_pb2.SubscriptionPlan, _subscription_plan)
VOUCHERS = Sample.of(voucher_pb2.Voucher, _voucher)
TRANSACTIONS = Sample.of(transaction_pb2.Transaction, _transaction)
USER_GROUPS = Sample.of(user_group_pb2.UserGroup, _user_group)
USERS = Sample.of(user_pb2.User, _user)
ID_TAGS = Sample.of(id_tag_pb2.IdTag, _id_tag)
TARIFFS = Sample.of(tariff_pb2.Tariff, _tariff)
TARIFF_GROUPS = Sample.of(tariff_group_pb2.TariffGroup, _tariff_group)
VENDOR_ERROR_CODES = Sample.of(vendor_error_code_pb2.VendorErrorCode, _vendor_error_code)
CIRCUITS = Sample.of(circuit_pb2.Circuit, _circuit)
CONFIGURATION_TEMPLATES = Sample.of(
    configuration_template_pb2.ConfigurationTemplate, _configuration_template
)
WEBHOOK_ENDPOINTS = Sample.of(webhook_endpoint_pb2.WebhookEndpoint, _webhook_endpoint)
ALL = tuple(each for each in list(globals().values()) if isinstance(each, Sample))
