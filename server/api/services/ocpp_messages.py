"""The OCPP message log of a charge point."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from ampline.v1 import ocpp_message_pb2 as pb
from ampline.v1.ocpp_message_pb2_grpc import OcppMessageServiceServicer
from server.api.below_charge_points import CHARGE_POINT, BelowChargePoints
from server.api.filters import at_least, before
from server.api.lanes import Call, streaming
from server.api.references import exists
from server.domain.errors import not_found
from server.resources.ocpp_messages import MAPPING
from server.store.filing import along
from server.store.models import OcppMessage
from server.store.reads import ReadPool, Rows
from server.store.statements import Statement, param
from server.work.ports import EventTail

LOOKED_EVERY = 0.5
HEARTBEAT = 15.0
"""Seconds."""
MOST = 200
"""Messages of one look."""
MOST_UNANSWERED = 32
"""Calls of ours that a stream waits for the answers of."""

messages = BelowChargePoints(
    MAPPING,
    pb.ListOcppMessagesRequest,
    pb.ListOcppMessagesResponse,
    order="number desc",
    by=("number",),
    filters={"since": at_least("call_time"), "before": before("call_time")},
)
_NEWEST = Statement(
    along(
        OcppMessage.select(OcppMessage.number)
        .where(OcppMessage.charge_point == param("parent"))
        .order_by(OcppMessage.number.desc())
        .limit(1),
        OcppMessage.charge_point,
    )
)
_BEHIND = Statement(
    along(
        MAPPING.query()
        .select_extend(OcppMessage.number)
        .where(
            (OcppMessage.number > param("after")) & (OcppMessage.charge_point == param("parent"))
        )
        .order_by(OcppMessage.number)
        .limit(MOST),
        OcppMessage.charge_point,
    )
)
_ONE = Statement(
    MAPPING.query()
    .select_extend(OcppMessage.number)
    .where((OcppMessage.number == param("number")) & OcppMessage.answer.is_null(False))
)


class OcppMessageService(OcppMessageServiceServicer):
    """Shows what chargers and we said to each other, newest first, or as it is said."""

    def __init__(self, reads: ReadPool, tail: EventTail) -> None:
        self._reads = reads
        self._tail = tail

    ListOcppMessages = messages.list

    @streaming
    async def StreamOcppMessages(
        self, request: pb.StreamOcppMessagesRequest, call: Call
    ) -> AsyncIterator[pb.StreamOcppMessagesResponse]:
        """What is said from now on; an empty one now and then."""
        follower = _Follower(request)
        await self._reads.look_up(lambda rows: follower.begin(rows, call.caller.partner))
        yield pb.StreamOcppMessagesResponse()
        told = asyncio.get_running_loop().time()
        while not self._tail.closed:
            await asyncio.sleep(LOOKED_EVERY)
            found = await self._reads.look_up(follower.look)
            now = asyncio.get_running_loop().time()
            if not found and now - told >= HEARTBEAT:
                found = [None]
            for message in found:
                told = now
                yield pb.StreamOcppMessagesResponse(message=message)


class _Follower:
    """How far somebody has followed the log of one charge point."""

    def __init__(self, request: pb.StreamOcppMessagesRequest) -> None:
        self._request = request
        self._after = 0
        self._unanswered: list[int] = []

    def begin(self, rows: Rows, partner: str | None) -> None:
        """From now on. Not found, too, if the caller may not see the charge point. What counts is
        its own newest message: others' nodes may have drawn higher numbers, and been quicker."""
        if not exists(rows, CHARGE_POINT, self._request.parent, partner):
            raise not_found(self._request.parent)
        newest = rows.one(_NEWEST, parent=self._request.parent)
        self._after = int(newest[0]) if newest else 0

    def look(self, rows: Rows) -> list[pb.OcppMessage | None]:
        """What was said since, and what was answered since."""
        found = [row for number in self._unanswered if (row := rows.one(_ONE, number=number))]
        answered = {row[-1] for row in found}
        still = [number for number in self._unanswered if number not in answered]
        behind = rows.all(_BEHIND, after=self._after, parent=self._request.parent)
        if behind:
            self._after = behind[-1][-1]
        told: list[pb.OcppMessage | None] = []
        for row in (*found, *behind):
            message = MAPPING.to_message(row)
            if not self._is_wanted(message):
                continue
            told.append(message)
            if message.direction == pb.OcppMessage.TO_CHARGER and not message.answer:
                still.append(row[-1])
        self._unanswered = still[-MOST_UNANSWERED:]
        return told

    def _is_wanted(self, message: Any) -> bool:
        wanted = self._request
        return wanted.action in {"", message.action} and wanted.direction in {0, message.direction}
