"""Carries on what payment gateways are to do, until it is done: also what a dead node had begun.

What is to be done and when stands in rows (`work/money/gateway_steps.py`). Whoever finds something
due puts it off before it asks the gateway, so of several nodes one does it.
"""

import asyncio
import logging
from contextlib import suppress
from functools import partial

from server.domain.errors import RefusedError
from server.domain.gateway_steps import StepKind
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.work.gateways.carrying import Gateways
from server.work.money import gateway_steps
from server.work.ports import Stations
from server.work.rules import Rules
from server.work.sessions import remote

log = logging.getLogger(__name__)
ANSWER_SECONDS = 30.0
AT_ONCE = 20
"""The most steps that are carried out at a time."""


class Collecting:
    """Does what is due, once a second. Tests call `tick`."""

    def __init__(
        self,
        lane: WriteLane,
        reads: ReadPool,
        gateways: Gateways,
        stations: Stations,
        rules: Rules,
    ) -> None:
        self._lane = lane
        self._reads = reads
        self._gateways = gateways
        self._stations = stations
        self._rules = rules
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="collecting")

    async def close(self) -> None:
        """Begins nothing any more; what is broken off is done again."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def tick(self) -> int:
        """Does what is due; returns how much that was."""
        look = partial(gateway_steps.due, now=now_us(), limit=AT_ONCE)
        found = await self._reads.look_up(look)
        await asyncio.gather(*(self._carry_out(*each) for each in found))
        return len(found)

    async def _run(self) -> None:
        while True:
            try:
                if await self.tick():
                    continue
            except LaneClosedError:
                return
            except Exception:
                log.exception("gateways were not asked for a moment")
            await asyncio.sleep(1)

    async def _carry_out(self, number: int, kind: StepKind) -> None:
        try:
            if kind is StepKind.START:
                await self._begin(number)
            else:
                await self._gateways.carry_out(number)
        except OSError as error:
            log.warning("a gateway will be asked again: %s", error)
        except RefusedError as error:
            log.warning("a payment waits: %s", error.message)
        except LaneClosedError:
            raise
        except Exception:
            log.exception("a gateway was not understood; it will be asked again")

    async def _begin(self, number: int) -> None:
        """Asks a charger to begin what was paid for; once, for it may begin all the same."""
        begun = await self._lane.write(partial(remote.begin_due, rules=self._rules, number=number))
        if begun is None:
            return
        try:
            answer = await self._stations.command(begun.charge_point, begun.command, ANSWER_SECONDS)
            why = None if answer.accepted else answer.status or "REFUSED"
        except RefusedError as error:
            why = error.reason if error.reason in remote.NOT_SENT else None
        if why is not None:
            failed = partial(remote.start_failed, session=begun.session, why=why)
            await self._lane.write(failed)
