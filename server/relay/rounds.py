"""The rounds of the platform: firmware campaigns, local lists to be brought up to date, and what
running sessions cost on the displays of chargers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from server.domain.commands import Command, UpdateFirmware, UpdateSignedFirmware
from server.domain.display_messages import ShowCost
from server.domain.errors import RefusedError
from server.relay.errands import Errand, Round
from server.store.clock import now_us
from server.store.lane import WriteLane
from server.store.reads import Reader, ReadPool
from server.work.ports import Stations
from server.work.rules import Rules
from server.work.sessions import shown_costs
from server.work.sessions.shown_costs import Cost
from server.work.stations import firmware_campaigns, list_sending, local_lists
from server.work.stations.firmware_campaigns import Turn

ANSWER = 30.0
"""Seconds that a charger has for its answer."""
MOST_LISTS = 50
"""Lists that are sent in one round."""


class Rounds:
    """What the rounds need; `keeps_lists`: lists that were sent once are kept up to date;
    `shows_costs`: every so many seconds."""

    def __init__(
        self,
        lane: WriteLane,
        reads: ReadPool,
        stations: Stations,
        rules: Rules,
        *,
        keeps_lists: bool,
        shows_costs: int = 15,
    ) -> None:
        self._lane = lane
        self._reads = reads
        self._stations = stations
        self._rules = rules
        self._keeps_lists = keeps_lists
        self._shows_costs = shows_costs

    def all(self) -> tuple[Round, ...]:
        """Every round."""
        return (
            Round("go-on-with-campaigns", 5, self._look_at_campaigns),
            Round("look-at-local-lists", 60, self._look_at_lists),
            Round("show-costs", self._shows_costs, self._look_at_costs),
        )

    async def _look_at_campaigns(self) -> Sequence[Errand]:
        """Whoever's turn it is to be told of a firmware."""
        turns = await self._lane.write(lambda unit: firmware_campaigns.turns(unit, self._rules))
        return [partial(self._tell_of_firmware, turn) for turn in turns]

    async def _tell_of_firmware(self, turn: Turn) -> None:
        name = turn.update.name
        try:
            answer = await self._stations.command(turn.charge_point, _order(turn), ANSWER)
        except RefusedError as error:
            was_sent = error.metadata.get("sent") == "true"
            not_told = partial(
                firmware_campaigns.not_told, name=name, reason=error.reason, was_sent=was_sent
            )
            await self._lane.write(not_told)
            return
        if answer.accepted:
            done = partial(firmware_campaigns.accepted, name=name, status=answer.status)
        else:
            done = partial(
                firmware_campaigns.not_told, name=name, reason="CHARGER_REJECTED", was_sent=False
            )
        await self._lane.write(done)

    async def _look_at_lists(self) -> Sequence[Errand]:
        """Notes which lists are stale, and has some of them sent."""
        found = await self._reads.read(
            lambda database: local_lists.find_stale(Reader(database), now_us())
        )
        if found:
            await self._lane.write(partial(local_lists.note_states, found=found))
        if not self._keeps_lists:
            return ()
        due = await self._reads.read(
            lambda database: local_lists.due(Reader(database), now_us(), MOST_LISTS)
        )
        return [partial(self._send_list, charge_point) for charge_point in due]

    async def _send_list(self, charge_point: str) -> None:
        ask = partial(self._stations.command, charge_point, timeout=ANSWER)
        await list_sending.send(self._lane, ask, charge_point, full=False)

    async def _look_at_costs(self) -> Sequence[Errand]:
        """What has become more expensive, where that is shown."""
        if not await self._reads.look_up(lambda rows: shown_costs.due(rows, 1)):
            return ()
        return [partial(self._show, cost) for cost in await self._lane.write(shown_costs.take)]

    async def _show(self, cost: Cost) -> None:
        command = ShowCost(cost.transaction_id, cost.total_micros)
        await self._stations.command(cost.charge_point, command, ANSWER)


def _order(turn: Turn) -> Command:
    update, now = turn.update, datetime.now(UTC)
    if not turn.is_signed:
        return UpdateFirmware(update.uri, now, number=update.number)
    return UpdateSignedFirmware(
        update.number, update.uri, now, None, update.signing_certificate, update.signature
    )
