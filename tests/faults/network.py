"""A small network made through the API: stations with a tariff, drivers with money."""

from typing import Any

from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal
from google.type.latlng_pb2 import LatLng
from google.type.money_pb2 import Money
from google.type.postal_address_pb2 import PostalAddress

from ampline.v1 import (
    charge_point_pb2,
    evse_pb2,
    id_tag_pb2,
    location_pb2,
    tariff_group_pb2,
    tariff_pb2,
    user_pb2,
)
from tests.faults.node import METADATA, Node

SECONDS = 30.0
"""How long a call may take before a test fails."""


def euros(cents: int) -> Money:
    """An amount."""
    units, rest = divmod(abs(cents), 100)
    sign = -1 if cents < 0 else 1
    return Money(currency_code="EUR", units=sign * units, nanos=sign * rest * 10_000_000)


async def made(method: Any, request: Message) -> Any:
    """Calls as an administrator; whatever goes wrong is raised."""
    return await method(request, metadata=METADATA, timeout=SECONDS)


async def make_network(node: Node, stations: int, drivers: int, cents: int = 100_000) -> None:
    """Stations CP0…, each with EVSE 1, and drivers u0… with a tag TAG0… and some money each."""
    await _make_prices(node)
    await made(
        node.api.locations.CreateLocation,
        location_pb2.CreateLocationRequest(
            location_id="home",
            location=location_pb2.Location(
                display_name="Home",
                time_zone="Europe/Amsterdam",
                address=PostalAddress(region_code="NL", locality="Utrecht"),
                position=LatLng(latitude=52.1, longitude=5.1),
            ),
        ),
    )
    for number in range(stations):
        await _make_station(node, f"CP{number}")
    for number in range(drivers):
        await _make_driver(node, number, cents)


async def _make_prices(node: Node) -> None:
    tariff = tariff_pb2.Tariff(
        display_name="Standard",
        currency="EUR",
        tax_percent=Decimal(value="21"),
        prices_include_tax=True,
    )
    tariff.elements.add(
        dimension=tariff_pb2.Tariff.ENERGY,
        unit=tariff_pb2.Tariff.KWH,
        unit_price=Money(currency_code="EUR", nanos=500_000_000),
    )
    await made(
        node.api.tariffs.CreateTariff,
        tariff_pb2.CreateTariffRequest(tariff_id="standard", tariff=tariff),
    )
    group = tariff_group_pb2.TariffGroup(display_name="Standard")
    group.entries.add(tariff="tariffs/standard")
    await made(
        node.api.tariff_groups.CreateTariffGroup,
        tariff_group_pb2.CreateTariffGroupRequest(tariff_group_id="standard", tariff_group=group),
    )


async def _make_station(node: Node, identity: str) -> None:
    station = charge_point_pb2.ChargePoint(
        location="locations/home",
        tariff_group="tariffGroups/standard",
        security_profile=charge_point_pb2.ChargePoint.NO_SECURITY,
    )
    await made(
        node.api.charge_points.CreateChargePoint,
        charge_point_pb2.CreateChargePointRequest(charge_point_id=identity, charge_point=station),
    )
    evse = evse_pb2.Evse(max_power_w=22_000)
    await made(
        node.api.evses.CreateEvse,
        evse_pb2.CreateEvseRequest(parent=f"chargePoints/{identity}", evse_id="1", evse=evse),
    )


async def _make_driver(node: Node, number: int, cents: int) -> None:
    user = user_pb2.User(
        email=f"driver{number}@example.org",
        currency="EUR",
        concurrency=user_pb2.User.UNLIMITED,
    )
    await made(
        node.api.users.CreateUser,
        user_pb2.CreateUserRequest(user_id=f"u{number}", user=user),
    )
    await made(
        node.api.users.AddBalance,
        user_pb2.AddBalanceRequest(name=f"users/u{number}", amount=euros(cents)),
    )
    tag = id_tag_pb2.IdTag(token=f"TAG{number}", user=f"users/u{number}")
    await made(
        node.api.id_tags.CreateIdTag,
        id_tag_pb2.CreateIdTagRequest(id_tag_id=f"TAG{number}", id_tag=tag),
    )
