"""Who is connected to this node, and how the platform speaks to them."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from server.domain.commands import Command, CommandAnswer
from server.ocpp.gate.admission import Failures
from server.ocpp.link.socket import GOING_AWAY
from server.ocpp.ordering import offline
from server.ocpp.visit import Visit
from server.store.clock import now_us, to_datetime
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.store.unit import Unit
from server.work.gone import Gone, Late
from server.work.ports import Elsewhere
from server.work.stations import connections
from server.work.stations.connections import Connection, Older

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_MOVES = 2
MOVE_SECONDS = 300.0
"""How often a charger may take over from another address before that is told."""

MOST_TOGETHER = 500
"""Rows in one job: bounds how long it holds the write lane."""


class ConnectedStations:
    """The visits, one a charge point; the port `Stations` of the rest of the platform."""

    def __init__(self, lane: WriteLane, reads: ReadPool) -> None:
        self._lane = lane
        self._reads = reads
        self._visits: dict[str, Visit] = {}
        self._last_since = 0
        self._told = now_us()
        self._moves = Failures(MOST_MOVES, MOVE_SECONDS)
        self._unnoted: dict[str, Callable[[], None]] = {}
        """Notes again who came or went, by charge point, where the database was lost meanwhile."""
        self.elsewhere: Elsewhere | None = None
        """The other nodes, if there are any."""

    def __contains__(self, charge_point: object) -> bool:
        return charge_point in self._visits

    def __len__(self) -> int:
        return len(self._visits)

    def __iter__(self) -> Iterator[Visit]:
        return iter([*self._visits.values()])

    def since(self) -> int:
        """The time of a new connection, in microseconds: unlike that of any other."""
        self._last_since = max(now_us(), self._last_since + 1)
        return self._last_since

    def enter(self, visit: Visit) -> None:
        """A charger is here; an older connection of its is closed, and heard of no more."""
        charge_point = visit.connection.charge_point
        older = self._visits.pop(charge_point, None)
        if older:
            self._check_address(older, visit)
            self._end(older)
            older.wire.close(GOING_AWAY, "replaced by a newer connection")
        self._visits[charge_point] = visit
        self._note_arrival(visit)

    def _note_arrival(self, visit: Visit) -> None:
        connection = visit.connection
        if self._visits.get(connection.charge_point) is not visit:
            return
        noted = self._write(partial(connections.connected, connection=connection))
        if noted:
            noted.add_done_callback(partial(self._arrival_noted, visit))

    def _arrival_noted(self, visit: Visit, noted: "asyncio.Future[Older | None]") -> None:
        """What another node holds of the charger's is closed there."""
        connection = visit.connection
        if noted.exception():  # if it is gone by now, that is noted behind this
            self._unnoted[connection.charge_point] = partial(self._note_arrival, visit)
            return
        older = noted.result()
        if older and older.node != connection.node and self.elsewhere:
            self.elsewhere.replaced(older.node, connection.charge_point, older.since)

    def drop(self, charge_point: str, since: int) -> None:
        """See `work.ports.StationsHere`."""
        visit = self._visits.get(charge_point)
        if visit is not None and visit.connection.since == since:
            del self._visits[charge_point]
            self._end(visit)
            visit.wire.close(GOING_AWAY, "replaced by a newer connection")

    def still_here(self) -> None:
        """This node was taken for dead, and its chargers for gone: those that have not come to
        another one meanwhile are noted again."""
        for visit in self:
            connection = visit.connection
            held = self._write(partial(connections.still_connected, connection=connection))
            if held:
                held.add_done_callback(partial(self._found, connection))

    def _found(self, connection: Connection, held: "asyncio.Future[bool]") -> None:
        if not held.exception() and not held.result():
            self.drop(connection.charge_point, connection.since)

    def _check_address(self, older: Visit, newer: Visit) -> None:
        """An identity that keeps coming from somewhere else may be two chargers."""
        charge_point, address = newer.connection.charge_point, newer.connection.remote_address
        if address == older.connection.remote_address:
            return
        now = asyncio.get_running_loop().time()
        if self._moves.exhausted(charge_point, now):
            self._write(
                partial(
                    connections.security_event,
                    charge_point=charge_point,
                    kind="AddressFlapping",
                    remote_address=address,
                    tech_info=f"connected before from {older.connection.remote_address}",
                )
            )
        else:
            self._moves.count(charge_point, now)

    def leave(self, visit: Visit, reason: str) -> None:
        """A connection is over."""
        self._end(visit)
        charge_point = visit.connection.charge_point
        if self._visits.get(charge_point) is not visit:
            return
        del self._visits[charge_point]
        self._note_departure(visit, reason)

    def _note_departure(self, visit: Visit, reason: str) -> None:
        connection = visit.connection
        gone = partial(
            connections.disconnected,
            connection=connection,
            reason=reason,
            last_seen=visit.last_seen,
        )

        def done(noted: "asyncio.Future[None]") -> None:
            if noted.exception() and connection.charge_point not in self._visits:
                again = partial(self._note_departure, visit, reason)
                self._unnoted[connection.charge_point] = again

        noted = self._write(gone)
        if noted:
            noted.add_done_callback(done)

    async def command(
        self,
        charge_point: str,
        command: Command,
        timeout: float,  # noqa: ASYNC109 - the port's
        gone: Gone | None = None,
        late: Late | None = None,
    ) -> CommandAnswer:
        """Sends a command to a charger and waits for its answer; see `work.ports.Stations`."""
        visit = self._visits.get(charge_point)
        if visit is None:
            raise offline(charge_point, await self._last_seen(charge_point))
        return await visit.commands.command(command, timeout, gone, late)

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        """Closes a charger's connection; it will dial again."""
        visit = self._visits.get(charge_point)
        if visit is None:
            return False
        self.leave(visit, reason)
        visit.wire.close(GOING_AWAY, reason[:100])
        return True

    def tell_seen(self) -> None:
        """Stores when chargers were last heard, of those that spoke since the last time; and what
        could not be noted of who came or went."""
        unnoted, self._unnoted = self._unnoted, {}
        for note_again in unnoted.values():
            note_again()
        told, self._told = self._told, now_us()
        heard = (self._seen(visit) for visit in self if visit.last_seen >= told)
        while some := list(islice(heard, MOST_TOGETHER)):
            self._write(partial(connections.seen, heard=some))

    def _end(self, visit: Visit) -> None:
        visit.end()
        if visit.violations:
            self._write(partial(connections.seen, heard=[self._seen(visit)]))

    @staticmethod
    def _seen(visit: Visit) -> dict[str, Any]:
        violations, visit.violations = visit.violations, 0
        return {
            "name": visit.connection.charge_point,
            "seen": visit.last_seen,
            "violations": violations,
        }

    async def _last_seen(self, charge_point: str) -> str | None:
        seen = await self._reads.read(partial(connections.last_seen, charge_point=charge_point))
        return None if seen is None else to_datetime(seen).isoformat()

    def _write(self, job: Callable[[Unit], T]) -> "asyncio.Future[T] | None":
        try:
            written = self._lane.write(job)
        except LaneClosedError:
            log.warning("a charger came or went after the last write")
            return None
        written.add_done_callback(_complain)
        return written


def _complain(future: "asyncio.Future[T]") -> None:
    error = future.exception()
    if error:
        log.error("a connection could not be noted", exc_info=error)
