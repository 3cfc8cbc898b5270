"""Settings read and set: keys of OCPP 1.6, variables of 2.x, each with its result."""

import grpc
import pytest

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.configuration_key_pb2 import (
    ConfigurationKey,
    ConfigurationSetting,
    ConfigurationValue,
)
from server.domain.commands import Command, CommandAnswer
from server.domain.device_commands import (
    Criterion,
    GetReport,
    GetVariables,
    Inventory,
    ReadConfiguration,
    SetConfiguration,
    SetVariables,
)
from server.domain.device_model import Attribute, Result, Setting, Told, Wanted
from server.domain.errors import Outcome, RefusedError
from server.work.stations import configuration
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
INTERVAL = ConfigurationSetting(key="HeartbeatInterval", component="OCPPCommCtrlr")
PASSWORD = ConfigurationSetting(key="BasicAuthPassword", component="SecurityCtrlr")


@pytest.fixture
async def charge_point(api: Api, client: Client) -> str:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)
    return CP


def answering(command: Command) -> CommandAnswer:
    """A charger of 2.x: knows every setting but those called Nonsense."""
    if isinstance(command, SetVariables):
        settings = [wanted.setting for wanted in command.wanted]
    else:
        assert isinstance(command, GetVariables)
        settings = list(command.settings)
    results = tuple(
        Result(setting, "UnknownVariable", False, reason_code="NotFound")
        if setting.key == "Nonsense"
        else Result(setting, "Accepted", True, "7")
        for setting in settings
    )
    return CommandAnswer("", any(each.accepted for each in results), results=results)


