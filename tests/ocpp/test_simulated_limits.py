"""Simulated stations that the platform stops: each condition, with its reason and its events."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1.location_pb2 import Location
from ampline.v1.session_pb2 import Session
from ampline.v1.tariff_pb2 import Tariff
from clients.charger import Station, start_up
from server.domain.facts import StopReason
from server.relay.stops import Stops
from server.store import models
from server.work.sessions import limits
from tests.ocpp.conftest import Platform
from tests.ocpp.test_simulated_stations import DIALECTS
from tests.work.network import add_prices, add_tariff, energy_price

OPEN = "chargePoints/OPEN"
RICH, POOR = 100_000_000, 400_000
LITTLE = {"currencyCode": "EUR", "nanos": 200_000_000}
ENDED_BY = [
    ("1.6", StopReason.BALANCE_EXCEEDED, POOR, {}),
    ("2.0.1", StopReason.BALANCE_EXCEEDED, POOR, {}),
    ("1.6", StopReason.AMOUNT_LIMIT, RICH, {"maxAmount": LITTLE}),
    ("2.0.1", StopReason.ENERGY_LIMIT, RICH, {"maxEnergyWh": "800"}),
    ("2.1", StopReason.SOC_LIMIT, RICH, {"maxSocPercent": 80}),
    ("2.0.1", StopReason.TIME_LIMIT, RICH, {"maxDuration": "0.001s"}),
    ("1.6", StopReason.WORKING_HOURS_EXCEEDED, RICH, {}),
]


def price(conditions: dict[str, Any]) -> None:
    """0.50 EUR a kWh, until one of the conditions."""
    add_prices()
    models.Tariff.delete().execute()
    told = ParseDict({"stopConditions": conditions}, Tariff())
    told.MergeFrom(
        Tariff(
            name="tariffs/standard",
            display_name="Standard",
            currency="EUR",
            elements=[energy_price("0.50")],
        )
    )
    add_tariff(told)


async def close_the_place(platform: Platform) -> None:
    """It opens no more, and ends what runs there."""
    told = {"openingHours": {"weekly": [], "stopSessionsAtClosing": True}}
    body = ParseDict(told, Location()).SerializeToString()
    await platform.update(models.Location, "locations/home", opening_hours=body)
    await platform.lane.write(lambda unit: limits.at_location(unit, "locations/home"))


@pytest.mark.parametrize(("version", "reason", "balance", "conditions"), ENDED_BY)
async def test_it_is_stopped(
    platform: Platform,
    version: str,
    reason: StopReason,
    balance: int,
    conditions: dict[str, Any],
) -> None:
    with platform.database.connection_context():
        price(conditions)
    await platform.update(models.ChargePoint, OPEN, tariff_group="tariffGroups/standard")
    await platform.update(models.User, "users/ann", balance_micros=balance)
    stops = Stops(platform.lane, platform.reads, platform.bridge.stations)
    async with Station(f"{platform.url}/ocpp", "OPEN", dialect=DIALECTS[version]()) as station:
        await start_up(station)
        await station.plug_in()
        session = await station.start(1, "AAAA", meter_start=0)
        await session.meter(energy_wh=100, power_w=3_000, soc=50)
        await session.meter(energy_wh=900, power_w=3_000, soc=81)
        if reason is StopReason.WORKING_HOURS_EXCEEDED:
            await close_the_place(platform)
        await platform.lane.write(limits.look_at_due)
        assert len(await stops.tick()) == 1
        await stops.told()
        await station.until(lambda: station.connectors[1].session is None)
    await stops.close()
    await platform.until(lambda: has_ended(platform))
    row = await platform.one(models.Session)
    assert (row.stop_reason, row.held_micros) == (reason, None)
    told = await platform.events("session.updated", "session.stopped")
    wanted, *_, stopped = told
    assert wanted.session_changed.session.stop_reason == int(reason)
    assert wanted.session_changed.session.state == Session.ACTIVE
    assert stopped.type == "session.stopped"
    assert stopped.session_changed.session.stop_reason == int(reason)


async def has_ended(platform: Platform) -> bool:
    return bool((await platform.one(models.Session)).state == Session.FINISHED)
