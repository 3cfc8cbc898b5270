"""What changes while the circuits' loop looks elsewhere is decided on all the same."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from ampline.v1.event_pb2 import Event
from server.domain.commands import Command, CommandAnswer
from server.ocpp.ordering import offline
from server.relay.balancing.balancer import Balancer, Pace, Tree
from server.relay.tail import Tail
from server.store.database import DatabaseLostError
from server.store.models import Circuit
from server.work.balancing.decision import Order, What
from server.work.ports import EventFilter, Followed, Stations
from tests.relay.conftest import PACE as TAIL
from tests.relay.conftest import Node, NodeMaker

NEVER = 3600.0
PACE = Pace(0.0, NEVER, NEVER, NEVER, NEVER, look=0.001)
"""Whatever is decided is decided because something has changed."""
DEADLINE = 10.0
ONE, OTHER = "circuits/one", "circuits/other"


class NobodyHere:
    """The port `Stations`, with no charger connected; of one that is told late."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()

    async def command(self, charge_point: str, command: Command, *_: Any) -> CommandAnswer:
        if charge_point == "chargePoints/SLOW":
            await self.answers.wait()
        raise offline(charge_point)

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        return False


class Watched(Balancer):
    """Says what it does, and waits where a test wants it to."""

    def __init__(self, node: Node, tail: Tail, stations: Stations | None = None) -> None:
        super().__init__(node.lane, tail, stations or NobodyHere(), "node", PACE)
        self._said: asyncio.Queue[str] = asyncio.Queue()
        self.may_hear_its_claim = asyncio.Event()
        self.may_hear_its_claim.set()
        self.loses_the_database = False

    async def until(self, *said: str) -> None:
        """Waits until it has said these, one after the other."""
        async with asyncio.timeout(DEADLINE):
            for each in said:
                while await self._said.get() != each:
                    pass

    async def _look(self) -> None:
        self._said.put_nowait("looks")
        await super()._look()
        self._said.put_nowait("has looked")

    async def _claim(self, now: float) -> None:
        await super()._claim(now)
        self._said.put_nowait("has claimed")
        await self.may_hear_its_claim.wait()

    async def _decide(self, root: str, tree: Tree, now: float) -> None:
        if self.loses_the_database and root == ONE:
            self.loses_the_database = False
            self._said.put_nowait("has failed")
            raise DatabaseLostError
        await super()._decide(root, tree, now)
        self._said.put_nowait(f"has decided on {root}")

    def _hear(self, event: Event) -> None:
        super()._hear(event)
        self._said.put_nowait(f"heard {event.type}")


class CutTail(Tail):
    """Ends the stream of who follows, and lets nobody follow again before a test says so."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.database, node.reads, TAIL)
        self.followed = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.came = asyncio.Event()

    async def follow(
        self, wanted: EventFilter, after: int | None = None, since: int | None = None
    ) -> AsyncIterator[Followed]:
        self.came.set()
        await self.goes_on.wait()
        async for step in super().follow(wanted, after, since):
            self.followed.set()
            yield step
            if not self.goes_on.is_set():
                return


@pytest.fixture
async def made(make_node: NodeMaker) -> AsyncIterator[tuple[Node, Watched, CutTail]]:
    """A loop that has a circuit, and has nothing to decide any more."""
    node = make_node(rings=False)
    tail = CutTail(node)
    add(ONE)
    balancer = Watched(node, tail)
    balancer.start()
    await asyncio.wait_for(tail.followed.wait(), DEADLINE)
    node.tell(kind="circuit.updated", subject=ONE)
    await balancer.until("heard circuit.updated", "looks", "has looked")
    yield node, balancer, tail
    await balancer.close()
    await tail.close()


def add(name: str) -> None:
    Circuit.create(name=name, display_name=name, max_current_a=20, create_time=0, update_time=0)


async def test_a_circuit_that_is_made_while_a_claim_is_answered(
    made: tuple[Node, Watched, CutTail],
) -> None:
    node, balancer, _ = made
    balancer.may_hear_its_claim.clear()
    node.tell(kind="circuit.updated", subject=ONE)
    await balancer.until("heard circuit.updated", "has claimed")
    add(OTHER)
    node.tell(kind="circuit.created", subject=OTHER)
    await balancer.until("heard circuit.created")
    balancer.may_hear_its_claim.set()
    await balancer.until(f"has decided on {OTHER}")


async def test_what_could_not_be_decided_is_decided_again(
    made: tuple[Node, Watched, CutTail],
) -> None:
    node, balancer, _ = made
    balancer.loses_the_database = True
    node.tell(kind="circuit.updated", subject=ONE)
    await balancer.until("has failed", f"has decided on {ONE}")


async def test_what_was_told_while_nobody_listened_is_decided_on(
    made: tuple[Node, Watched, CutTail],
) -> None:
    node, balancer, tail = made
    tail.came.clear()
    tail.goes_on.clear()
    node.tell(kind="circuit.updated", subject=ONE)  # the last that is heard
    await balancer.until("heard circuit.updated", "looks", "has looked")
    await asyncio.wait_for(tail.came.wait(), DEADLINE)
    add(OTHER)
    node.tell(kind="circuit.created", subject=OTHER)
    tail.goes_on.set()
    await balancer.until(f"has decided on {OTHER}")


async def test_an_evse_is_busy_until_it_has_answered_all_that_it_was_told(node: Node) -> None:
    """Its default and the limit of its session go out together."""
    stations = NobodyHere()
    balancer = Watched(node, node.tail, stations)
    default = Order(What.RELEASE, "evses/1", 1, "chargePoints/CP", changes=False)
    slow = replace(default, charge_point="chargePoints/SLOW")
    balancer._send([default, slow])
    both = set(balancer._sending)
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    assert set(balancer._busy) == {"evses/1"}
    stations.answers.set()
    await asyncio.wait(both)
    assert not balancer._busy
    await balancer.close()
