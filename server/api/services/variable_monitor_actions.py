"""Variables that chargers are to watch."""

from itertools import zip_longest

from ampline.v1 import variable_monitor_action_pb2 as pb
from ampline.v1.variable_monitor_action_pb2_grpc import VariableMonitorActionServiceServicer
from server.api.lanes import Call, acting
from server.api.services import reports_asked
from server.api.services.commands import Commanding
from server.domain import monitoring
from server.domain.errors import invalid_fields
from server.domain.monitoring import Monitor, MonitorKind, MonitorResult
from server.resources.configuration_keys import to_setting
from server.store.lane import WriteLane

_UNANSWERED = MonitorResult("NotAnswered", False)


class VariableMonitorActionService(VariableMonitorActionServiceServicer):
    """Has chargers watch variables."""

    def __init__(self, lane: WriteLane, commanding: Commanding) -> None:
        self._lane = lane
        self._commanding = commanding

    @acting
    async def SetVariableMonitoring(
        self, request: pb.SetVariableMonitoringRequest, call: Call
    ) -> pb.SetVariableMonitoringResponse:
        """Sets monitors."""
        wanted = monitoring.SetMonitors(tuple(map(_monitor, request.monitors)))
        await self._commanding.find(call, request.charge_point)
        _require_variables(wanted.monitors)
        answer = await self._commanding.send_to_known(call, request.charge_point, wanted)
        results = zip_longest(request.monitors, answer.monitors, fillvalue=_UNANSWERED)
        return pb.SetVariableMonitoringResponse(
            results=[
                pb.SetVariableMonitoringResponse.Result(
                    status=result.status, accepted=result.accepted, monitor_id=result.number
                )
                for _, result in list(results)[: len(request.monitors)]
            ]
        )

    @acting
    async def ClearVariableMonitoring(
        self, request: pb.ClearVariableMonitoringRequest, call: Call
    ) -> pb.ClearVariableMonitoringResponse:
        """Clears monitors."""
        wanted = monitoring.ClearMonitors(tuple(request.monitor_ids))
        answer = await self._commanding.send(call, request.charge_point, wanted)
        told = {result.number: result for result in answer.monitors}
        found = ((number, told.get(number, _UNANSWERED)) for number in request.monitor_ids)
        return pb.ClearVariableMonitoringResponse(
            results=[
                pb.ClearVariableMonitoringResponse.Result(
                    monitor_id=number, status=result.status, accepted=result.accepted
                )
                for number, result in found
            ]
        )

    @acting
    async def SetMonitoringBase(
        self, request: pb.SetMonitoringBaseRequest, call: Call
    ) -> pb.SetMonitoringBaseResponse:
        """Goes back to a set of monitors."""
        wanted = monitoring.SetMonitoringBase(monitoring.Base(request.base))
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.SetMonitoringBaseResponse(charger_status=answer.status)

    @acting
    async def SetMonitoringLevel(
        self, request: pb.SetMonitoringLevelRequest, call: Call
    ) -> pb.SetMonitoringLevelResponse:
        """Says what is grave enough."""
        wanted = monitoring.SetMonitoringLevel(request.severity)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.SetMonitoringLevelResponse(charger_status=answer.status)

    @acting
    async def GetMonitoringReport(
        self, request: pb.GetMonitoringReportRequest, call: Call
    ) -> pb.GetMonitoringReportResponse:
        """Asks for a report of monitors; one of all of them shows what is gone, too."""
        settings = tuple(map(to_setting, request.settings))
        await self._commanding.find(call, request.charge_point)
        asked = await reports_asked.ask(
            self._lane,
            self._commanding,
            call,
            request.charge_point,
            lambda number: monitoring.GetMonitoringReport(number, settings),
            whole=not settings,
        )
        return pb.GetMonitoringReportResponse(charger_status=asked.answer.status)


def _monitor(wanted: pb.SetVariableMonitoringRequest.Monitor) -> Monitor:
    return Monitor(
        to_setting(wanted.setting),
        MonitorKind(wanted.kind),
        wanted.value,
        wanted.severity,
        wanted.during_transaction,
        wanted.monitor_id,
    )


def _require_variables(monitors: tuple[Monitor, ...]) -> None:
    faults = {
        f"monitors[{place}].setting": "needs a component and a key"
        for place, monitor in enumerate(monitors)
        if not (monitor.setting.component and monitor.setting.key)
    }
    if faults:
        raise invalid_fields(faults)
