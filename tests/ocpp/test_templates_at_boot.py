"""A charger is set to its template again after each boot, where the template wants that."""

from typing import Any

from ampline.v1.configuration_template_pb2 import ConfigurationTemplate
from server.domain.device_model import Reading, Setting, Told
from server.store import models
from server.store.clock import now_us
from server.work.stations import configuration
from tests.ocpp import v2x
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import BOOT, RawCharger

OPEN = "chargePoints/OPEN"
NAME = "configurationTemplates/street"


async def follow(platform: Platform, **columns: Any) -> None:
    """The charge point follows a template of one key and one variable."""
    template = ConfigurationTemplate()
    template.settings.add(value="60").setting.key = "HeartbeatInterval"
    variable = template.settings.add(value="60").setting
    variable.key, variable.component = "HeartbeatInterval", "OCPPCommCtrlr"
    row = {
        "name": NAME,
        "display_name": "Street",
        "settings": template.SerializeToString(),
        "apply_at_boot": True,
        "create_time": now_us(),
        "update_time": now_us(),
        **columns,
    }
    query = models.ConfigurationTemplate.insert(row)
    await platform.lane.write(lambda unit: unit.execute(query))
    read = {"configuration_firmware": "", "configuration_read_time": 1}
    reading = {"configuration_reading": Reading.ALL, **read}
    await platform.update(models.ChargePoint, OPEN, configuration_template=NAME, **reading)


async def boot(charger: RawCharger) -> None:
    """BootNotification."""
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"


def interval(value: str) -> dict[str, Any]:
    """What the charger tells."""
    return {"configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": value}]}


async def test_what_has_drifted_is_set_after_each_boot(
    platform: Platform, charger: RawCharger
) -> None:
    await follow(platform)
    for _ in range(2):
        await boot(charger)
        asked = await charger.answer(interval("300"))
        assert asked == ("GetConfiguration", {"key": ["HeartbeatInterval"]})
        set_to = await charger.answer({"status": "Accepted"})
        assert set_to == ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"})
    await boot(charger)
    await charger.answer(interval("60"))
    await charger.ask("Heartbeat")


async def test_a_template_that_is_not_for_boots_leaves_it_alone(
    platform: Platform, charger: RawCharger
) -> None:
    await follow(platform, apply_at_boot=False)
    await boot(charger)
    await charger.ask("Heartbeat")
    await charger.ask("Heartbeat")


async def test_keys_are_asked_for_as_many_at_once_as_the_charger_says(
    platform: Platform, charger: RawCharger
) -> None:
    template = ConfigurationTemplate()
    for key in "ABC":
        template.settings.add(value="1").setting.key = key
    await follow(platform, settings=template.SerializeToString())
    limit = Told(Setting("GetConfigurationMaxKeys"), "2")
    await platform.lane.write(lambda unit: configuration.reported(unit, OPEN, [limit]))
    await boot(charger)
    for keys in (["A", "B"], ["C"]):
        told = [{"key": key, "readonly": False, "value": "1"} for key in keys]
        asked = await charger.answer({"configurationKey": told})
        assert asked == ("GetConfiguration", {"key": keys})
    await charger.ask("Heartbeat")


async def test_a_charger_that_was_rejected_is_left_alone(
    platform: Platform, charger: RawCharger
) -> None:
    await follow(platform)
    await platform.update(models.ChargePoint, OPEN, state=2)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Rejected"
    await charger.ask("Heartbeat")
    await charger.ask("Heartbeat")


async def test_variables_are_set_so_too(platform: Platform) -> None:
    await follow(platform)
    await platform.update(models.ChargePoint, OPEN, configuration_reading=Reading.NEVER)
    charger = await v2x.booted(platform)
    action, asked = await charger.answer({"setVariableResult": []})
    assert (action, asked["setVariableData"][0]["attributeValue"]) == ("SetVariables", "60")
