"""Local authorization lists: shown, and sent."""

import asyncio

from ampline.v1 import local_list_pb2 as pb
from ampline.v1.local_list_pb2_grpc import LocalListServiceServicer
from server.api import referrers
from server.api.filters import at_least
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding, time_left
from server.api.shown import Shown
from server.domain.commands import Command, CommandAnswer
from server.resources.local_lists import MAPPING
from server.store.lane import WriteLane
from server.store.models import LocalList
from server.work.ports import Stations
from server.work.stations import local_lists as verbs
from server.work.stations.list_sending import send

local_lists = Shown(
    MAPPING,
    pb.ListLocalListsRequest,
    pb.ListLocalListsResponse,
    orders=("create_time", "update_time"),
    filters={"updated_since": at_least("update_time")},
)
referrers.seen_to(LocalList.charge_point)


class LocalListService(LocalListServiceServicer):
    """Shows local lists, and brings them up to date."""

    def __init__(self, lane: WriteLane, commanding: Commanding, stations: Stations) -> None:
        self._lane = lane
        self._commanding = commanding
        self._stations = stations

    GetLocalList = local_lists.get
    ListLocalLists = local_lists.list

    @acting
    async def SendLocalList(
        self, request: pb.SendLocalListRequest, call: Call
    ) -> pb.SendLocalListResponse:
        """Sends what the charger lacks."""
        charge_point = request.charge_point
        await self._commanding.find(call, charge_point)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        gone = call.gone

        async def ask(command: Command) -> CommandAnswer:
            nonlocal gone
            left = time_left(call, loop.time() - begin)
            first, gone = gone, None  # what was begun is sent to its end
            return await self._stations.command(charge_point, command, left, first)

        is_full = request.update == pb.SendLocalListRequest.FULL
        sent = await send(self._lane, ask, charge_point, full=is_full)
        name = verbs.name_of(charge_point)
        return pb.SendLocalListResponse(
            charger_status=sent.status,
            local_list=await self._commanding.reads.look_up(lambda rows: verbs.read(rows, name)),
            call_count=sent.calls,
        )
