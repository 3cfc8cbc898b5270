"""Tells chargers to end the sessions that the platform wants ended, until they have.

Which those are stands in the database. Whoever tells a charger puts the next attempt off in the
same transaction that takes the task on, so nodes do not tell it twice at once, and a node that
dies in between has only waited. A charger that is away is told when it is back; told twice it
ends the session once.
"""

import asyncio
import logging
from contextlib import suppress

from server.domain.commands import StopTransaction
from server.domain.errors import RefusedError
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.work.ports import Stations
from server.work.sessions import stopping
from server.work.sessions.stopping import Stop

log = logging.getLogger(__name__)
TIMEOUT = 30.0
"""Seconds that a charger has for its answer."""


class Stops:
    """Has chargers told. Tests call `tick`."""

    def __init__(self, lane: WriteLane, reads: ReadPool, stations: Stations) -> None:
        self._lane = lane
        self._reads = reads
        self._stations = stations
        self._telling: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look what is due, once a second."""
        self._task = asyncio.create_task(self._run(), name="stops")

    async def close(self) -> None:
        """Tells no charger any more; what was not told stays due."""
        for task in (self._task, *self._telling):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def tick(self) -> list[Stop]:
        """Takes on what is due, and tells the chargers while others are looked at; returns it."""
        if not await self._reads.look_up(lambda rows: stopping.any_due(rows, now_us())):
            return []
        taken: list[Stop] = await self._lane.write(stopping.due)
        for stop in taken:
            task = asyncio.create_task(self._tell(stop))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        return taken

    async def told(self) -> None:
        """Waits until all that were taken on have answered, or have not in their time."""
        await asyncio.gather(*self._telling)

    async def _run(self) -> None:
        while True:
            try:
                await self.tick()
            except LaneClosedError:
                return
            except Exception:
                log.exception("stops were not told for a moment")
            await asyncio.sleep(1)

    async def _tell(self, stop: Stop) -> None:
        command = StopTransaction(stop.transaction_id)
        try:
            answer = await self._stations.command(stop.charge_point, command, TIMEOUT)
        except RefusedError as error:
            log.info("%s is not stopped yet: %s", stop.session, error.reason)
        except Exception:
            log.exception("%s could not be told of its stop; it will be told again", stop.session)
        else:
            log.info("%s is to stop: %s", stop.session, answer.status)
