"""The status log: an entry with every change of a status, and none without."""

from typing import Any

from server.store import models
from server.work.stations import long_absence
from tests.ocpp.conftest import PASSWORD, Platform
from tests.ocpp.raw_charger import BOOT, RawCharger

OPEN = "chargePoints/OPEN"
NETWORK, STATION, EVSE = 1, 2, 3
NEVER, AVAILABLE, AWAY, LONG_AWAY = 1, 2, 3, 4


async def log_of(platform: Platform, kind: int, charge_point: str = OPEN) -> list[Any]:
    entries = models.StatusLogEntry
    wanted = (entries.kind == kind) & (entries.charge_point == charge_point)
    return await platform.rows(entries, wanted)


def pairs(entries: list[Any]) -> list[tuple[int, int]]:
    return [(entry.old_status, entry.status) for entry in entries]


async def status(charger: RawCharger, word: str, connector: int = 1, **more: Any) -> None:
    told = {"connectorId": connector, "status": word, "errorCode": "NoError", **more}
    await charger.ask("StatusNotification", told)


async def test_coming_and_going_are_logged(platform: Platform) -> None:
    charger = await platform.connect()
    await charger.ask("BootNotification", BOOT)
    assert pairs(await log_of(platform, NETWORK)) == [(NEVER, AVAILABLE)]
    assert await platform.bridge.stations.disconnect(OPEN, "an operator said so")
    entries = await log_of(platform, NETWORK)
    assert pairs(entries) == [(NEVER, AVAILABLE), (AVAILABLE, AWAY)]
    assert entries[-1].reason == "an operator said so"
    again = await platform.connect()
    await again.ask("Heartbeat")
    newer = await platform.connect()  # takes over: it could be reached all the time
    await newer.ask("Heartbeat")
    assert pairs(await log_of(platform, NETWORK))[2:] == [(AWAY, AVAILABLE)]


async def test_a_long_absence_is_logged(platform: Platform, charger: RawCharger) -> None:
    await charger.ask("Heartbeat")
    assert await platform.bridge.stations.disconnect(OPEN, "gone")
    await platform.lane.write(lambda unit: long_absence.give_up(unit, unit.now, 10))
    assert pairs(await log_of(platform, NETWORK))[-1] == (AWAY, LONG_AWAY)


async def test_what_a_charger_says_of_itself_is_logged_when_it_changes(
    platform: Platform, charger: RawCharger
) -> None:
    await status(charger, "Available")
    await status(charger, "Available")
    fault: dict[str, Any] = {
        "errorCode": "OtherError",
        "vendorId": "Acme",
        "vendorErrorCode": "E7",
        "info": "hot",
    }
    await status(charger, "Faulted", **fault)
    await status(charger, "Available", connector=0)
    await status(charger, "Unavailable", connector=0)
    entries = await log_of(platform, EVSE)
    assert pairs(entries) == [(0, 1), (1, 9)]
    assert {(entry.evse, entry.connector) for entry in entries} == {(f"{OPEN}/evses/1", 1)}
    told = entries[-1]
    assert (told.error_code, told.error_info) == ("OtherError", "hot")
    assert (told.vendor_id, told.vendor_error_code) == ("Acme", "E7")
    station = await log_of(platform, STATION)
    assert pairs(station) == [(0, 1), (1, 2)]
    assert {entry.evse for entry in station} == {None}


async def test_the_profile_in_force_is_that_of_the_connection(platform: Platform) -> None:
    secured = await platform.connect("CP1", PASSWORD)
    await secured.ask("Heartbeat")
    unsecured = await platform.connect()
    await unsecured.ask("Heartbeat")
    rows = await platform.rows(models.ChargePoint)
    in_force = {row.name: row.security_profile_in_force for row in rows}
    assert in_force == {"chargePoints/CP1": 2, OPEN: 1, "chargePoints/OTHER": None}
