"""The device model of OCPP 2.x: variables reported in parts, asked for, and set."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from ampline.v1.configuration_key_pb2 import ConfigurationKey
from server.domain.commands import Command, CommandAnswer
from server.domain.device_commands import (
    Criterion,
    GetConfiguration,
    GetReport,
    GetVariables,
    Inventory,
    ReadConfiguration,
    SetVariables,
)
from server.domain.device_model import Attribute, Reading, Setting, Wanted
from server.domain.errors import RefusedError
from server.domain.security_commands import SetPassword
from server.resources import configuration_keys
from server.store import models
from tests.ocpp.conftest import RULES, Platform, PlatformMaker
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import BOOT, TIME, booted, both_versions, connected

OPEN = "chargePoints/OPEN"
ALL = replace(RULES, configuration_reading=Reading.ALL)
AVAILABLE = {
    "component": {"name": "Connector", "instance": "left", "evse": {"id": 1, "connectorId": 2}},
    "variable": {"name": "Available"},
    "variableAttribute": [{"value": "true", "mutability": "ReadOnly"}],
    "variableCharacteristics": {"dataType": "boolean", "supportsMonitoring": True},
}
INTERVAL = {
    "component": {"name": "OCPPCommCtrlr"},
    "variable": {"name": "HeartbeatInterval"},
    "variableAttribute": [
        {"type": "Actual", "value": "300"},
        {"type": "MaxSet", "value": "900", "mutability": "ReadOnly"},
    ],
    "variableCharacteristics": {
        "dataType": "integer",
        "unit": "s",
        "minLimit": 1,
        "maxLimit": 900,
        "supportsMonitoring": False,
    },
}
PASSWORD = {
    "component": {"name": "SecurityCtrlr"},
    "variable": {"name": "BasicAuthPassword"},
    "variableAttribute": [{"value": "do not tell anybody", "mutability": "WriteOnly"}],
}
HEARTBEAT = Setting("HeartbeatInterval", "OCPPCommCtrlr")


def order(platform: Platform, command: Command) -> "asyncio.Task[CommandAnswer]":
    """Gives a command; the task is its answer."""
    return asyncio.create_task(platform.bridge.stations.command(OPEN, command, 10))


async def report(charger: RawCharger, number: int, *parts: list[dict[str, Any]]) -> None:
    """Reports in so many parts."""
    for place, data in enumerate(parts):
        told = {
            "requestId": number,
            "seqNo": place,
            "generatedAt": TIME,
            "tbc": place < len(parts) - 1,
            "reportData": data,
        }
        assert await charger.ask("NotifyReport", told) == {}


async def kept(platform: Platform) -> dict[str, Any]:
    """The rows, by what tells them apart."""
    rows = await platform.rows(models.ConfigurationKey)
    return {row.name.removeprefix(f"{OPEN}/configurationKeys/"): row for row in rows}


@both_versions
async def test_a_report_is_read_after_a_boot(
    make_platform: PlatformMaker, subprotocol: str
) -> None:
    platform = await make_platform(ALL)
    charger = await booted(platform, subprotocol)
    action, asked = await charger.answer({"status": "Accepted"})
    assert (action, asked["reportBase"]) == ("GetBaseReport", "FullInventory")
    await report(charger, asked["requestId"], [AVAILABLE, INTERVAL], [PASSWORD])
    rows = await kept(platform)
    assert set(rows) == {
        "Connector~Available~of=left~evse=1~connector=2",
        "OCPPCommCtrlr~HeartbeatInterval",
        "OCPPCommCtrlr~HeartbeatInterval~attribute=MAX_SET",
        "SecurityCtrlr~BasicAuthPassword",
    }
    available = rows["Connector~Available~of=left~evse=1~connector=2"]
    assert (available.component_instance, available.evse, available.connector) == ("left", 1, 2)
    assert (available.value, available.readonly, available.attribute) == ("true", True, 1)
    password = rows["SecurityCtrlr~BasicAuthPassword"]
    assert (password.value, password.is_secret, password.mutability) == (None, True, 2)
    (event,) = await platform.events("charge_point.configuration_reported")
    assert event.charge_point_configuration_reported.setting_count == 4
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert (row.configuration_firmware, row.configuration_read_time is None) == ("2.1.0", False)
    assert not await platform.rows(models.OcppMessage, models.OcppMessage.violation.is_null(False))
    log = [message.call or "" for message in await platform.messages("NotifyReport")]
    assert "HeartbeatInterval" in log[0]
    assert "do not tell anybody" not in str(log)


async def test_a_variable_is_shown_with_what_is_said_of_it(platform: Platform) -> None:
    charger = await booted(platform)
    await report(charger, 7, [INTERVAL])
    columns = [column.name for column in configuration_keys.MAPPING.columns]
    row = (await kept(platform))["OCPPCommCtrlr~HeartbeatInterval"]
    shown = configuration_keys.MAPPING.to_message([getattr(row, name) for name in columns])
    said = shown.characteristics
    assert (said.data_type, said.unit, said.min_limit, said.max_limit) == ("integer", "s", 1, 900)
    assert (shown.mutability, shown.readonly) == (ConfigurationKey.READ_WRITE, False)
    assert (shown.component, shown.attribute) == ("OCPPCommCtrlr", ConfigurationKey.ACTUAL)


async def whole_report(platform: Platform, charger: RawCharger) -> int:
    """The number of a whole report that the charger said it will send."""
    waiting = order(platform, ReadConfiguration(7))
    await platform.lane.write(
        lambda unit: unit.execute(
            models.DeviceReport.insert(charge_point=OPEN, number=7, whole=True, begin_time=unit.now)
        )
    )
    await charger.answer({"status": "Accepted"})
    assert (await waiting).accepted
    return 7


async def test_what_a_whole_report_has_not_is_gone(platform: Platform) -> None:
    charger = await booted(platform)
    await report(charger, 1, [AVAILABLE, INTERVAL])
    await report(charger, await whole_report(platform, charger), [INTERVAL], [PASSWORD])
    assert {name.partition("~")[0] for name in await kept(platform)} == {
        "OCPPCommCtrlr",
        "SecurityCtrlr",
    }


async def test_nothing_is_gone_if_a_part_is_missing(platform: Platform) -> None:
    charger = await booted(platform)
    await report(charger, 1, [AVAILABLE])
    number = await whole_report(platform, charger)
    last = {"requestId": number, "seqNo": 2, "generatedAt": TIME, "reportData": [INTERVAL]}
    await charger.ask("NotifyReport", last)
    assert len(await kept(platform)) == 3
    assert len(await platform.events("charge_point.configuration_reported")) == 1


async def test_a_boot_waits_for_its_report_where_a_setting_says_so(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(replace(ALL, pending_until_read=True))
    charger = await connected(platform)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Pending"
    _, asked = await charger.answer({"status": "Accepted"})
    assert (await charger.call("Heartbeat"))[1] == "SecurityError"
    await report(charger, asked["requestId"], [INTERVAL])
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"


async def test_a_charger_that_makes_no_reports_is_asked_one_by_one(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(ALL)
    charger = await booted(platform)
    await charger.answer({"status": "NotSupported"})
    action, asked = await charger.answer({"getVariableResult": [unknown("AlignedDataCtrlr")]})
    assert action == "GetVariables"
    assert asked == {
        "getVariableData": [
            {"component": {"name": "AlignedDataCtrlr"}, "variable": {"name": "Interval"}}
        ]
    }


def unknown(component: str) -> dict[str, Any]:
    """What a charger says to a variable that it has not."""
    place = {"component": {"name": component}, "variable": {"name": "Interval"}}
    return {"attributeStatus": "UnknownVariable", **place}


async def test_variables_are_told(platform: Platform) -> None:
    charger = await booted(platform)
    await report(charger, 1, [PASSWORD])
    target = Setting("Power", "EVSE", evse=1, attribute=Attribute.TARGET)
    nonsense = Setting("Interval", "Nonsense")
    password = Setting("BasicAuthPassword", "SecurityCtrlr")
    waiting = order(platform, GetVariables((target, nonsense, password)))
    places: list[dict[str, Any]] = [
        {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Power"}},
        {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}},
    ]
    results = [
        {
            "attributeStatus": "Accepted",
            "attributeType": "Target",
            "attributeValue": "11",
            **places[0],
        },
        unknown("Nonsense"),
        {"attributeStatus": "Accepted", "attributeValue": "do not tell anybody", **places[1]},
    ]
    action, asked = await charger.answer({"getVariableResult": results})
    assert action == "GetVariables"
    assert asked["getVariableData"][0] == {**places[0], "attributeType": "Target"}
    answer = await waiting
    assert [(each.status, each.value) for each in answer.results] == [
        ("Accepted", "11"),
        ("UnknownVariable", ""),
        ("Accepted", ""),
    ]
    rows = await kept(platform)
    assert rows["EVSE~Power~evse=1~attribute=TARGET"].value == "11"
    assert rows["SecurityCtrlr~BasicAuthPassword"].value is None
    assert "do not tell" not in str([message.answer for message in await platform.messages()])


async def test_variables_are_set_and_told(platform: Platform) -> None:
    charger = await booted(platform)
    await report(charger, 1, [INTERVAL, PASSWORD])
    password = Setting("BasicAuthPassword", "SecurityCtrlr")
    wanted = (Wanted(HEARTBEAT, "60"), Wanted(password, "another secret of ours"))
    waiting = order(platform, SetVariables(wanted))
    results = [
        {
            "attributeStatus": status,
            "component": {"name": setting.component},
            "variable": {"name": setting.key},
        }
        for setting, status in ((HEARTBEAT, "Accepted"), (password, "RebootRequired"))
    ]
    _, asked = await charger.answer({"setVariableResult": results})
    assert [each["attributeValue"] for each in asked["setVariableData"]] == [
        "60",
        "another secret of ours",
    ]
    assert (await waiting).accepted
    rows = await kept(platform)
    assert rows["OCPPCommCtrlr~HeartbeatInterval"].value == "60"
    assert rows["SecurityCtrlr~BasicAuthPassword"].value is None
    events = await platform.events("charge_point.configuration_changed")
    told = [event.charge_point_configuration_changed for event in events]
    assert [(each.setting.component, each.value, each.status) for each in told] == [
        ("OCPPCommCtrlr", "60", "Accepted"),
        ("SecurityCtrlr", "", "RebootRequired"),
    ]
    assert "another secret" not in str([message.call for message in await platform.messages()])


async def test_a_variable_that_is_refused_says_why(platform: Platform) -> None:
    charger = await booted(platform)
    waiting = order(platform, SetPassword("another secret of ours"))
    result = {
        "attributeStatus": "Rejected",
        "attributeStatusInfo": {"reasonCode": "TooWeak", "additionalInfo": "no digits"},
        **{part: PASSWORD[part] for part in ("component", "variable")},
    }
    await charger.answer({"setVariableResult": [result]})
    answer = await waiting
    assert not answer.accepted
    assert answer.said == {
        "status": "Rejected",
        "reason_code": "TooWeak",
        "reason_text": "no digits",
    }


async def test_reports_are_asked_for(platform: Platform) -> None:
    charger = await booted(platform)
    some = GetReport(7, (Criterion.PROBLEM,), (HEARTBEAT, Setting("", "EVSE", evse=2)))
    for command, action, payload in (
        (
            ReadConfiguration(7, Inventory.SUMMARY),
            "GetBaseReport",
            {"requestId": 7, "reportBase": "SummaryInventory"},
        ),
        (
            some,
            "GetReport",
            {
                "requestId": 7,
                "componentCriteria": ["Problem"],
                "componentVariable": [
                    {
                        "component": {"name": "OCPPCommCtrlr"},
                        "variable": {"name": "HeartbeatInterval"},
                    },
                    {"component": {"name": "EVSE", "evse": {"id": 2}}},
                ],
            },
        ),
    ):
        waiting = order(platform, command)
        assert await charger.answer({"status": "EmptyResultSet"}) == (action, payload)
        answer = await waiting
        assert (answer.status, answer.accepted) == ("EmptyResultSet", False)


async def test_a_key_is_nothing_that_2_x_can_say(platform: Platform) -> None:
    await booted(platform)
    with pytest.raises(RefusedError) as caught:
        await order(platform, GetConfiguration(("HeartbeatInterval",)))
    assert caught.value.reason == "FEATURE_NOT_SUPPORTED"
