"""A configuration is read after a boot, once for each firmware, and nothing waits for it."""

from dataclasses import replace
from typing import Any

from server.domain.device_model import Reading
from server.domain.standard_settings import STANDARD_KEYS
from server.store import models
from tests.ocpp.conftest import RULES, Platform, PlatformMaker
from tests.ocpp.raw_charger import BOOT, RawCharger

ALL = replace(RULES, configuration_reading=Reading.ALL)
OPEN = "chargePoints/OPEN"
INTERVAL = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
METER = {"key": "MeterSerial", "readonly": True, "value": "1"}
SECRET = {"key": "AuthorizationKey", "readonly": False, "value": "do not tell anybody"}


async def boot(platform: Platform, firmware: str = "1", **charger: Any) -> RawCharger:
    """A charger that connects and boots."""
    connected = await platform.connect(**charger)
    answer = await connected.ask("BootNotification", {**BOOT, "firmwareVersion": firmware})
    assert answer["status"] == "Accepted"
    return connected


async def is_silent(charger: RawCharger) -> None:
    """The charger is asked nothing: its next frame is the answer to its own call."""
    await charger.ask("Heartbeat")
    await charger.ask("Heartbeat")


async def read_to_its_end(platform: Platform) -> Any:
    """The charge point's row, once its configuration is read."""

    async def is_read() -> bool:
        row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
        return row.configuration_read_time is not None

    await platform.until(is_read)
    return await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)


async def values(platform: Platform) -> dict[str, str | None]:
    """What is kept, by key."""
    return {row.key: row.value for row in await platform.rows(models.ConfigurationKey)}


async def test_it_is_read_once_for_each_firmware(make_platform: PlatformMaker) -> None:
    platform = await make_platform(ALL)
    charger = await boot(platform)
    told = {"configurationKey": [INTERVAL, SECRET]}
    assert await charger.answer(told) == ("GetConfiguration", {})
    row = await read_to_its_end(platform)
    assert row.configuration_firmware == "1"
    assert await values(platform) == {"HeartbeatInterval": "300", "AuthorizationKey": None}
    (event,) = await platform.events("charge_point.configuration_reported")
    assert event.charge_point_configuration_reported.setting_count == 2
    await is_silent(await boot(platform))
    charger = await boot(platform, "2")
    await charger.answer({"configurationKey": [INTERVAL]})
    await read_to_its_end(platform)
    assert await values(platform) == {"HeartbeatInterval": "300"}


async def test_what_has_another_value_than_before_is_told(make_platform: PlatformMaker) -> None:
    platform = await make_platform(ALL)
    await (await boot(platform)).answer({"configurationKey": [INTERVAL, METER, SECRET]})
    await read_to_its_end(platform)
    assert not await platform.events("charge_point.configuration_changed")
    changed = [{**key, "value": "60"} for key in (INTERVAL, METER, SECRET)]
    await (await boot(platform, "2")).answer({"configurationKey": changed})
    await read_to_its_end(platform)
    (event,) = await platform.events("charge_point.configuration_changed")
    payload = event.charge_point_configuration_changed
    assert (payload.key, payload.value, payload.old_value) == ("HeartbeatInterval", "60", "300")
    assert payload.setting.key == "HeartbeatInterval"
    assert "do not tell anybody" not in str(await platform.rows(models.Event))


async def test_a_charger_that_never_answers_is_asked_again_a_few_times_alone(
    make_platform: PlatformMaker,
) -> None:
    """Case 24: some crash when they are asked, boot, and would be asked for ever."""
    platform = await make_platform(ALL)
    for _ in range(3):
        charger = await boot(platform)
        kind, _, action, _ = await charger.receive()
        assert (kind, action) == (2, "GetConfiguration")
        await charger.hang_up()
    await is_silent(await boot(platform))


async def test_a_charger_that_cannot_tell_all_at_once_tells_one_by_one(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(ALL)
    charger = await boot(platform)
    _, message_id, _, payload = await charger.receive()
    assert payload == {}
    await charger.send([4, message_id, "InternalError", "no keys", {}])
    await tell_one_by_one(charger)
    await read_to_its_end(platform)
    assert await values(platform) == {"HeartbeatInterval": "300"}


async def tell_one_by_one(charger: RawCharger) -> None:
    """The one key that the charger knows is told, when each is asked for."""
    for setting in STANDARD_KEYS:
        kind, message_id, action, payload = await charger.receive()
        assert (kind, action, payload) == (2, "GetConfiguration", {"key": [setting.key]})
        known = setting.key == "HeartbeatInterval"
        told = {"configurationKey": [INTERVAL]} if known else {"unknownKey": [setting.key]}
        await charger.send([3, message_id, told])


async def test_the_charge_points_own_policy_goes_before_the_servers(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(ALL)
    await platform.update(models.ChargePoint, OPEN, configuration_reading=Reading.NEVER)
    await is_silent(await boot(platform))
    await platform.update(models.ChargePoint, OPEN, configuration_reading=Reading.ONE_BY_ONE)
    await tell_one_by_one(await boot(platform))
    await read_to_its_end(platform)


async def test_what_is_known_of_a_model_goes_before_the_servers_policy(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(ALL)
    hangs = {**BOOT, "chargePointVendor": "EN+", "firmwareVersion": "1.1.805"}
    charger = await platform.connect()
    await charger.ask("BootNotification", hangs)
    await is_silent(charger)
    await platform.update(models.ChargePoint, OPEN, configuration_reading=Reading.ALL)
    await charger.ask("BootNotification", hangs)  # the charge point's own goes before that
    assert await charger.answer({"configurationKey": [INTERVAL]}) == ("GetConfiguration", {})
    await read_to_its_end(platform)


async def test_a_boot_waits_for_it_where_a_setting_says_so(make_platform: PlatformMaker) -> None:
    platform = await make_platform(replace(ALL, pending_until_read=True))
    charger = await platform.connect()
    answer = await charger.ask("BootNotification", BOOT)
    assert (answer["status"], answer["interval"]) == ("Pending", 10)
    await charger.answer({"configurationKey": [INTERVAL]})
    await read_to_its_end(platform)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"
    statuses = [
        event.charge_point_booted.registration_status
        for event in await platform.events("charge_point.booted")
    ]
    assert statuses == ["Pending", "Accepted"]


async def test_a_boot_waits_no_longer_than_it_is_asked_for(make_platform: PlatformMaker) -> None:
    platform = await make_platform(replace(ALL, pending_until_read=True))
    for _ in range(3):
        charger = await platform.connect()
        assert (await charger.ask("BootNotification", BOOT))["status"] == "Pending"
        await charger.receive()
        await charger.hang_up()
    await boot(platform, firmware="")


async def test_a_disabled_charger_is_not_asked(make_platform: PlatformMaker) -> None:
    platform = await make_platform(ALL)
    await platform.update(models.ChargePoint, OPEN, state=2)
    charger = await platform.connect()
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Rejected"
    await is_silent(charger)
