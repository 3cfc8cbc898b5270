"""Registers the demo's network by the API, as far as it is not there yet."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

from ampline import AlreadyExists, Client
from ampline.v1.charge_point_pb2 import CreateChargePointRequest
from ampline.v1.circuit_pb2 import CreateCircuitRequest
from ampline.v1.electricity_rate_pb2 import CreateElectricityRateRequest
from ampline.v1.evse_pb2 import CreateEvseRequest
from ampline.v1.id_tag_pb2 import CreateIdTagRequest
from ampline.v1.location_pb2 import CreateLocationRequest
from ampline.v1.partner_pb2 import CreatePartnerRequest
from ampline.v1.subscription_plan_pb2 import CreateSubscriptionPlanRequest
from ampline.v1.tariff_group_pb2 import CreateTariffGroupRequest
from ampline.v1.tariff_pb2 import CreateTariffRequest
from ampline.v1.user_group_pb2 import CreateUserGroupRequest
from ampline.v1.user_pb2 import CreateUserRequest
from ampline.v1.voucher_pb2 import CreateVoucherRequest

NETWORK = Path(__file__).with_name("network.json")
"""Resources by name, each as the body of a REST call, those that others refer to first."""


class Kind(NamedTuple):
    """How resources of a collection are made."""

    noun: str
    request: type[Message]
    create: Callable[[Client], Callable[[Any], Message]]


KINDS = {
    "partners": Kind("partner", CreatePartnerRequest, lambda to: to.partners.CreatePartner),
    "userGroups": Kind(
        "user_group", CreateUserGroupRequest, lambda to: to.user_groups.CreateUserGroup
    ),
    "electricityRates": Kind(
        "electricity_rate",
        CreateElectricityRateRequest,
        lambda to: to.electricity_rates.CreateElectricityRate,
    ),
    "subscriptionPlans": Kind(
        "subscription_plan",
        CreateSubscriptionPlanRequest,
        lambda to: to.subscription_plans.CreateSubscriptionPlan,
    ),
    "vouchers": Kind("voucher", CreateVoucherRequest, lambda to: to.vouchers.CreateVoucher),
    "tariffs": Kind("tariff", CreateTariffRequest, lambda to: to.tariffs.CreateTariff),
    "tariffGroups": Kind(
        "tariff_group", CreateTariffGroupRequest, lambda to: to.tariff_groups.CreateTariffGroup
    ),
    "locations": Kind("location", CreateLocationRequest, lambda to: to.locations.CreateLocation),
    "circuits": Kind("circuit", CreateCircuitRequest, lambda to: to.circuits.CreateCircuit),
    "chargePoints": Kind(
        "charge_point", CreateChargePointRequest, lambda to: to.charge_points.CreateChargePoint
    ),
    "evses": Kind("evse", CreateEvseRequest, lambda to: to.evses.CreateEvse),
    "users": Kind("user", CreateUserRequest, lambda to: to.users.CreateUser),
    "idTags": Kind("id_tag", CreateIdTagRequest, lambda to: to.id_tags.CreateIdTag),
}


def network() -> dict[str, dict[str, Any]]:
    """The demo's resources, by name."""
    resources: dict[str, dict[str, Any]] = json.loads(NETWORK.read_text())
    return resources


def register(client: Client) -> int:
    """Creates what is not there; returns how many resources that were."""
    return sum(create(client, name, resource) for name, resource in network().items())


def create(client: Client, name: str, resource: Mapping[str, Any]) -> bool:
    """Creates a resource under its name; False if there is one already."""
    *parent, collection, identifier = name.split("/")
    kind = KINDS[collection]
    request: dict[str, Any] = {kind.noun: resource, f"{kind.noun}_id": identifier}
    if parent:
        request["parent"] = "/".join(parent)
    try:
        kind.create(client)(ParseDict(request, kind.request()))
    except AlreadyExists:
        return False
    return True
