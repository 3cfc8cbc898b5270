"""What a page shows of resources that others only name: each read once a request."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Flask, g
from google.protobuf.message import Message

from ampline import NotFound, PermissionDenied
from ampline.v1.api_key_pb2 import ApiKey, GetApiKeyRequest
from ampline.v1.charge_point_pb2 import ChargePoint, GetChargePointRequest
from ampline.v1.electricity_rate_pb2 import GetElectricityRateRequest
from ampline.v1.evse_pb2 import Evse, ListEvsesRequest
from ampline.v1.location_pb2 import GetLocationRequest, Location
from ampline.v1.partner_pb2 import GetPartnerRequest
from ampline.v1.portal_operator_pb2 import GetPortalOperatorRequest, PortalOperator
from ampline.v1.receipt_pb2 import ListReceiptsRequest, Receipt
from ampline.v1.reservation_pb2 import ListReservationsRequest, Reservation
from ampline.v1.session_pb2 import GetSessionRequest, Session
from ampline.v1.subscription_plan_pb2 import GetSubscriptionPlanRequest, SubscriptionPlan
from ampline.v1.tariff_group_pb2 import GetTariffGroupRequest
from ampline.v1.tariff_pb2 import GetTariffRequest, Tariff
from ampline.v1.transaction_pb2 import ListTransactionsRequest, Transaction
from ampline.v1.user_group_pb2 import GetUserGroupRequest, UserGroup
from ampline.v1.user_pb2 import GetUserRequest, User
from portal.api import Api
from portal.auth import api
from portal.links import resource_id
from portal.zones import shown_zone

M = TypeVar("M", bound=Message)
UNNAMED = UserGroup()


def register(app: Flask) -> None:
    for known in (charge_point_title, location_title, plan_title, tariff_title, user_title):
        app.add_template_filter(known)
    app.add_template_filter(evses_of)
    app.add_template_filter(payments_of)
    app.add_template_filter(receipts_of)
    app.add_template_filter(reservations_of)
    app.add_template_filter(session_of)
    app.add_template_filter(title)
    app.add_template_filter(location_zone)


def read_once(name: str, empty: M, read: Callable[[], M]) -> M:
    """The resource; an empty one if it is not named, is gone, or is hidden from the caller."""
    known = g.setdefault("known_resources", {})
    if name not in known:
        try:
            known[name] = read() if name else empty
        except (NotFound, PermissionDenied):
            known[name] = empty
    return known[name]  # type: ignore[no-any-return]


def location(name: str) -> Location:
    asked = GetLocationRequest(name=name)
    return read_once(name, Location(), lambda: api().locations.GetLocation(asked))


def charge_point(name: str) -> ChargePoint:
    asked = GetChargePointRequest(name=name)
    return read_once(name, ChargePoint(), lambda: api().charge_points.GetChargePoint(asked))


def user(name: str) -> User:
    asked = GetUserRequest(name=name)
    return read_once(name, User(), lambda: api().users.GetUser(asked))


def tariff(name: str) -> Tariff:
    asked = GetTariffRequest(name=name)
    return read_once(name, Tariff(), lambda: api().tariffs.GetTariff(asked))


def evses_of(name: str) -> Sequence[Evse]:
    """The EVSEs of a charge point, in the order of their numbers."""
    return api().evses.ListEvses(ListEvsesRequest(parent=name)).evses


def session_of(name: str) -> Session:
    asked = GetSessionRequest(name=name)
    return read_once(name, Session(), lambda: api().sessions.GetSession(asked))


def reservations_of(charge_point: str) -> dict[str, Reservation]:
    """The reservations that hold the EVSEs of a charge point now, by EVSE."""
    asked = ListReservationsRequest(charge_point=charge_point, state=Reservation.ACTIVE)
    try:
        held = api().reservations.ListReservations(asked).reservations
    except PermissionDenied:
        return {}
    return {one.evse: one for one in held}


def payments_of(name: str) -> Sequence[Transaction]:
    """The payments for a purchase, newest first."""
    asked = ListTransactionsRequest(purchased_resource=name, page_size=12)
    try:
        return api().transactions.ListTransactions(asked).transactions
    except PermissionDenied:
        return ()


def receipts_of(session: str) -> Sequence[Receipt]:
    """The receipts of a session, newest first."""
    asked = ListReceiptsRequest(session=session, page_size=12)
    try:
        return api().receipts.ListReceipts(asked).receipts
    except PermissionDenied:
        return ()


def location_title(name: str) -> str:
    return location(name).display_name or resource_id(name)


def location_zone(name: str) -> str:
    """The IANA zone that times of the location are told in."""
    return shown_zone(location(name).time_zone)


def charge_point_title(name: str) -> str:
    return charge_point(name).display_name or resource_id(name)


def tariff_title(name: str) -> str:
    return tariff(name).display_name or resource_id(name)


def user_title(name: str) -> str:
    return title_of(user(name)) or resource_id(name)


def title_of(known: User) -> str:
    """What to call a user: their name, else their e-mail address."""
    return f"{known.given_name} {known.family_name}".strip() or known.email


def plan(name: str) -> SubscriptionPlan:
    asked = GetSubscriptionPlanRequest(name=name)
    read = api().subscription_plans.GetSubscriptionPlan
    return read_once(name, SubscriptionPlan(), lambda: read(asked))


def plan_title(name: str) -> str:
    return plan(name).display_name or resource_id(name)


def named(
    get: Callable[[Api], Callable[[Any], Any]], request: Callable[..., Message]
) -> Callable[[str], str]:
    """Tells the display name of resources that have one."""

    def display_name(name: str) -> str:
        found = read_once(name, UNNAMED, lambda: get(api())(request(name=name)))
        return found.display_name or resource_id(name)

    return display_name


def operator_title(name: str) -> str:
    asked = GetPortalOperatorRequest(name=name)
    known = read_once(
        name, PortalOperator(), lambda: api().portal_operators.GetPortalOperator(asked)
    )
    return known.display_name or known.username or resource_id(name)


def api_key_title(name: str) -> str:
    asked = GetApiKeyRequest(name=name)
    known = read_once(name, ApiKey(), lambda: api().api_keys.GetApiKey(asked))
    return known.display_name or resource_id(name)


# By collection.
TITLES: dict[str, Callable[[str], str]] = {
    "apiKeys": api_key_title,
    "chargePoints": charge_point_title,
    "electricityRates": named(
        lambda api: api.electricity_rates.GetElectricityRate, GetElectricityRateRequest
    ),
    "locations": location_title,
    "portalOperators": operator_title,
    "partners": named(lambda api: api.partners.GetPartner, GetPartnerRequest),
    "subscriptionPlans": plan_title,
    "tariffGroups": named(lambda api: api.tariff_groups.GetTariffGroup, GetTariffGroupRequest),
    "tariffs": tariff_title,
    "userGroups": named(lambda api: api.user_groups.GetUserGroup, GetUserGroupRequest),
    "users": user_title,
}


def title(name: str) -> str:
    """What people call a resource; its id, if nothing else."""
    known = TITLES.get(name.partition("/")[0])
    return known(name) if known else resource_id(name)
