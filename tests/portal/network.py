"""A small network for tests: made through the API, with names that no other test has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from google.type.latlng_pb2 import LatLng
from google.type.money_pb2 import Money
from google.type.postal_address_pb2 import PostalAddress

from ampline import Client
from ampline.v1.charge_point_pb2 import ChargePoint, CreateChargePointRequest
from ampline.v1.id_tag_pb2 import CreateIdTagRequest, IdTag
from ampline.v1.location_pb2 import CreateLocationRequest, Location
from ampline.v1.tariff_group_pb2 import CreateTariffGroupRequest, TariffGroup
from ampline.v1.tariff_pb2 import CreateTariffRequest, Tariff
from ampline.v1.user_pb2 import AddBalanceRequest, CreateUserRequest, User
from clients.charger import Station

PASSWORD = "a password of a charger"
_numbers = count(1)


def new_id(kind: str) -> str:
    """An id that no other test has."""
    return f"portal-{kind}-{next(_numbers)}"


@dataclass(frozen=True)
class Network:
    """What there is."""

    client: Client
    location: Location
    tariff: Tariff
    user: User
    token: str

    def new_charger(self, **fields: object) -> ChargePoint:
        """Registers a charge point."""
        charger = ChargePoint(
            location=self.location.name,
            security_profile=ChargePoint.UNSECURED_BASIC_AUTH,
            password=PASSWORD,
        )
        for name, value in fields.items():
            setattr(charger, name, value)
        asked = CreateChargePointRequest(charge_point=charger, charge_point_id=new_id("charger"))
        return self.client.charge_points.CreateChargePoint(asked)


def made_network(client: Client) -> Network:
    """Makes it."""
    tariff = client.tariffs.CreateTariff(
        CreateTariffRequest(tariff=new_tariff(), tariff_id=new_id("tariff"))
    )
    group = TariffGroup(
        display_name="Portal tests", entries=[TariffGroup.Entry(tariff=tariff.name)]
    )
    made_group = client.tariff_groups.CreateTariffGroup(
        CreateTariffGroupRequest(tariff_group=group, tariff_group_id=new_id("group"))
    )
    location = client.locations.CreateLocation(
        CreateLocationRequest(location=new_location(made_group.name), location_id=new_id("place"))
    )
    user = made_user(client)
    token = new_id("card").upper()
    tag = IdTag(token=token, user=user.name)
    client.id_tags.CreateIdTag(CreateIdTagRequest(id_tag=tag))
    return Network(client, location, tariff, user, token)


def new_tariff() -> Tariff:
    """Forty euros a kilowatt-hour, so that what flows in a test's seconds costs something."""
    tariff = Tariff(display_name="Forty euros", currency="EUR", prices_include_tax=True)
    tariff.elements.add(dimension=Tariff.ENERGY).unit_price.CopyFrom(euros(40))
    return tariff


def new_location(tariff_group: str) -> Location:
    return Location(
        display_name="Quay of the Portal",
        address=PostalAddress(region_code="NL", locality="Utrecht", address_lines=["Quay 1"]),
        position=LatLng(latitude=52.09, longitude=5.11),
        time_zone="Europe/Amsterdam",
        tariff_group=tariff_group,
    )


def made_user(client: Client) -> User:
    """A driver with fifty euros."""
    number = new_id("driver")
    user = User(
        email=f"{number}@example.com", given_name="Grace", family_name="Hopper", currency="EUR"
    )
    made = client.users.CreateUser(CreateUserRequest(user=user, user_id=number))
    paid = AddBalanceRequest(name=made.name, amount=euros(50), reason="For tests")
    return client.users.AddBalance(paid).user


def euros(units: int, cents: int = 0) -> Money:
    return Money(currency_code="EUR", units=units, nanos=cents * 10_000_000)


@asynccontextmanager
async def connected(charger_url: str, charger: ChargePoint) -> AsyncIterator[Station]:
    """A station that is connected as the charger, booted, with its connectors told of."""
    identity = charger.name.partition("/")[2]
    async with Station(charger_url, identity, PASSWORD) as station:
        await station.boot()
        await station.announce()
        yield station
