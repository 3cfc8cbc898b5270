"""Shares the circuits that this node holds.

The event log tells what may have changed; what is decided goes by the tables alone, so a loop that
begins anew, or on another node, goes on where the last one was.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from ampline.v1.circuit_balancing_pb2 import CircuitLimited
from ampline.v1.event_pb2 import Event
from server.domain.balancing.demand import Measurement
from server.domain.charging_profiles import Source
from server.domain.errors import RefusedError
from server.relay.balancing.measured import measurement_of
from server.store.lane import LaneClosedError, WriteLane
from server.store.unit import Unit
from server.work.balancing import consumption, leases, outcomes
from server.work.balancing.decision import Decision, Order, decide, release
from server.work.balancing.leases import EVERYWHERE
from server.work.balancing.sites import Tuning
from server.work.ports import EventFilter, EventTail, Stations
from server.work.stations import charging_profiles

log = logging.getLogger(__name__)

WORTH_DECIDING_A = 0.5
"""A car that draws that much more or less than at the last look is a reason to decide anew."""
WATCHED = EventFilter(
    types=frozenset(
        {
            "charge_point.booted",
            "charge_point.network_status_changed",
            "charge_point.updated",
            "circuit.created",
            "circuit.deleted",
            "circuit.updated",
            "evse.hardware_status_changed",
            "evse.updated",
            "session.meter_values",
            "session.started",
            "session.stopped",
        }
    )
)
UNKNOWN = "CHARGER_TIMEOUT"
"""After this nobody knows whether the charger took a limit; after any other refusal, it did not."""


class Pace(NamedTuple):
    """How often, in seconds."""

    shortest: float = 2.0
    """Between two decisions on one tree."""
    longest: float = 60.0
    consumption: float = 15.0
    leases: float = leases.RENEWED_EVERY
    first_circuit: float = 2.0
    """Between two looks whether there is a circuit, where there is none."""
    look: float = 0.25
    patience: float = 10.0
    """For a charger's answer."""


@dataclass(slots=True)
class Tree:
    """A tree of circuits that is ours."""

    changed: bool = True
    decided: float = float("-inf")
    told: float = float("-inf")
    limited: dict[str, CircuitLimited] = field(default_factory=dict)
    asked: int = 0
    """When somebody last asked for a look, as far as we know."""
    members: frozenset[str] = frozenset()
    """The charge points in it, when last looked at."""

    def is_due(self, now: float, pace: Pace) -> bool:
        """Whether to decide now."""
        since = now - self.decided
        return since >= pace.longest or (self.changed and since >= pace.shortest)


