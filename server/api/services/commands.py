"""How an action reaches a charger: with its time-out, and with each answer as its outcome.

Actions.md, "Outcome": an answer that is a no comes back as FAILED_PRECONDITION,
CHARGER_REJECTED; the port raises the other outcomes.
"""

from server.api.lanes import Call
from server.domain.commands import Command, CommandAnswer
from server.domain.errors import precondition
from server.work.ports import Stations

LONGEST = 30.0
"""Seconds that a charger has for its answer, queue included."""
OURS = 0.5
"""Seconds before the caller's deadline that we give up: our own error is to reach it."""


async def command(
    stations: Stations, call: Call, charge_point: str, wanted: Command
) -> CommandAnswer:
    """The charger's yes. RefusedError for everything else."""
    answer = await stations.command(charge_point, wanted, time_left(call))
    if not answer.accepted:
        raise precondition(
            "CHARGER_REJECTED",
            f"{charge_point} answered {answer.status or 'nothing'}",
            status=answer.status,
        )
    return answer


def time_left(call: Call) -> float:
    """Seconds that a charger has."""
    return LONGEST if call.remaining is None else max(0.0, min(LONGEST, call.remaining - OURS))
