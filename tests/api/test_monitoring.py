"""Monitors over the API: set and cleared with a result for each, listed, and what they told."""

from datetime import UTC, datetime

import grpc
import pytest

from ampline.v1 import variable_monitor_action_pb2 as pb
from ampline.v1.configuration_key_pb2 import ConfigurationSetting
from ampline.v1.device_event_pb2 import ListDeviceEventsRequest
from ampline.v1.variable_monitor_pb2 import ListVariableMonitorsRequest, VariableMonitor
from server.domain.commands import CommandAnswer
from server.domain.device_model import Setting
from server.domain.monitoring import (
    Base,
    ClearMonitors,
    DeviceEvent,
    DeviceEventsTold,
    GetMonitoringReport,
    Monitor,
    MonitorKind,
    MonitorResult,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetMonitors,
)
from server.work.stations import monitoring
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
HEAT = Setting("Temperature", "EVSE", evse=1)
TOLD = ConfigurationSetting(key="Temperature", component="EVSE", evse=1)


@pytest.fixture
async def charge_point(api: Api, client: Client) -> str:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)
    return CP


def monitor(setting: ConfigurationSetting = TOLD) -> pb.SetVariableMonitoringRequest.Monitor:
    return pb.SetVariableMonitoringRequest.Monitor(
        setting=setting, kind=VariableMonitor.UPPER_THRESHOLD, value=80.5, severity=2
    )


async def test_monitors_are_set_and_cleared_each_with_its_result(
    api: Api, client: Client, charge_point: str
) -> None:
    words = (MonitorResult("Accepted", True, 9), MonitorResult("Duplicate", False))
    api.stations.connect(CP, lambda _: CommandAnswer("Accepted", True, monitors=words))
    request = pb.SetVariableMonitoringRequest(charge_point=CP, monitors=[monitor()] * 3)
    answer = await client.monitor_actions.SetVariableMonitoring(request)
    assert [(each.status, each.monitor_id) for each in answer.results] == [
        ("Accepted", 9),
        ("Duplicate", 0),
        ("NotAnswered", 0),
    ]
    clearing = pb.ClearVariableMonitoringRequest(charge_point=CP, monitor_ids=[9, 10])
    cleared = await client.monitor_actions.ClearVariableMonitoring(clearing)
    assert [(each.monitor_id, each.status, each.accepted) for each in cleared.results] == [
        (9, "Accepted", True),
        (10, "NotAnswered", False),
    ]
    wanted = Monitor(HEAT, MonitorKind.UPPER_THRESHOLD, 80.5, 2)
    assert [command for _, command in api.stations.sent] == [
        SetMonitors((wanted,) * 3),
        ClearMonitors((9, 10)),
    ]


async def test_base_level_and_report_are_asked_for(
    api: Api, client: Client, charge_point: str
) -> None:
    base = pb.SetMonitoringBaseRequest(charge_point=CP, base=pb.SetMonitoringBaseRequest.ALL)
    await client.monitor_actions.SetMonitoringBase(base)
    level = pb.SetMonitoringLevelRequest(charge_point=CP, severity=4)
    await client.monitor_actions.SetMonitoringLevel(level)
    report = pb.GetMonitoringReportRequest(charge_point=CP, settings=[TOLD])
    answer = await client.monitor_actions.GetMonitoringReport(report)
    assert answer.charger_status == "Accepted"
    *said, (_, asked) = api.stations.sent
    assert [command for _, command in said] == [SetMonitoringBase(Base.ALL), SetMonitoringLevel(4)]
    assert isinstance(asked, GetMonitoringReport)
    assert asked.settings == (HEAT,)


async def test_a_monitor_of_no_variable(client: Client, charge_point: str) -> None:
    nothing = monitor(ConfigurationSetting(component="EVSE"))
    request = pb.SetVariableMonitoringRequest(charge_point=CP, monitors=[nothing])
    refusal = await refused(client.monitor_actions.SetVariableMonitoring(request))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert list(refusal.fields) == ["monitors[0].setting"]


async def test_what_is_kept_is_shown_and_goes_with_the_charge_point(
    api: Api, client: Client, charge_point: str
) -> None:
    wanted = [Monitor(HEAT, MonitorKind.DELTA, 1, 3, number=number) for number in (8, 2)]
    times = [datetime.now(UTC).replace(minute=minute, microsecond=0) for minute in (0, 1)]
    told = tuple(DeviceEvent(1, time, HEAT, "81", None, None) for time in sorted(times))
    await api.lane.write(lambda unit: monitoring.reported(unit, CP, wanted))
    await api.lane.write(lambda unit: monitoring.events_told(unit, CP, DeviceEventsTold(told)))
    listing = ListVariableMonitorsRequest(parent=CP)
    page = await client.variable_monitors.ListVariableMonitors(listing)
    assert [each.monitor_id for each in page.variable_monitors] == [2, 8]
    events = ListDeviceEventsRequest(parent=CP, page_size=1)
    page = await client.device_events.ListDeviceEvents(events)
    (newest,) = page.device_events
    assert newest.value == "81"
    events.page_token = page.next_page_token
    (older,) = (await client.device_events.ListDeviceEvents(events)).device_events
    assert older.time.seconds <= newest.time.seconds
    await CHARGE_POINTS.delete(client, CP)
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    page = await client.device_events.ListDeviceEvents(ListDeviceEventsRequest(parent=CP))
    assert not page.device_events
    assert not (await client.variable_monitors.ListVariableMonitors(listing)).variable_monitors
