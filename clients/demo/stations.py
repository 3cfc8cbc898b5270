"""The demo's four stations, and who comes to them."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from google.protobuf.field_mask_pb2 import FieldMask

from ampline import Client
from ampline.v1.charge_point_pb2 import ChargePoint, UpdateChargePointRequest
from clients.charger import (
    AC_11KW,
    AC_22KW,
    DC_150KW,
    Clock,
    Hardware,
    Ocpp16,
    Ocpp21,
    Ocpp201,
    Outlet,
    Station,
)
from clients.charger.behaviours import PROFILES, Profile
from clients.charger.dialect import Dialect
from clients.charger.fleet import Resident
from clients.charger.life import Backoff
from clients.charger.visits import Habits

COMING_AND_GOING = Habits(pause=(5, 45), energy_wh=(300, 1_500), soc=(15, 75), linger=(0, 60))
"""Short visits, so that there is always something to see, at the pace of real charging."""
EVERYDAY = Habits(pause=(900, 9_000), energy_wh=(3_000, 30_000), linger=(0, 1_500))
"""Visits as they are."""
YESTERDAY = timedelta(hours=24)
SPEED = 24 * 60
"""At which yesterday takes a minute."""
STRANGER = "04FFFFFFFFFF99"
"""A card that nobody knows."""


class Installed(NamedTuple):
    """A station that stands somewhere."""

    identity: str
    outlet: Outlet
    connectors: int
    hardware: Hardware
    tags: tuple[str, ...]
    profile: str = "normal"
    dialect: Callable[[], Dialect] = Ocpp16


INSTALLED = (
    Installed(
        "AMS-ZUID-01",
        AC_22KW,
        2,
        Hardware(vendor="Ampline", model="Duo 22", firmware_version="2.4.1"),
        ("04A1B2C3D4E501", "04A1B2C3D4E505", "APP-ANNA", STRANGER),
    ),
    Installed(
        "BER-SKZ-01",
        DC_150KW,
        2,
        Hardware(vendor="Ampline", model="Fast 150", firmware_version="5.0.3"),
        ("04A1B2C3D4E502", "04A1B2C3D4E503", "04A1B2C3D4E507"),
        dialect=Ocpp201,
    ),
    Installed(
        "LYS-CONF-01",
        AC_22KW,
        2,
        Hardware(vendor="Ampline", model="Duo 22", firmware_version="2.4.0"),
        ("04A1B2C3D4E504", "04A1B2C3D4E508", "04A1B2C3D4E505"),
        profile="faulty",
    ),
    Installed(
        "ZAN-HTL-01",
        AC_11KW,
        1,
        Hardware(vendor="Ampline", model="Wall 11", firmware_version="1.9.7"),
        ("04A1B2C3D4E506",),
        profile="offline_and_back",
        dialect=Ocpp21,
    ),
)


def now(url: str, key: str) -> Iterator[Resident]:
    """The stations as they live from now on: each in its own way."""
    for place in INSTALLED:
        station = station_of(place, url, key, sample_seconds=10)
        yield Resident(station, PROFILES[place.profile], visits(place, COMING_AND_GOING), REDIAL)


def since_yesterday(url: str, key: str) -> Iterator[Resident]:
    """The stations with calendars that begin yesterday and run until they have caught up."""
    for place in INSTALLED:
        station = station_of(place, url, key, sample_seconds=600)
        station.clock = Clock(SPEED, datetime.now(UTC) - YESTERDAY)
        yield Resident(station, Profile(), visits(place, EVERYDAY), REDIAL)


REDIAL = Backoff(longest=10)


def visits(place: Installed, habits: Habits) -> Habits:
    """Who comes to a station."""
    return replace(habits, tags=place.tags)


def station_of(place: Installed, url: str, key: str, sample_seconds: int) -> Station:
    """A station, switched off."""
    return Station(
        url,
        place.identity,
        password_of(place, key),
        connectors=place.connectors,
        outlet=place.outlet,
        hardware=place.hardware,
        configuration={"MeterValueSampleInterval": str(sample_seconds)},
        dialect=place.dialect(),
        reboot_seconds=5,
    )


def password_of(place: Installed, key: str) -> str:
    """What a station connects with: nothing that is not known already, and nothing to keep."""
    return hmac.new(key.encode(), place.identity.encode(), hashlib.sha256).hexdigest()[:40]


def tell_passwords(client: Client, key: str) -> None:
    """Sets the passwords that the stations connect with."""
    for place in INSTALLED:
        tell_password(client, f"chargePoints/{place.identity}", password_of(place, key))


def tell_password(client: Client, charge_point: str, password: str) -> None:
    """Sets the password that a station connects with."""
    client.charge_points.UpdateChargePoint(
        UpdateChargePointRequest(
            charge_point=ChargePoint(name=charge_point, password=password),
            update_mask=FieldMask(paths=["password"]),
        )
    )
