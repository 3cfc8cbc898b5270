"""Sessions: shown, and stopped."""

from typing import Any

from ampline.v1 import session_pb2 as pb
from ampline.v1.session_pb2_grpc import SessionServiceServicer
from server.api.filters import at_least, at_most, before
from server.api.lanes import Call, acting
from server.api.services.commands import command
from server.api.shown import Shown
from server.resources.sessions import MAPPING
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.ports import Stations
from server.work.rules import Rules
from server.work.sessions import remote

sessions = Shown(
    MAPPING,
    pb.ListSessionsRequest,
    pb.ListSessionsResponse,
    orders=("start_time desc", "update_time", "stop_time desc", "energy_wh desc"),
    own_orders={"energy_wh": ("final_energy_wh", "name")},
    filters={
        "started_since": at_least("start_time"),
        "started_before": before("start_time"),
        "stopped_since": at_least("stop_time"),
        "stopped_before": before("stop_time"),
        "updated_since": at_least("update_time"),
        "min_energy_wh": at_least("energy_wh", settled="final_energy_wh"),
        "max_energy_wh": at_most("energy_wh", settled="final_energy_wh"),
    },
)


class SessionService(SessionServiceServicer):
    """Shows sessions, and stops them."""

    GetSession = sessions.get
    ListSessions = sessions.list

    def __init__(self, lane: WriteLane, stations: Stations, rules: Rules) -> None:
        self._lane = lane
        self._stations = stations
        self._rules = rules

    @acting
    async def StopSession(self, request: Any, call: Call) -> pb.StopSessionResponse:
        """Tells the charger to stop; by force, ends the session here whatever it says."""
        status = await (self._force(request, call) if request.force else self._ask(request, call))
        session = await self._lane.write(
            lambda unit: sessions.message(unit, request.name, call.caller)
        )
        return pb.StopSessionResponse(charger_status=status, session=session)

    async def _ask(self, request: Any, call: Call) -> str:
        def prepare(unit: Unit) -> remote.PreparedStop:
            sessions.find(unit, request.name, call.caller)
            return remote.prepare_stop(unit, request.name)

        stop = await self._lane.write(prepare)
        answer = await command(self._stations, call, stop.charge_point, stop.command)
        return answer.status

    async def _force(self, request: Any, call: Call) -> str:
        def force(unit: Unit) -> None:
            sessions.find(unit, request.name, call.caller)
            remote.force_stop(unit, self._rules, request.name)

        await self._lane.write(force)
        return ""