class Balancer:
    """The loop of one node."""

    def __init__(
        self,
        lane: WriteLane,
        tail: EventTail,
        stations: Stations,
        node: str,
        pace: Pace | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._lane = lane
        self._tail = tail
        self._stations = stations
        self._node = node
        self._pace = pace or Pace()
        self._tuning = tuning
        self._trees: dict[str, Tree] = {}
        self._measured: dict[str, Measurement] = {}
        self._noted: dict[str, float] = {}
        self._busy: Counter[str] = Counter()
        """How many orders each EVSE has not answered yet: it may get a default and a limit at once,
        and less whatever it does."""
        self._sending: set[asyncio.Task[None]] = set()
        self._claimed = self._asked = float("-inf")
        self._has_circuits = False
        self._listener: asyncio.Task[None] | None = None
        self._looker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look; listens once there is something to share.

        Where there is no circuit nobody follows the log for the loop: to read every meter value
        back cost 6 of the 130 µs of a message.
        """
        self._looker = asyncio.create_task(self._for_ever(self._look), name="balancing")

    async def close(self) -> None:
        """Decides no more, and lets another node go on."""
        tasks = [task for task in (self._looker, self._listener, *self._sending) if task]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        with suppress(LaneClosedError):
            await self._lane.write(lambda unit: leases.leave(unit, self._node))

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await work()
            except LaneClosedError:
                return
            except Exception:
                log.exception("the sharing of circuits stood still for a moment")
            await asyncio.sleep(self._pace.look)

    def _listen_if_needed(self) -> None:
        if self._listener:
            self._listener.cancel()
            self._listener = None
        if self._has_circuits:
            listening = self._for_ever(self._listen)
            self._listener = asyncio.create_task(listening, name="balancing-events")

    async def _listen(self) -> None:
        listens = False
        async for step in self._tail.follow(WATCHED):
            if not listens:
                listens = True
                self._look_anew()  # what was told before was heard by nobody
            if step.event is not None:
                self._hear(step.event)

    def _look_anew(self) -> None:
        """Anything may have changed, also which circuits there are."""
        self._claimed = float("-inf")
        for tree in self._trees.values():
            tree.changed = True

    def _hear(self, event: Event) -> None:
        if event.type == "session.meter_values" and not self._is_worth_it(event):
            return
        if event.type == "session.stopped":
            self._measured.pop(event.session_changed.session.evse, None)
        moves = event.type.startswith(("circuit.", "charge_point.updated"))
        if moves:  # between trees, perhaps
            self._claimed = float("-inf")
        for tree in self._trees.values():
            if moves or event.charge_point in tree.members:
                tree.changed = True

    def _is_worth_it(self, event: Event) -> bool:
        told = event.session_meter_values
        measured = measurement_of(told)
        if measured is None or not told.evse:
            return False
        self._measured[told.evse] = measured
        current = max(measured.phases_a or (measured.current_a or (measured.power_w or 0) / 230,))
        if abs(current - self._noted.get(told.evse, -1.0)) < WORTH_DECIDING_A:
            return False
        self._noted[told.evse] = current
        return True

    async def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        claims_every = self._pace.leases if self._has_circuits else self._pace.first_circuit
        if now - self._claimed >= claims_every:
            await self._claim(now)
        if now - self._asked >= self._pace.shortest:
            self._asked = now
            await self._notice()
        for root, tree in [*self._trees.items()]:
            if tree.is_due(now, self._pace):
                await self._decide_now(root, tree, now)

    async def _claim(self, now: float) -> None:
        self._claimed = now  # before: what is heard meanwhile may be too late for this one
        try:
            held, has_circuits = await self._lane.write(
                lambda unit: (leases.claim(unit, self._node), leases.are_needed(unit))
            )
        except Exception:
            self._claimed = float("-inf")
            raise
        self._trees = {root: self._trees.get(root) or Tree() for root in held}
        if has_circuits != self._has_circuits:
            self._has_circuits = has_circuits
            self._measured.clear()
            self._noted.clear()
            for tree in self._trees.values():
                tree.changed = True
            self._listen_if_needed()

    async def _notice(self) -> None:
        """Readings and priorities come through any node: what they ask for stands in the lease."""
        for root, asked in await self._lane.write(lambda unit: leases.asked(unit, self._node)):
            tree = self._trees.get(root)
            if tree and asked > tree.asked:
                tree.asked, tree.changed = asked, True

    async def _decide_now(self, root: str, tree: Tree, now: float) -> None:
        tree.changed, tree.decided = False, now
        try:
            await self._decide(root, tree, now)
        except Exception:
            tree.changed = True
            raise

    async def _decide(self, root: str, tree: Tree, now: float) -> None:
        if root == EVERYWHERE:
            busy = frozenset(self._busy)
            self._send(await self._lane.write(lambda unit: release(unit, self._node, busy)))
            return
        tells = now - tree.told >= self._pace.consumption
        job = partial(self._job, root, tree.limited, tells, frozenset(self._busy))
        decided = await self._lane.write(job)
        if decided is None:
            self._claimed = float("-inf")  # the lease is lost
            return
        decision, tree.limited = decided
        if tells:
            tree.told = now
        tree.members = frozenset(decision.site.charge_points())
        self._send(decision.orders)

    def _job(
        self,
        root: str,
        before: dict[str, CircuitLimited],
        tells: bool,
        busy: frozenset[str],
        unit: Unit,
    ) -> tuple[Decision, dict[str, CircuitLimited]] | None:
        decision = decide(unit, self._node, root, self._measured, busy, self._tuning)
        if decision is None:
            return None
        limited = consumption.limited(decision)
        consumption.tell_limited(unit, before, limited)
        if tells:
            consumption.tell(unit, decision.site)
        return decision, limited

    def _send(self, orders: "list[Order] | tuple[Order, ...]") -> None:
        for order in orders:
            task = asyncio.create_task(self._carry_out(order), name=f"limit-{order.evse}")
            self._busy[order.evse] += 1
            self._sending.add(task)
            task.add_done_callback(partial(self._sent, order))

    def _sent(self, order: Order, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._busy[order.evse] -= 1
        if not self._busy[order.evse]:
            del self._busy[order.evse]
        for tree in self._trees.values():
            if order.changes and order.charge_point in tree.members:
                tree.changed = True
        if not task.cancelled() and (error := task.exception()):
            log.error("a limit of %s got lost", order.evse, exc_info=error)

    async def _carry_out(self, order: Order) -> None:
        accepted: bool | None = True
        try:
            for command in order.commands():
                answer = await self._stations.command(
                    order.charge_point, command, self._pace.patience
                )
                accepted = accepted and (answer.accepted or order.profile is None)
        except RefusedError as refusal:
            accepted = None if refusal.reason == UNKNOWN else False
        await self._lane.write(lambda unit: _note(unit, order, accepted))


def _note(unit: Unit, order: Order, accepted: bool | None) -> None:
    """Keeps what a charger answered, and what it has now."""
    outcomes.note(unit, order, accepted)
    if not accepted or not order.changes:
        return
    if order.profile is None:
        for command in order.releases():
            charging_profiles.cleared(unit, order.charge_point, command)
        return
    charging_profiles.installed(
        unit, order.charge_point, order.profile, Source.CIRCUIT, order.session
    )
