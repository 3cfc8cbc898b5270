"""Reports of chargers: they come after the answer, in parts, under a number."""

from collections.abc import Callable
from typing import NamedTuple

from server.api.lanes import Call
from server.api.services.commands import Commanding
from server.domain.commands import Command, CommandAnswer
from server.store.lane import WriteLane
from server.work.stations import configuration_reading


class Asked(NamedTuple):
    """The charger's yes, and the number of the report that comes."""

    answer: CommandAnswer
    number: int


async def ask(
    lane: WriteLane,
    commanding: Commanding,
    call: Call,
    charge_point: str,
    said: Callable[[int], Command],
    *,
    whole: bool,
) -> Asked:
    """Asks a charge point that was found before for a report of a number that is new; after a
    `whole` one what it does not have is gone. RefusedError for everything but a yes."""
    number = await lane.write(
        lambda unit: configuration_reading.expect_report(unit, charge_point, whole=whole)
    )
    return Asked(await commanding.send_to_known(call, charge_point, said(number)), number)
