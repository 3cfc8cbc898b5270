"""The device model of the simulated station: read, held to a template, watched, written on."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clients.charger import Ocpp16, Ocpp21, Ocpp201, Station, start_up
from clients.charger.dialect import Dialect
from server.domain.authorization import TokenKind
from server.domain.device_commands import GetReport
from server.domain.device_model import Reading, Setting
from server.domain.display_messages import (
    ClearDisplayMessage,
    DisplayMessage,
    GetDisplayMessages,
    Priority,
    RequestCustomerInformation,
    SetDisplayMessage,
)
from server.domain.monitoring import (
    Base,
    ClearMonitors,
    GetMonitoringReport,
    Monitor,
    MonitorKind,
    SetMonitoringBase,
    SetMonitors,
)
from server.store import models
from tests.ocpp.conftest import RULES, Platform, PlatformMaker
from tests.ocpp.test_commands import send
from tests.ocpp.test_templates_at_boot import follow

OPEN = "chargePoints/OPEN"
NEW = {"2.0.1": Ocpp201, "2.1": Ocpp21}
DIALECTS: dict[str, Callable[[], Dialect]] = {"1.6": Ocpp16, **NEW}
INTERVAL = Setting("HeartbeatInterval", "OCPPCommCtrlr")


@pytest.fixture(params=NEW)
async def station(platform: Platform, request: pytest.FixtureRequest) -> AsyncIterator[Station]:
    """A station of 2.x that was accepted."""
    dialect = NEW[request.param]()
    async with Station(f"{platform.url}/ocpp", "OPEN", dialect=dialect) as station:
        await start_up(station)
        yield station


@pytest.mark.parametrize("version", DIALECTS)
async def test_it_is_read_and_held_to_its_template(
    make_platform: PlatformMaker, version: str
) -> None:
    platform = await make_platform(replace(RULES, configuration_reading=Reading.ALL))
    await follow(platform)
    dialect = DIALECTS[version]()
    async with Station(f"{platform.url}/ocpp", "OPEN", dialect=dialect) as station:
        await start_up(station)
        await station.until(lambda: station.configuration["HeartbeatInterval"] == "60")

        async def is_read() -> bool:
            return bool(await platform.events("charge_point.configuration_reported"))

        await platform.until(is_read)
        table = models.ConfigurationKey
        rows = await platform.rows(table, table.key == "HeartbeatInterval")
        assert [row.value for row in rows] == ["60"]
        assert len(await platform.rows(table)) >= 15


async def count(platform: Platform, table: type[models.VariableMonitor]) -> int:
    """How many rows there are."""
    return len(await platform.rows(table))


async def test_it_watches_what_it_is_told_to(platform: Platform, station: Station) -> None:
    wanted = [
        Monitor(setting, MonitorKind.DELTA, 1, 5)
        for setting in (INTERVAL, Setting("Nonsense", "OCPPCommCtrlr"))
    ]
    answer = await send(platform, SetMonitors(tuple(wanted)))
    assert [each.status for each in answer.monitors] == ["Accepted", "UnknownVariable"]
    assert list(station.monitors) == [1]
    assert (await send(platform, GetMonitoringReport(7))).accepted
    await platform.until(lambda: _has(platform, "NotifyMonitoringReport"))
    assert await count(platform, models.VariableMonitor) == 1
    assert (await send(platform, ClearMonitors((1, 2)))).accepted
    assert await count(platform, models.VariableMonitor) == 0
    assert (await send(platform, SetMonitoringBase(Base.HARD_WIRED_ONLY))).accepted
    assert not (await send(platform, GetMonitoringReport(8))).accepted


async def _has(platform: Platform, action: str) -> bool:
    """Whether such a message came, and was answered."""
    return bool(await platform.messages(action))


async def test_it_shows_what_it_is_told_to(platform: Platform, station: Station) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    message = DisplayMessage(7, Priority.NORMAL_CYCLE, "Hello", start=start)
    assert (await send(platform, SetDisplayMessage(message))).accepted
    assert station.shown[7]["message"]["content"] == "Hello"
    assert (await send(platform, GetDisplayMessages(3))).accepted
    await platform.until(lambda: _has(platform, "NotifyDisplayMessages"))
    row = await platform.one(models.DisplayMessage)
    assert (row.content, row.priority) == ("Hello", Priority.NORMAL_CYCLE)
    assert (await send(platform, ClearDisplayMessage(7))).accepted
    assert not (await send(platform, GetDisplayMessages(4))).accepted


async def test_it_reports_and_keeps_nothing_of_anybody(
    platform: Platform, station: Station
) -> None:
    assert (await send(platform, GetReport(5, settings=(Setting("", "TxCtrlr"),)))).accepted
    await platform.until(lambda: _has(platform, "NotifyReport"))
    rows = await platform.rows(models.ConfigurationKey)
    assert {row.component for row in rows} == {"TxCtrlr"}
    asked = RequestCustomerInformation(6, "AAAA", TokenKind.RFID, clear=True, report=True)
    assert (await send(platform, asked)).accepted
    await platform.until(lambda: _has(platform, "NotifyCustomerInformation"))
