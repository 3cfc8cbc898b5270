"""Block N of OCPP 2.x: monitors set, reported and cleared, and what chargers tell by them."""

import asyncio
from typing import Any

from server.domain.commands import Command, CommandAnswer
from server.domain.device_model import Setting
from server.domain.monitoring import (
    Base,
    ClearMonitors,
    GetMonitoringReport,
    Monitor,
    MonitorKind,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetMonitors,
)
from server.resources.monitoring import EVENTS, MONITORS
from server.store import models
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import TIME, booted, both_versions

OPEN = "chargePoints/OPEN"
HEAT = Setting("Temperature", "EVSE", evse=1)
PLACE = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Temperature"}}
EVENT = {
    "eventId": 4,
    "timestamp": TIME,
    "trigger": "Alerting",
    "actualValue": "81",
    "eventNotificationType": "CustomMonitor",
    "cause": 3,
    "techCode": "E-81",
    "techInfo": "hot",
    "cleared": True,
    "transactionId": "T-1",
    "variableMonitoringId": 9,
    **PLACE,
}
SECRET = {
    **EVENT,
    "actualValue": "do not tell anybody",
    "component": {"name": "SecurityCtrlr"},
    "variable": {"name": "BasicAuthPassword"},
}


def order(platform: Platform, command: Command) -> "asyncio.Task[CommandAnswer]":
    """Gives a command; the task is its answer."""
    return asyncio.create_task(platform.bridge.stations.command(OPEN, command, 10))


async def monitors(platform: Platform) -> dict[int, Any]:
    """What is kept, by number."""
    return {row.monitor_id: row for row in await platform.rows(models.VariableMonitor)}


@both_versions
async def test_what_a_charger_tells_is_kept_and_told(platform: Platform, subprotocol: str) -> None:
    charger = await booted(platform, subprotocol)
    told = {"generatedAt": TIME, "seqNo": 0, "eventData": [EVENT, SECRET]}
    assert await charger.ask("NotifyEvent", told) == {}
    one, two = await platform.events("charge_point.device_event")
    event = one.charge_point_device_event.device_event
    assert (event.event_id, event.value, event.tech_code, event.tech_info) == (
        4,
        "81",
        "E-81",
        "hot",
    )
    assert (event.setting.component, event.setting.evse, event.setting.key) == (
        "EVSE",
        1,
        "Temperature",
    )
    assert (event.trigger, event.kind, event.cause, event.cleared) == (1, 4, 3, True)
    assert (event.ocpp_transaction_id, event.monitor_id) == ("T-1", 9)
    assert two.charge_point_device_event.device_event.value == ""
    names = [column.name for column in EVENTS.columns]
    rows = await platform.rows(models.DeviceEvent)
    assert EVENTS.to_message([getattr(rows[0], name) for name in names]) == event
    log = await platform.messages("NotifyEvent")
    assert "do not tell anybody" not in str([*log, rows, log[0].call])


async def set_one(platform: Platform, charger: RawCharger, number: int) -> CommandAnswer:
    """A monitor that the charger gives that number."""
    monitor = Monitor(HEAT, MonitorKind.UPPER_THRESHOLD, 80.5, 2, True)
    waiting = order(platform, SetMonitors((monitor,)))
    result = {"id": number, "status": "Accepted", "type": "UpperThreshold", "severity": 2, **PLACE}
    action, asked = await charger.answer({"setMonitoringResult": [result]})
    assert (action, asked) == (
        "SetVariableMonitoring",
        {
            "setMonitoringData": [
                {
                    "transaction": True,
                    "value": 80.5,
                    "type": "UpperThreshold",
                    "severity": 2,
                    **PLACE,
                }
            ]
        },
    )
    return await waiting


async def test_a_monitor_that_was_accepted_is_kept(platform: Platform) -> None:
    charger = await booted(platform)
    answer = await set_one(platform, charger, 9)
    assert (answer.status, answer.accepted, answer.monitors[0].number) == ("Accepted", True, 9)
    row = (await monitors(platform))[9]
    assert row.name == f"{OPEN}/variableMonitors/9"
    shown = MONITORS.to_message([getattr(row, column.name) for column in MONITORS.columns])
    assert (shown.kind, shown.value, shown.severity, shown.during_transaction) == (1, 80.5, 2, True)
    assert (shown.setting.component, shown.setting.key) == ("EVSE", "Temperature")


async def test_a_monitor_that_was_refused_is_not(platform: Platform) -> None:
    charger = await booted(platform)
    monitor = Monitor(HEAT, MonitorKind.DELTA, 1, 9)
    waiting = order(platform, SetMonitors((monitor,)))
    why = {"reasonCode": "NoDelta", "additionalInfo": "only thresholds"}
    result = {"status": "UnsupportedMonitorType", "type": "Delta", "severity": 9, **PLACE}
    await charger.answer({"setMonitoringResult": [{**result, "statusInfo": why}]})
    answer = await waiting
    assert not answer.accepted
    assert answer.said == {
        "status": "UnsupportedMonitorType",
        "reason_code": "NoDelta",
        "reason_text": "only thresholds",
    }
    assert await monitors(platform) == {}


async def test_monitors_that_are_cleared_or_not_found_are_gone(platform: Platform) -> None:
    charger = await booted(platform)
    for number in (7, 8, 9):
        await set_one(platform, charger, number)
    waiting = order(platform, ClearMonitors((7, 8, 9)))
    words = {7: "Accepted", 8: "Rejected", 9: "NotFound"}
    results = [{"id": number, "status": word} for number, word in words.items()]
    asked = await charger.answer({"clearMonitoringResult": results})
    assert asked == ("ClearVariableMonitoring", {"id": [7, 8, 9]})
    assert (await waiting).accepted
    assert list(await monitors(platform)) == [8]


async def test_a_whole_report_says_which_there_are(platform: Platform) -> None:
    charger = await booted(platform)
    await set_one(platform, charger, 7)
    expected = models.DeviceReport.insert(charge_point=OPEN, number=5, whole=True, begin_time=2**60)
    await platform.lane.write(lambda unit: unit.execute(expected))
    waiting = order(platform, GetMonitoringReport(5, (Setting("", "EVSE"),)))
    asked = await charger.answer({"status": "Accepted"})
    assert asked == (
        "GetMonitoringReport",
        {"requestId": 5, "componentVariable": [{"component": {"name": "EVSE"}}]},
    )
    assert (await waiting).accepted
    monitor = {"id": 8, "transaction": False, "value": 5, "type": "Periodic", "severity": 9}
    told = {"requestId": 5, "seqNo": 0, "generatedAt": TIME, "tbc": True}
    data = {**PLACE, "variableMonitoring": [monitor]}
    await charger.ask("NotifyMonitoringReport", {**told, "monitor": [data]})
    assert set(await monitors(platform)) == {7, 8}
    changed = models.DeviceReport.update(begin_time=(await monitors(platform))[8].report_time)
    await platform.lane.write(lambda unit: unit.execute(changed))
    await charger.ask("NotifyMonitoringReport", {**told, "seqNo": 1, "tbc": False})
    assert list(await monitors(platform)) == [8]


async def test_base_and_level_are_said(platform: Platform) -> None:
    charger = await booted(platform)
    for command, said in (
        (
            SetMonitoringBase(Base.HARD_WIRED_ONLY),
            ("SetMonitoringBase", {"monitoringBase": "HardWiredOnly"}),
        ),
        (SetMonitoringLevel(4), ("SetMonitoringLevel", {"severity": 4})),
    ):
        waiting = order(platform, command)
        assert await charger.answer({"status": "Rejected"}) == said
        assert not (await waiting).accepted
