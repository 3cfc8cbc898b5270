"""What a running session costs so far is shown at the charger (OCPP 2.x, block I)."""

import asyncio
from typing import Any

from server.relay.errands import Errands
from server.relay.rounds import Rounds
from server.store import models
from server.store.clock import now_us
from server.work.sessions import expiry
from tests.ocpp.conftest import RULES, Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import booted, both_versions
from tests.ocpp.v2x_transaction import Told
from tests.work.network import add_prices

MINUTE = 60_000_000


async def has_display(platform: Platform, value: str = "true") -> None:
    """Charging has a price, and the charger told that it can show it."""
    with platform.database.connection_context():
        add_prices()
    await platform.update(
        models.ChargePoint, "chargePoints/OPEN", tariff_group="tariffGroups/standard"
    )
    told = models.ConfigurationKey.insert(
        name="chargePoints/OPEN/configuration/cost",
        charge_point="chargePoints/OPEN",
        component="TariffCostCtrlr",
        key="Enabled",
        instance="Cost",
        value=value,
        report_time=now_us(),
    )
    await platform.lane.write(lambda unit: unit.execute(told))


class Shows:
    """The round, by hands of its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._now = now_us()
        rounds = Rounds(
            platform.lane, platform.reads, platform.bridge.stations, RULES, keeps_lists=False
        )
        self._errands = Errands(platform.lane, rounds.all(), lambda: self._now)

    async def round(self, charger: RawCharger | None = None) -> dict[str, Any] | None:
        """Prices what runs, and has it shown; what the charger is told, if it is to be told."""
        await self._platform.lane.write(lambda unit: expiry.refresh_prices(unit, 0))
        await self._errands.tick()
        told = None
        if charger:
            action, told = await charger.answer({})
            assert action == "CostUpdated"
        async with asyncio.timeout(10):
            await self._errands.finished()
        self._now += MINUTE
        return told


@both_versions
async def test_each_new_cost_is_told_once(platform: Platform, subprotocol: str) -> None:
    await has_display(platform)
    shows, charger, told = Shows(platform), await booted(platform, subprotocol), Told()
    await charger.ask("TransactionEvent", told.started())
    await charger.ask("TransactionEvent", told.metered(3_000, 10))
    assert await shows.round(charger) == {"totalCost": 1.0, "transactionId": "tx-1"}
    assert await shows.round() is None
    await charger.ask("TransactionEvent", told.metered(4_000, 20))
    assert await shows.round(charger) == {"totalCost": 1.5, "transactionId": "tx-1"}
    answer = await charger.ask("TransactionEvent", told.ended())
    assert answer["totalCost"] == 2.5
    assert await shows.round() is None
    assert len(await platform.messages("CostUpdated")) == 2


async def test_who_cannot_show_it_is_not_told(platform: Platform) -> None:
    await has_display(platform, "false")
    shows, charger, told = Shows(platform), await booted(platform), Told()
    await charger.ask("TransactionEvent", told.started())
    await charger.ask("TransactionEvent", told.metered(3_000, 10))
    assert await shows.round() is None
    assert (await platform.one(models.Session)).total_micros == 1_000_000
    assert await platform.messages("CostUpdated") == []
