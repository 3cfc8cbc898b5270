"""The rounds of the platform: local lists that are to be brought up to date."""

from collections.abc import Sequence
from functools import partial

from server.relay.errands import Errand, Round
from server.store.clock import now_us
from server.store.lane import WriteLane
from server.store.reads import Reader, ReadPool
from server.store.unit import Unit
from server.work.ports import Stations
from server.work.stations import list_sending, local_lists

ANSWER = 30.0
"""Seconds that a charger has for its answer."""
MOST_LISTS = 50
"""Lists that are sent in one round."""


class Rounds:
    """What the rounds need; `keeps_lists`: lists that were sent once are kept up to date."""

    def __init__(
        self, lane: WriteLane, reads: ReadPool, stations: Stations, *, keeps_lists: bool
    ) -> None:
        self._lane = lane
        self._reads = reads
        self._stations = stations
        self._keeps_lists = keeps_lists

    def all(self) -> tuple[Round, ...]:
        """Every round."""
        return (Round("look-at-local-lists", 60, self._look_at_lists),)

    async def _look_at_lists(self) -> Sequence[Errand]:
        """Notes which lists are stale, and has some of them sent."""
        found = await self._reads.read(
            lambda database: local_lists.find_stale(Reader(database), now_us())
        )
        if found:
            await self._lane.write(partial(_note, found=found))
        if not self._keeps_lists:
            return ()
        due = await self._reads.read(
            lambda database: local_lists.due(Reader(database), now_us(), MOST_LISTS)
        )
        return [partial(self._send_list, charge_point) for charge_point in due]

    async def _send_list(self, charge_point: str) -> None:
        ask = partial(self._stations.command, charge_point, timeout=ANSWER)
        await list_sending.send(self._lane, ask, charge_point, full=False)


def _note(unit: Unit, found: dict[str, int]) -> None:
    for name, state in found.items():
        local_lists.set_state(unit, name, state)
