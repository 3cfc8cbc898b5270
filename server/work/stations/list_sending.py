"""How a charger gets its local list: call by call, and from the start again where it must be."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NamedTuple

from server.domain.commands import Command, CommandAnswer, SendLocalList
from server.domain.errors import RefusedError, precondition
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.stations import local_lists
from server.work.stations.local_lists import Sending

Ask = Callable[[Command], Awaitable[CommandAnswer]]
"""Sends a command; raises RefusedError where there is no answer."""

AGAIN_IN = 15 * 60
"""Seconds after which the clock tries again what a charger refused."""


class Sent(NamedTuple):
    """The charger's last word, empty if there was nothing to send, and how many calls it took;
    of a refusal, all that it said."""

    status: str
    calls: int
    said: Mapping[str, str] = {}


async def send(lane: WriteLane, ask: Ask, charge_point: str, *, full: bool) -> Sent:
    """Brings a charger's list up to date. A charger that refuses what has changed (VersionMismatch,
    Failed) gets the whole list; RefusedError CHARGER_REJECTED if it refuses that."""
    sending = await lane.write(partial(local_lists.begin, charge_point=charge_point, full=full))
    sent = await _send(lane, ask, sending)
    if sent.status in ("Accepted", ""):
        return sent
    if not sending.is_full:
        whole = await lane.write(partial(local_lists.begin, charge_point=charge_point, full=True))
        again = await _send(lane, ask, whole)
        sent = again._replace(calls=sent.calls + again.calls)
    if sent.status != "Accepted":
        raise precondition(
            "CHARGER_REJECTED", f"{charge_point} answered {sent.status}", **sent.said
        )
    return sent


async def _send(lane: WriteLane, ask: Ask, sending: Sending) -> Sent:
    """All parts, up to the first that is refused."""
    calls, status = 0, ""
    for part in sending.parts:
        try:
            answer = await ask(SendLocalList(part))
        except (RefusedError, asyncio.CancelledError) as error:
            was_sent = isinstance(error, asyncio.CancelledError) or (
                error.metadata.get("sent") == "true" or error.reason == "CHARGER_ERROR"
            )
            begun = was_sent or calls > 0
            await asyncio.shield(lane.write(partial(_broken_off, sending=sending, begun=begun)))
            raise
        calls, status = calls + 1, answer.status
        if not answer.accepted:
            await lane.write(
                partial(local_lists.refused, sending=sending, status=status, again_in=AGAIN_IN)
            )
            return Sent(status, calls, answer.said)
        await lane.write(partial(local_lists.sent, sending=sending, part=part, status=status))
    if not sending.parts:
        await lane.write(partial(local_lists.done, sending=sending))
    return Sent(status, calls)


def _broken_off(unit: Unit, sending: Sending, begun: bool) -> None:
    """A call has no answer; `begun`: it, or one before it, may have changed the list."""
    if begun:
        local_lists.refused(unit, sending, "", AGAIN_IN)
    else:
        local_lists.released(unit, sending.name)
