"""What the chargers of a benchmark find: themselves, a price, and somebody with money for each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from ampline.v1.tariff_group_pb2 import TariffGroup
from ampline.v1.tariff_pb2 import Tariff
from server.resources import tariff_groups, tariffs
from server.resources.mapping import Mapping
from server.store import models
from server.store.clock import now_us
from server.store.database import open_database
from server.work.access.passwords import hash_charger_password
from server.work.sessions.session_rows import PaymentState

PASSWORD = "0123456789abcdef"
RICH = 10**12
"""A balance that no benchmark uses up, in millionths."""

LOCATION = {"name": "locations/bench", "display_name": "Bench", "time_zone": "UTC"}
_ROWS_TOGETHER = 200


def identity(number: int) -> str:
    """How charger `number` dials in, from 0."""
    return f"BENCH{number:05d}"


def token(number: int) -> str:
    """The card that charges at it."""
    return f"CARD{number:05d}"


def seed(database: Path, chargers: int) -> None:
    """Makes a database with so many chargers of one EVSE, a user and a card for each."""
    opened = open_database(f"sqlite:///{database}")
    with opened.connection_context(), opened.atomic():
        _insert(models.Location, [LOCATION])
        _price()
        _insert(models.ChargePoint, _charge_points(chargers))
        _insert(models.Evse, _evses(chargers))
        _insert(models.User, _users(chargers))
        _insert(models.IdTag, _tags(chargers))


def count_paid(database: Path) -> int:
    """How many sessions of a database are priced and paid for."""
    opened = open_database(f"sqlite:///{database}")
    session, paid = models.Session, PaymentState.PAID
    with opened.connection_context():
        return int(
            session.select()
            .where((session.payment_state == paid) & (session.total_micros > 0))
            .count()
        )


def _price() -> None:
    tariff = Tariff(
        display_name="Bench",
        currency="EUR",
        tax_percent=Decimal(value="21"),
        prices_include_tax=True,
        elements=[
            Tariff.Element(
                dimension=Tariff.ENERGY, unit=Tariff.KWH, unit_price=_euros(500_000_000)
            ),
            Tariff.Element(
                dimension=Tariff.IDLE_TIME, unit=Tariff.MINUTE, unit_price=_euros(100_000_000)
            ),
        ],
    )
    _insert_message(models.Tariff, tariffs.MAPPING, "tariffs/bench", tariff)
    group = TariffGroup(display_name="Bench", entries=[TariffGroup.Entry(tariff="tariffs/bench")])
    _insert_message(models.TariffGroup, tariff_groups.MAPPING, "tariffGroups/bench", group)


def _euros(nanos: int) -> Money:
    return Money(currency_code="EUR", nanos=nanos)


def _charge_points(count: int) -> Iterator[dict[str, Any]]:
    password_hash = hash_charger_password(PASSWORD)
    for number in range(count):
        yield {
            "name": f"chargePoints/{identity(number)}",
            "location": "locations/bench",
            "tariff_group": "tariffGroups/bench",
            "password_hash": password_hash,
        }


def _evses(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        charge_point = f"chargePoints/{identity(number)}"
        yield {
            "name": f"{charge_point}/evses/1",
            "charge_point": charge_point,
            "number": 1,
            "location": "locations/bench",
            "max_power_w": 22_000,
        }


def _users(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "name": f"users/{number:05d}",
            "email": f"{number}@example.org",
            "currency": "EUR",
            "balance_micros": RICH,
        }


def _tags(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "name": f"idTags/{token(number)}",
            "token": token(number),
            "token_key": token(number).casefold(),
            "user": f"users/{number:05d}",
        }


def _insert_message(table: Any, mapping: Mapping[Any], name: str, message: Message) -> None:
    fields = [field.name for field, _ in message.ListFields()]
    _insert(table, [{"name": name, **mapping.to_columns(message, fields)}])


def _insert(table: Any, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    now = now_us()
    stamped = [{**row, "create_time": now, "update_time": now} for row in rows]
    for first in range(0, len(stamped), _ROWS_TOGETHER):
        table.insert_many(stamped[first : first + _ROWS_TOGETHER]).execute()
