"""The simulated station on the bridge, in every version."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random

import pytest

from ampline.v1.session_pb2 import Session
from clients.charger import Clock, Ocpp16, Ocpp21, Ocpp201, Station, start_up
from clients.charger.behaviours import Profile
from clients.charger.dialect import Dialect
from clients.charger.fleet import Resident, live
from clients.charger.visits import Habits
from server.domain import commands
from server.domain.commands import ResetKind
from server.domain.facts import EvseStatus
from server.store import models
from tests.ocpp.conftest import Platform
from tests.ocpp.test_commands import send

DIALECTS: dict[str, Callable[[], Dialect]] = {"1.6": Ocpp16, "2.0.1": Ocpp201, "2.1": Ocpp21}


@pytest.fixture(params=DIALECTS)
async def station(platform: Platform, request: pytest.FixtureRequest) -> AsyncIterator[Station]:
    dialect = DIALECTS[request.param]()
    async with Station(f"{platform.url}/ocpp", "OPEN", dialect=dialect, connectors=2) as station:
        await start_up(station)
        yield station


async def status_of(platform: Platform, number: int) -> int:
    name = f"chargePoints/OPEN/evses/{number}"
    return int((await platform.one(models.Evse, models.Evse.name == name)).hardware_status)


async def test_a_visit(platform: Platform, station: Station) -> None:
    await station.plug_in(1)
    assert await station.authorize("AAAA") == "Accepted"
    session = await station.start(1, "AAAA", meter_start=1_000)
    assert session.accepted
    assert await status_of(platform, 1) == EvseStatus.CHARGING
    await session.meter(energy_wh=500, power_w=11_000)
    await session.stop(energy_wh=900, id_tag="AAAA")
    assert await status_of(platform, 1) == EvseStatus.FINISHING
    await station.unplug(1)
    assert await status_of(platform, 1) == EvseStatus.AVAILABLE
    row = await platform.one(models.Session)
    assert (row.state, row.energy_wh, row.user) == (Session.FINISHED, 900, "users/ann")
    assert row.ocpp_transaction_id == str(session.transaction_id)


async def test_it_does_as_it_is_told(platform: Platform, station: Station) -> None:
    start = commands.StartTransaction(2, 1, "AAAA", 7)
    assert (await send(platform, start)).accepted
    await station.until(lambda: station.connectors[2].session is not None)
    await platform.until(lambda: _has_sessions(platform, 1))
    row = await platform.one(models.Session)
    assert row.evse == "chargePoints/OPEN/evses/2"
    assert (await send(platform, commands.StopTransaction(row.ocpp_transaction_id))).accepted
    await station.until(lambda: station.connectors[2].session is None)
    assert (await send(platform, commands.Reset(ResetKind.SOFT))).accepted
    await station.until(lambda: not station.online)
    await station.until(lambda: station.accepted)


async def test_what_it_kept_offline_arrives(platform: Platform, station: Station) -> None:
    await station.cut()
    session = await station.start(1, "AAAA", meter_start=0)
    await session.meter(energy_wh=500)
    await station.connect()
    await station.flush()
    await session.stop(energy_wh=800)
    row = await platform.one(models.Session)
    assert (row.state, row.energy_wh) == (Session.FINISHED, 800)


@pytest.mark.parametrize("version", DIALECTS)
async def test_it_lives_on_its_own(platform: Platform, version: str) -> None:
    habits = Habits(("AAAA",), (1, 2), (2_000, 3_000), linger=(0, 1), fumble=(0, 1))
    clock = Clock(3600)
    station = Station(f"{platform.url}/ocpp", "OPEN", dialect=DIALECTS[version](), clock=clock)
    life = asyncio.create_task(live(Resident(station, Profile(), habits), 0, Random(1)))
    try:
        await platform.until(lambda: _has_sessions(platform, 3))
    finally:
        life.cancel()
        await station.close()


async def _has_sessions(platform: Platform, count: int) -> bool:
    return len(await platform.rows(models.Session)) >= count
