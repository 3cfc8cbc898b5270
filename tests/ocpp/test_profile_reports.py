"""A charger of OCPP 2.x tells which charging profiles it has (block K09)."""

from dataclasses import replace
from typing import Any

import pytest

from clients.charger import Ocpp21, Ocpp201, Station, start_up
from server.domain.charging_profiles import (
    ChargingProfile,
    GetChargingProfiles,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Schedule,
    Source,
)
from server.domain.commands import SetChargingProfile
from server.store import models
from server.store.unit import Unit
from server.work.stations import charging_profiles, configuration_reading
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.test_commands import send
from tests.ocpp.v2x import booted, both_versions

OPEN = "chargePoints/OPEN"
DEFAULT = ChargingProfile(
    3,
    1,
    0,
    Purpose.TX_DEFAULT,
    Kind.RELATIVE,
    Schedule(RateUnit.AMPERE, (Period(0, 100), Period(60, 161))),
)
AS_TOLD = {
    "id": 3,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": [
        {
            "id": 1,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": 0, "limit": 10.0},
                {"startPeriod": 60, "limit": 16.1},
            ],
        }
    ],
}
MAX = {**AS_TOLD, "id": 9, "chargingProfilePurpose": "ChargingStationMaxProfile"}
EXTERNAL = {**AS_TOLD, "id": 8, "chargingProfilePurpose": "ChargingStationExternalConstraints"}


async def given(platform: Platform, *profiles: ChargingProfile) -> None:
    """What an operator has given the charger."""

    def install(unit: Unit) -> None:
        for profile in profiles:
            charging_profiles.installed(unit, OPEN, profile, Source.OPERATOR, None)

    await platform.lane.write(install)


async def asked(platform: Platform, charger: RawCharger, status: str = "Accepted") -> int:
    """It is asked for all that it has; returns the report's number."""
    number = await platform.lane.write(
        lambda unit: configuration_reading.expect_report(unit, OPEN, whole=True)
    )
    asking = send(platform, GetChargingProfiles(number))
    assert await charger.answer({"status": status}) == (
        "GetChargingProfiles",
        {"requestId": number, "chargingProfile": {}},
    )
    assert (await asking).accepted
    return number


def part(number: int, *profiles: dict[str, Any], evse: int = 1, **more: Any) -> dict[str, Any]:
    """A part of the report."""
    told = {"requestId": number, "chargingLimitSource": "CSO", "evseId": evse}
    return {**told, "chargingProfile": list(profiles), **more}


async def shown(platform: Platform) -> dict[int, tuple[int, Source | None]]:
    """What is known: the EVSE and the source of each number."""
    rows = await platform.rows(models.ChargingProfile)
    return {row.profile_id: (row.evse, row.source) for row in rows}


@both_versions
async def test_what_it_has_is_shown_and_what_it_has_not_is_gone(
    platform: Platform, subprotocol: str
) -> None:
    charger = await booted(platform, subprotocol)
    await given(platform, DEFAULT, replace(DEFAULT, number=4, evse=2))
    number = await asked(platform, charger)
    await charger.ask("ReportChargingProfiles", part(number, AS_TOLD, tbc=True))
    assert set(await shown(platform)) == {3, 4}
    others = part(number, {**AS_TOLD, "id": 7}, chargingLimitSource="EMS", tbc=True)
    await charger.ask("ReportChargingProfiles", others)
    await charger.ask("ReportChargingProfiles", part(number, MAX, evse=0))
    assert await shown(platform) == {
        3: (1, Source.OPERATOR),
        7: (1, Source.CHARGER),
        9: (0, Source.OPERATOR),
    }
    told = await platform.events("charge_point.charging_profile_applied")
    profiles = [each.charge_point_charging_profile_applied.charging_profile for each in told]
    assert [profile.profile_id for profile in profiles] == [3, 4, 7, 9]  # 3 is as it was
    assert profiles[2].schedule == profiles[0].schedule


async def test_one_that_the_charger_tells_otherwise_is_as_it_tells(platform: Platform) -> None:
    charger = await booted(platform)
    await given(platform, DEFAULT)
    await charger.ask("ReportChargingProfiles", part(77, {**AS_TOLD, "stackLevel": 5}))
    (row,) = await platform.rows(models.ChargingProfile)
    assert (row.stack_level, row.source) == (5, Source.OPERATOR)
    assert len(await platform.events("charge_point.charging_profile_applied")) == 2


async def test_one_that_has_none_tells_so_at_once(platform: Platform) -> None:
    charger = await booted(platform)
    await given(platform, DEFAULT)
    await asked(platform, charger, "NoProfiles")
    assert await shown(platform) == {}


async def test_caps_on_what_a_circuit_gives_stay(platform: Platform) -> None:
    """They were never sent; and what the charger has is the circuit's, not a cap on it."""
    charger = await booted(platform)
    member = models.ChargePoint.update(circuit="circuits/garage")
    await platform.lane.write(lambda unit: unit.execute(member))
    await given(platform, DEFAULT)
    number = await asked(platform, charger)
    own = part(number, {**AS_TOLD, "id": 21}, EXTERNAL)
    await charger.ask("ReportChargingProfiles", own)
    assert await shown(platform) == {
        3: (1, Source.OPERATOR),
        21: (1, Source.CIRCUIT),
        charging_profiles.EXTERNAL_NUMBERS + 1: (1, Source.CHARGER),
    }


@pytest.mark.parametrize("dialect", [Ocpp201, Ocpp21])
async def test_a_simulated_station_tells_what_it_was_given(
    platform: Platform, dialect: Any
) -> None:
    async with Station(f"{platform.url}/ocpp", "OPEN", connectors=2, dialect=dialect()) as station:
        await start_up(station)
        assert (await send(platform, GetChargingProfiles(1))).status == "NoProfiles"
        for number, evse in ((3, 1), (4, 2)):
            profile = replace(DEFAULT, number=number, evse=evse)
            assert (await send(platform, SetChargingProfile(profile))).accepted
        assert (await send(platform, GetChargingProfiles(2, evse=2))).status == "Accepted"

        async def told() -> bool:
            return await shown(platform) == {4: (2, Source.OPERATOR)}

        await platform.until(told)
        assert (await send(platform, GetChargingProfiles(3, profiles=(99,)))).status == "NoProfiles"
