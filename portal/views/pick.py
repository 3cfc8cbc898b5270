"""Options for fields that name another resource: what matches what was typed so far."""

from collections.abc import Callable, Iterator

from flask import Blueprint, abort, render_template, request

from ampline.v1.api_key_pb2 import ListApiKeysRequest
from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.circuit_pb2 import ListCircuitsRequest
from ampline.v1.configuration_template_pb2 import ListConfigurationTemplatesRequest
from ampline.v1.electricity_rate_pb2 import ListElectricityRatesRequest
from ampline.v1.firmware_image_pb2 import FirmwareImage, ListFirmwareImagesRequest
from ampline.v1.id_tag_pb2 import ListIdTagsRequest
from ampline.v1.location_pb2 import ListLocationsRequest
from ampline.v1.partner_pb2 import ListPartnersRequest
from ampline.v1.portal_operator_pb2 import ListPortalOperatorsRequest
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from ampline.v1.subscription_plan_pb2 import ListSubscriptionPlansRequest
from ampline.v1.tariff_group_pb2 import ListTariffGroupsRequest
from ampline.v1.tariff_pb2 import ListTariffsRequest
from ampline.v1.user_group_pb2 import ListUserGroupsRequest
from ampline.v1.user_pb2 import ListUsersRequest
from portal.auth import api
from portal.formats import money
from portal.links import resource_id
from portal.lookups import title_of
from portal.methods import every_method
from portal.zones import known_zones

room = Blueprint("pick", __name__)

MOST = 12
Options = Iterator[tuple[str, str]]


def charge_points(typed: str) -> Options:
    asked = ListChargePointsRequest(text=last_part(typed), page_size=MOST)
    for charger in api().charge_points.ListChargePoints(asked).charge_points:
        yield charger.name, charger.display_name


def circuits(typed: str) -> Options:
    asked = ListCircuitsRequest(text=last_part(typed), page_size=MOST)
    for circuit in api().circuits.ListCircuits(asked).circuits:
        yield circuit.name, circuit.display_name


def electricity_rates(typed: str) -> Options:
    asked = ListElectricityRatesRequest(text=last_part(typed), page_size=MOST)
    for rate in api().electricity_rates.ListElectricityRates(asked).electricity_rates:
        yield rate.name, f"{rate.display_name}, {rate.currency}"


def firmware(typed: str) -> Options:
    """What has its file."""
    ready = FirmwareImage.READY
    asked = ListFirmwareImagesRequest(text=last_part(typed), state=ready, page_size=MOST)
    for image in api().firmware_images.ListFirmwareImages(asked).firmware_images:
        yield image.name, f"{image.firmware_version} {image.display_name}".strip()


def configuration_templates(typed: str) -> Options:
    asked = ListConfigurationTemplatesRequest(text=last_part(typed), page_size=MOST)
    answer = api().configuration_templates.ListConfigurationTemplates(asked)
    for template in answer.configuration_templates:
        yield template.name, template.display_name


def id_tags(typed: str) -> Options:
    asked = ListIdTagsRequest(token=last_part(typed), page_size=MOST)
    for tag in api().id_tags.ListIdTags(asked).id_tags:
        yield tag.name, f"{tag.token} {tag.label}"


def locations(typed: str) -> Options:
    asked = ListLocationsRequest(text=last_part(typed), page_size=MOST)
    for location in api().locations.ListLocations(asked).locations:
        yield location.name, f"{location.display_name}, {location.address.locality}"


def methods(typed: str) -> Options:
    """What can be called, by the names that the audit has."""
    wanted = typed.casefold()
    for method in every_method():
        if wanted in method.casefold():
            yield method, method.rpartition("/")[2]


def partners(typed: str) -> Options:
    asked = ListPartnersRequest(text=last_part(typed), page_size=MOST)
    for partner in api().partners.ListPartners(asked).partners:
        yield partner.name, partner.display_name


def principals(typed: str) -> Options:
    """Operators and API keys; there are few of them."""
    wanted = last_part(typed).casefold()
    operators = api().portal_operators.ListPortalOperators(ListPortalOperatorsRequest())
    for somebody in operators.portal_operators:
        called = f"{somebody.display_name} {somebody.username}".strip()
        if wanted in called.casefold():
            yield somebody.name, called
    for key in api().api_keys.ListApiKeys(ListApiKeysRequest()).api_keys:
        if wanted in key.display_name.casefold():
            yield key.name, key.display_name


def sessions(typed: str) -> Options:
    """Those that run."""
    asked = ListSessionsRequest(state=Session.ACTIVE, page_size=MOST)
    for session in api().sessions.ListSessions(asked).sessions:
        called = f"{resource_id(session.charge_point)} {session.token}"
        if last_part(typed).casefold() in called.casefold():
            yield session.name, called


def subscription_plans(typed: str) -> Options:
    asked = ListSubscriptionPlansRequest(text=last_part(typed), page_size=MOST)
    for plan in api().subscription_plans.ListSubscriptionPlans(asked).subscription_plans:
        yield plan.name, f"{plan.display_name}, {money(plan.base_fee)}"


def tariff_groups(typed: str) -> Options:
    asked = ListTariffGroupsRequest(text=last_part(typed), page_size=MOST)
    for group in api().tariff_groups.ListTariffGroups(asked).tariff_groups:
        yield group.name, group.display_name


def tariffs(typed: str) -> Options:
    asked = ListTariffsRequest(text=last_part(typed), page_size=MOST)
    for tariff in api().tariffs.ListTariffs(asked).tariffs:
        yield tariff.name, tariff.display_name


def time_zones(typed: str) -> Options:
    wanted = typed.casefold().replace(" ", "_")
    matching = [zone for zone in sorted(known_zones()) if wanted in zone.casefold()]
    for zone in matching[:MOST]:
        yield zone, ""


def user_groups(typed: str) -> Options:
    asked = ListUserGroupsRequest(text=last_part(typed), page_size=MOST)
    for group in api().user_groups.ListUserGroups(asked).user_groups:
        yield group.name, group.display_name


def users(typed: str) -> Options:
    asked = ListUsersRequest(text=last_part(typed), page_size=MOST)
    for user in api().users.ListUsers(asked).users:
        yield user.name, f"{title_of(user)}, {user.email}"


SOURCES: dict[str, Callable[[str], Options]] = {
    "charge-points": charge_points,
    "circuits": circuits,
    "electricity-rates": electricity_rates,
    "firmware": firmware,
    "configuration-templates": configuration_templates,
    "id-tags": id_tags,
    "locations": locations,
    "methods": methods,
    "partners": partners,
    "principals": principals,
    "sessions": sessions,
    "subscription-plans": subscription_plans,
    "tariff-groups": tariff_groups,
    "tariffs": tariffs,
    "time-zones": time_zones,
    "user-groups": user_groups,
    "users": users,
}


def last_part(typed: str) -> str:
    """What to look for: of a whole resource name, which was picked before, nothing."""
    return "" if "/" in typed else typed


@room.get("/pick/<source>")
def options(source: str) -> str:
    if source not in SOURCES:
        abort(404)
    typed = request.args.get(request.args.get("for", ""), "")
    return render_template("components/options.html", options=SOURCES[source](typed))