async def test_variables_are_told_each_with_its_result(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.connect(charge_point, answering)
    nonsense = ConfigurationSetting(
        key="Nonsense",
        component="EVSE",
        component_instance="left",
        instance="x",
        evse=1,
        connector=2,
        attribute=ConfigurationKey.TARGET,
    )
    request = pb.GetConfigurationRequest(
        charge_point=charge_point, settings=[INTERVAL, PASSWORD, nonsense]
    )
    answer = await client.actions.GetConfiguration(request)
    assert [
        (each.setting.key, each.status, each.value, each.reason_code) for each in answer.results
    ] == [
        ("HeartbeatInterval", "Accepted", "7", ""),
        ("BasicAuthPassword", "Accepted", "", ""),
        ("Nonsense", "UnknownVariable", "", "NotFound"),
    ]
    ((_, command),) = api.stations.sent
    assert isinstance(command, GetVariables)
    assert command.settings[2] == Setting("Nonsense", "EVSE", "left", "x", 1, 2, Attribute.TARGET)


async def test_it_fails_if_the_charger_knows_none(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.connect(charge_point, answering)
    nonsense = ConfigurationSetting(key="Nonsense", component="EVSE")
    request = pb.GetConfigurationRequest(charge_point=charge_point, settings=[nonsense])
    refusal = await refused(client.actions.GetConfiguration(request))
    assert refusal.code is grpc.StatusCode.FAILED_PRECONDITION
    assert (refusal.reason, refusal.metadata) == (
        "CHARGER_REJECTED",
        {"status": "UnknownVariable", "reason_code": "NotFound"},
    )


async def test_reports_are_asked_for_under_a_number(
    api: Api, client: Client, charge_point: str
) -> None:
    report = pb.ConfigurationReport
    for asked in (
        report(base=report.SUMMARY),
        report(criteria=[report.PROBLEM], settings=[ConfigurationSetting(component="EVSE")]),
        None,
    ):
        request = pb.GetConfigurationRequest(charge_point=charge_point, report=asked)
        answer = await client.actions.GetConfiguration(request)
        _, command = api.stations.sent[-1]
        assert isinstance(command, ReadConfiguration | GetReport)
        assert answer.report_number == command.number > 0
    summary, some, whole = [command for _, command in api.stations.sent]
    assert isinstance(summary, ReadConfiguration)
    assert summary.inventory is Inventory.SUMMARY
    assert isinstance(some, GetReport)
    assert (some.criteria, some.settings) == (
        (Criterion.PROBLEM,),
        (Setting("", "EVSE"),),
    )
    assert isinstance(whole, ReadConfiguration)
    assert whole.inventory is Inventory.FULL


async def test_keys_go_out_one_by_one_and_variables_together(
    api: Api, client: Client, charge_point: str
) -> None:
    limit = Told(Setting("ItemsPerMessage", "DeviceDataCtrlr", instance="SetVariables"), "2")
    await api.lane.write(lambda unit: configuration.reported(unit, CP, [limit]))

    def script(command: Command) -> CommandAnswer:
        if isinstance(command, SetConfiguration):
            knows = command.key == "A"
            return CommandAnswer("RebootRequired" if knows else "NotSupported", knows)
        return answering(command)

    api.stations.connect(charge_point, script)
    variables = [ConfigurationSetting(key=key, component="X") for key in "cde"]
    settings = [
        ConfigurationValue(setting=setting, value=setting.key * 2)
        for setting in (ConfigurationSetting(key="A"), ConfigurationSetting(key="B"), *variables)
    ]
    request = pb.SetConfigurationRequest(charge_point=charge_point, settings=settings)
    answer = await client.actions.SetConfiguration(request)
    assert [each.status for each in answer.results] == [
        "RebootRequired",
        "NotSupported",
        "Accepted",
        "Accepted",
        "Accepted",
    ]
    c, d, e = (Wanted(Setting(key, "X"), key * 2) for key in "cde")
    assert [command for _, command in api.stations.sent] == [
        SetConfiguration("A", "AA"),
        SetConfiguration("B", "BB"),
        SetVariables((c, d)),
        SetVariables((e,)),
    ]


async def test_a_charger_that_goes_away_is_told_no_more(
    api: Api, client: Client, charge_point: str
) -> None:
    def script(command: Command) -> CommandAnswer:
        if command == SetConfiguration("B", ""):
            raise RefusedError(Outcome.UNAVAILABLE, "CHARGER_OFFLINE", "gone")
        return CommandAnswer("Accepted", True)

    api.stations.connect(charge_point, script)
    settings = [ConfigurationValue(setting=ConfigurationSetting(key=key)) for key in "ABC"]
    request = pb.SetConfigurationRequest(charge_point=charge_point, settings=settings)
    answer = await client.actions.SetConfiguration(request)
    assert [each.status for each in answer.results] == [
        "Accepted",
        "CHARGER_OFFLINE",
        "CHARGER_OFFLINE",
    ]
    assert len(api.stations.sent) == 2
    request = pb.SetConfigurationRequest(charge_point=charge_point, settings=settings[1:])
    refusal = await refused(client.actions.SetConfiguration(request))
    assert refusal.reason == "CHARGER_OFFLINE"


KEY = ConfigurationSetting(key="HeartbeatInterval")
GET = pb.GetConfigurationRequest
SET = pb.SetConfigurationRequest


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (GET(charge_point=CP, settings=[KEY]), "settings[0].component"),
        (
            GET(charge_point=CP, settings=[ConfigurationSetting(component="EVSE")]),
            "settings[0].key",
        ),
        (GET(charge_point=CP, settings=[INTERVAL], keys=["A"]), "keys"),
        (GET(charge_point=CP, report=pb.ConfigurationReport()), "report.base"),
        (
            GET(charge_point=CP, report=pb.ConfigurationReport(base=1, criteria=[1])),  # type: ignore[list-item,arg-type] # the same numbers
            "report.base",
        ),
        (
            GET(charge_point=CP, report=pb.ConfigurationReport(settings=[KEY])),
            "report.settings[0].component",
        ),
        (SET(charge_point=CP), "key"),
        (SET(charge_point=CP, key="A", settings=[ConfigurationValue(setting=KEY)]), "key"),
        (
            SET(charge_point=CP, settings=[ConfigurationValue(setting=ConfigurationSetting())]),
            "settings[0].setting.key",
        ),
    ],
)
async def test_what_makes_no_sense_is_said(
    client: Client, charge_point: str, request_: object, field: str
) -> None:
    method = "GetConfiguration" if isinstance(request_, GET) else "SetConfiguration"
    refusal = await refused(getattr(client.actions, method)(request_))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert list(refusal.fields) == [field]
