"""How an action reaches a charger: with its time-out, and with each answer as its outcome.

Actions.md, "Outcome": an answer that is a no comes back as FAILED_PRECONDITION,
CHARGER_REJECTED; the port raises the other outcomes.
"""

import logging
from asyncio import Future
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message

from server.api.lanes import Call
from server.api.references import check, exists
from server.domain.commands import Command, CommandAnswer
from server.domain.errors import not_found, precondition
from server.store.lane import WriteLane
from server.store.reads import ReadPool, Rows
from server.store.unit import Unit
from server.work.gone import Late
from server.work.ports import Stations

log = logging.getLogger(__name__)
_CHARGE_POINT = "ampline.app/ChargePoint"
LONGEST = 30.0
"""Seconds that a charger has for its answer, queue included."""
OURS = 0.5
"""Seconds before the caller's deadline that we give up: our own error is to reach it."""


def if_late(lane: WriteLane, verb: Callable[[Unit], object]) -> Late:
    """What is written when the charger's yes comes after its time-out: the caller was told that
    there is no answer, and the charger did it all the same."""

    def hear(answer: CommandAnswer) -> None:
        if answer.accepted:
            lane.write(verb).add_done_callback(_complain)

    return hear


def _complain(written: "Future[object]") -> None:
    if error := written.exception():
        log.error("what a late answer calls for was not written", exc_info=error)


async def command(
    stations: Stations, call: Call, charge_point: str, wanted: Command, late: Late | None = None
) -> CommandAnswer:
    """The charger's yes. RefusedError for everything else. It is not asked at all if the caller
    goes away before its turn comes."""
    answer = await stations.command(charge_point, wanted, time_left(call), call.gone, late)
    if not answer.accepted:
        raise precondition(
            "CHARGER_REJECTED",
            f"{charge_point} answered {answer.status or 'nothing'}",
            **answer.said,
        )
    return answer


def time_left(call: Call, gone: float = 0.0) -> float:
    """Seconds that a charger has, so many after the call came."""
    if call.remaining is None:
        return LONGEST
    return max(0.0, min(LONGEST, call.remaining - gone - OURS))


class Commanding:
    """Commands to the charge points that a caller may see."""

    def __init__(self, reads: ReadPool, stations: Stations) -> None:
        self.reads = reads
        self.stations = stations

    async def send(self, call: Call, charge_point: str, wanted: Command) -> CommandAnswer:
        """The charger's yes. RefusedError for everything else."""
        await self.find(call, charge_point)
        return await self.send_to_known(call, charge_point, wanted)

    async def send_to_known(
        self, call: Call, charge_point: str, wanted: Command, late: Late | None = None
    ) -> CommandAnswer:
        """The same, to a charge point that was found before."""
        return await command(self.stations, call, charge_point, wanted, late)

    async def find(self, call: Call, charge_point: str) -> None:
        """NOT_FOUND for a charge point that is none, or not the caller's."""
        await self.reads.look_up(lambda rows: require_known(rows, call, charge_point))

    async def require(self, call: Call, request: Message, fields: Collection[str]) -> None:
        """REFERENCE_NOT_FOUND for a field that names what is not there, or not the caller's."""
        partner = call.caller.partner
        await self.reads.look_up(lambda rows: check(rows, request, fields, "", partner))


def require_known(rows: Rows, call: Call, charge_point: str) -> None:
    """NOT_FOUND for a charge point that is none, or not the caller's."""
    if not exists(rows, _CHARGE_POINT, charge_point, call.caller.partner):
        raise not_found(charge_point)


def time_told(message: Any, field: str) -> datetime | None:
    """A time that a request tells, or None."""
    if not message.HasField(field):
        return None
    moment: datetime = getattr(message, field).ToDatetime(UTC)
    return moment
