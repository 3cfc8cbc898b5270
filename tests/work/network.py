"""A small network, put into a database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from ampline.v1 import tariff_group_pb2, tariff_pb2
from server.resources import tariff_groups, tariffs
from server.store.clock import now_us
from server.store.models import ChargePoint, Evse, IdTag, Location, Tariff, TariffGroup, User
from server.store.unit import Unit

CHARGE_POINT = "chargePoints/CP1"
Write = Callable[[Callable[[Unit], Any]], Any]


def add_places() -> None:
    now = {"create_time": now_us(), "update_time": now_us()}
    Location.insert(
        name="locations/home", display_name="Home", time_zone="Europe/Amsterdam", **now
    ).execute()
    ChargePoint.insert(
        name=CHARGE_POINT,
        location="locations/home",
        tariff_group="tariffGroups/standard",
        **now,
    ).execute()
    for number in (1, 2):
        Evse.insert(
            name=f"{CHARGE_POINT}/evses/{number}",
            charge_point=CHARGE_POINT,
            number=number,
            location="locations/home",
            max_power_w=22_000,
            **now,
        ).execute()


def add_prices() -> None:
    add_tariff(
        tariff_pb2.Tariff(
            name="tariffs/standard",
            display_name="Standard",
            currency="EUR",
            tax_percent=Decimal(value="21"),
            prices_include_tax=True,
            elements=[energy_price("0.50"), idle_price("0.10")],
        )
    )
    group = tariff_group_pb2.TariffGroup(name="tariffGroups/standard", display_name="Standard")
    group.entries.add(tariff="tariffs/standard")
    add(TariffGroup, tariff_groups.MAPPING, group)


def add_people() -> None:
    now = {"create_time": now_us(), "update_time": now_us()}
    User.insert(
        name="users/ann", email="ann@example.org", currency="EUR", balance_micros=100_000_000, **now
    ).execute()
    for tag in ("AAAA", "BBBB"):
        IdTag.insert(
            name=f"idTags/{tag}", token=tag, token_key=tag.casefold(), user="users/ann", **now
        ).execute()


def add_tariff(message: tariff_pb2.Tariff) -> None:
    add(Tariff, tariffs.MAPPING, message)


def add(table: Any, mapping: Any, message: Any) -> None:
    fields = [field.name for field, _ in message.ListFields()]
    columns = mapping.to_columns(message, fields)
    columns.update(name=message.name, create_time=now_us(), update_time=now_us())
    table.insert(**columns).execute()


def energy_price(per_kwh: str) -> tariff_pb2.Tariff.Element:
    return tariff_pb2.Tariff.Element(
        dimension=tariff_pb2.Tariff.ENERGY, unit_price=euros(per_kwh), unit=tariff_pb2.Tariff.KWH
    )


def idle_price(per_minute: str) -> tariff_pb2.Tariff.Element:
    return tariff_pb2.Tariff.Element(
        dimension=tariff_pb2.Tariff.IDLE_TIME,
        unit_price=euros(per_minute),
        unit=tariff_pb2.Tariff.MINUTE,
    )


def euros(amount: str) -> Money:
    units, _, rest = amount.partition(".")
    return Money(currency_code="EUR", units=int(units), nanos=int(rest.ljust(9, "0") or 0))


class _Clock:
    """When the test began."""

    now = datetime.now(UTC)


def begin_now() -> None:
    """A test begins: what lies some minutes back is counted from here on."""
    _Clock.now = datetime.now(UTC).replace(microsecond=0)


def minutes_ago(minutes: float) -> datetime:
    """The same moment each time a test asks: what lies between two of them is exact."""
    return _Clock.now - timedelta(minutes=minutes)
