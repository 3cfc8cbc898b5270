"""Chargers are led to other passwords and profiles, and come back with them."""

import asyncio
from functools import partial

import pytest

from server.domain.commands import Command
from server.domain.device_commands import SetConfiguration
from server.domain.security_commands import SecurityProfile, SetPassword, SetSecurityProfile
from server.store import models
from server.work.access.passwords import hash_charger_password
from server.work.stations import security_profiles
from tests.ocpp.authority import Authority
from tests.ocpp.conftest import PASSWORD, Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.secured import BASIC, TLS, refusal
from tests.ocpp.test_commands import send
from tests.ocpp.test_signing import BOOT_201

CP1 = "chargePoints/CP1"
NEW = "00112233445566778899aabbccddeeff00112233"
UP = SetSecurityProfile(SecurityProfile.TLS_BASIC_AUTH, "wss://csms.example:8443", 3, "Wireless0")


async def test_a_password_in_1_6(platform: Platform, charger: RawCharger) -> None:
    waiting = send(platform, SetPassword(NEW))
    assert await charger.answer({"status": "Accepted"}) == (
        "ChangeConfiguration",
        {"key": "AuthorizationKey", "value": NEW},
    )
    assert (await waiting).accepted
    (logged,) = await platform.messages("ChangeConfiguration")
    assert NEW not in f"{logged.call}{logged.answer}"
    assert NEW not in str(await platform.events())


async def test_a_profile_in_1_6(platform: Platform, charger: RawCharger) -> None:
    waiting = send(platform, UP)
    assert await charger.answer({"status": "Accepted"}) == (
        "ChangeConfiguration",
        {"key": "SecurityProfile", "value": "2"},
    )
    assert (await waiting).status == "Accepted"


@pytest.fixture
async def newer(platform: Platform) -> RawCharger:
    """A charger of 2.0.1, accepted."""
    charger = await platform.connect(subprotocols=("ocpp2.0.1",))
    await charger.ask("BootNotification", BOOT_201)
    return charger


def set_result(component: str, variable: str, status: str = "Accepted") -> dict[str, object]:
    """The answer to SetVariables of one variable."""
    named = {"component": {"name": component}, "variable": {"name": variable}}
    return {"setVariableResult": [{"attributeStatus": status, **named}]}


async def test_a_password_in_2_0_1(platform: Platform, newer: RawCharger) -> None:
    waiting = send(platform, SetPassword(NEW))
    action, payload = await newer.answer(set_result("SecurityCtrlr", "BasicAuthPassword"))
    assert action == "SetVariables"
    assert payload["setVariableData"][0]["attributeValue"] == NEW
    assert (await waiting).accepted
    (logged,) = await platform.messages("SetVariables")
    assert NEW not in f"{logged.call}{logged.answer}"


async def test_a_profile_in_2_0_1(platform: Platform, newer: RawCharger) -> None:
    waiting = send(platform, UP)
    action, payload = await newer.answer({"status": "Accepted"})
    assert (action, payload["configurationSlot"]) == ("SetNetworkProfile", 3)
    data = payload["connectionData"]
    assert (data["ocppCsmsUrl"], data["securityProfile"], data["ocppInterface"]) == (
        "wss://csms.example:8443",
        2,
        "Wireless0",
    )
    done = set_result("OCPPCommCtrlr", "NetworkConfigurationPriority", "RebootRequired")
    action, payload = await newer.answer(done)
    assert payload["setVariableData"][0]["attributeValue"] == "3,1"
    assert await newer.answer({"status": "Scheduled"}) == ("Reset", {"type": "OnIdle"})
    assert (await waiting).status == "Scheduled"


async def test_a_step_that_is_refused_is_the_last(platform: Platform, newer: RawCharger) -> None:
    waiting = send(platform, UP)
    await newer.answer({"status": "Rejected"})
    answer = await waiting
    assert (answer.status, answer.accepted) == ("Rejected", False)
    later: Command = SetPassword(NEW)
    waiting = send(platform, later)
    assert (await newer.answer(set_result("SecurityCtrlr", "BasicAuthPassword")))[0] == (
        "SetVariables"
    )
    await waiting


async def test_the_new_password_takes_the_place_of_the_old_when_it_comes(
    platform: Platform,
) -> None:
    kept = hash_charger_password(NEW)
    promise = partial(security_profiles.promise, charge_point=CP1, password_hash=kept)
    await platform.lane.write(promise)
    await platform.connect("CP1", PASSWORD)
    await platform.connect("CP1", NEW)
    assert "wrong password" in await refusal(platform, password=PASSWORD)
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == CP1)
    assert (row.password_hash, row.next_password_hash) == (kept, None)


async def test_a_profile_is_registered_when_the_charger_has_come_on_it(
    secure: Platform, authority: Authority
) -> None:
    await secure.update(models.ChargePoint, CP1, security_profile_wanted=TLS)
    await secure.connect("CP1", PASSWORD)
    before = await secure.one(models.ChargePoint, models.ChargePoint.name == CP1)
    assert (before.security_profile, before.security_profile_wanted) == (BASIC, TLS)
    await secure.connect("CP1", PASSWORD, tls=authority.trusting())
    row = await secure.one(models.ChargePoint, models.ChargePoint.name == CP1)
    assert (row.security_profile, row.security_profile_wanted) == (TLS, None)
    assert row.version == before.version + 1
    (told,) = await secure.events("charge_point.updated")
    assert list(told.resource_changed.changed_fields) == ["security_profile"]
    assert "came without" in await refusal(secure, password=PASSWORD)


@pytest.mark.parametrize(("status", "old_counts"), [("Accepted", False), ("RebootRequired", True)])
async def test_a_password_may_be_set_like_any_setting(
    platform: Platform, status: str, old_counts: bool
) -> None:
    charger = await platform.connect("CP1", PASSWORD)
    wanted = SetConfiguration("AuthorizationKey", NEW)
    waiting = asyncio.create_task(platform.bridge.stations.command(CP1, wanted, 10))
    await charger.answer({"status": status})
    await waiting
    if old_counts:
        await platform.connect("CP1", PASSWORD)
    await platform.connect("CP1", NEW)
    assert "wrong password" in await refusal(platform, password=PASSWORD)
