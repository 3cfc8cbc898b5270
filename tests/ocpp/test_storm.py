"""Everybody comes back at once: nobody is refused, nobody waits too long."""

import asyncio
from typing import Any

import pytest

from server.store import models
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.raw_charger import AVAILABLE, BOOT


async def come_back(platform: Platform, identity: str) -> dict[str, Any]:
    """Connects, boots and reports a status; the answer to the boot."""
    charger = await platform.connect(identity)
    booted = await charger.ask("BootNotification", BOOT)
    for connector in (0, 1):
        await charger.ask("StatusNotification", {**AVAILABLE, "connectorId": connector})
    return booted


@pytest.mark.parametrize("many", [200, pytest.param(2_000, marks=pytest.mark.soak)])
async def test_all_get_through(make_platform: PlatformMaker, many: int) -> None:
    platform = await make_platform(accept_unknown=True, handshakes_per_second=500)
    async with asyncio.timeout(60):
        booted = await asyncio.gather(
            *(come_back(platform, f"S{number}") for number in range(many))
        )
    assert [answer["status"] for answer in booted] == ["Accepted"] * many
    assert len(platform.bridge.stations) == many
    rows = await platform.rows(models.Evse)
    assert len(rows) == many
    assert len(await platform.events("charge_point.booted")) == many
