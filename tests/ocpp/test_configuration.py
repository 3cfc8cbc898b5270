"""What a charger answers to GetConfiguration is kept, but for the values of secrets."""

import asyncio
from typing import Any

from server.domain.commands import Command, CommandAnswer
from server.domain.device_commands import GetConfiguration, SetConfiguration
from server.store import models
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger

OPEN = "chargePoints/OPEN"
READ_ONLY, READ_WRITE = 1, 3
INTERVAL = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
PHASES = {"key": "NumberOfConnectors", "readonly": True, "value": "2"}
SECRET = {"key": "AuthorizationKey", "readonly": False, "value": "do not tell anybody"}


async def order(
    platform: Platform, charger: RawCharger, command: Command, answer: dict[str, Any]
) -> CommandAnswer:
    """The command, answered so."""
    waiting = asyncio.create_task(platform.bridge.stations.command(OPEN, command, 10))
    await charger.answer(answer)
    return await waiting


def told(*keys: dict[str, Any], unknown: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"configurationKey": list(keys), "unknownKey": list(unknown)}


async def kept(platform: Platform) -> dict[str, Any]:
    """The rows, by key, committed when the answer is there: nothing is waited for."""
    table = models.ConfigurationKey
    rows = await platform.reads.read(lambda database: list(table.select().execute(database)))
    return {row.key: row for row in rows}


async def test_keys_are_kept_before_anybody_hears_of_them(
    platform: Platform, charger: RawCharger
) -> None:
    await order(platform, charger, GetConfiguration(), told(INTERVAL, PHASES))
    rows = await kept(platform)
    interval, phases = rows["HeartbeatInterval"], rows["NumberOfConnectors"]
    assert interval.name == f"{OPEN}/configurationKeys/HeartbeatInterval"
    assert (interval.value, interval.readonly, interval.mutability) == ("300", False, READ_WRITE)
    assert (phases.value, phases.readonly, phases.mutability) == ("2", True, READ_ONLY)


async def test_a_secret_is_known_and_not_kept(platform: Platform, charger: RawCharger) -> None:
    await order(platform, charger, GetConfiguration(), told(SECRET))
    row = (await kept(platform))["AuthorizationKey"]
    assert (row.value, row.is_secret) == (None, True)
    setting = SetConfiguration("AuthorizationKey", "another of sixteen")
    await order(platform, charger, setting, {"status": "Accepted"})
    assert (await kept(platform))["AuthorizationKey"].value is None


async def test_a_key_that_a_whole_answer_has_not_is_gone(
    platform: Platform, charger: RawCharger
) -> None:
    await order(platform, charger, GetConfiguration(), told(INTERVAL, PHASES))
    changed = {**INTERVAL, "value": "60"}
    await order(platform, charger, GetConfiguration(("HeartbeatInterval",)), told(changed))
    rows = await kept(platform)
    assert {key: row.value for key, row in rows.items()} == {
        "HeartbeatInterval": "60",
        "NumberOfConnectors": "2",
    }
    await order(platform, charger, GetConfiguration(), told(PHASES))
    assert list(await kept(platform)) == ["NumberOfConnectors"]


async def test_a_key_that_the_charger_does_not_know_is_gone(
    platform: Platform, charger: RawCharger
) -> None:
    odd = {"key": "a key/of ours", "readonly": False}
    await order(platform, charger, GetConfiguration(), told(INTERVAL, odd))
    names = {row.name for row in (await kept(platform)).values()}
    assert f"{OPEN}/configurationKeys/a%20key%2Fof%20ours" in names
    asked = GetConfiguration(("a key/of ours",))
    await order(platform, charger, asked, told(unknown=("a key/of ours",)))
    assert list(await kept(platform)) == ["HeartbeatInterval"]


async def test_a_value_that_was_accepted_is_the_value(
    platform: Platform, charger: RawCharger
) -> None:
    await order(platform, charger, GetConfiguration(), told(INTERVAL))
    setting = SetConfiguration("HeartbeatInterval", "20")
    await order(platform, charger, setting, {"status": "Rejected"})
    assert (await kept(platform))["HeartbeatInterval"].value == "300"
    await order(platform, charger, setting, {"status": "Accepted"})
    assert (await kept(platform))["HeartbeatInterval"].value == "20"


async def test_a_value_that_was_accepted_is_told(platform: Platform, charger: RawCharger) -> None:
    for key in ("HeartbeatInterval", "AuthorizationKey"):
        setting = SetConfiguration(key, "a secret of sixteen")
        await order(platform, charger, setting, {"status": "RebootRequired"})
    told = await platform.events("charge_point.configuration_changed")
    payloads = [event.charge_point_configuration_changed for event in told]
    assert [(each.key, each.value, each.status) for each in payloads] == [
        ("HeartbeatInterval", "a secret of sixteen", "RebootRequired"),
        ("AuthorizationKey", "", "RebootRequired"),
    ]
