"""Chargers are told to end sessions: once it is wanted, by one node, until they have."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from server.domain.commands import Command, CommandAnswer, StopTransaction
from server.domain.errors import Outcome, RefusedError
from server.relay.stops import Stops
from server.store.database import DatabaseLostError
from server.store.models import Session
from server.work.gone import Gone, Late
from tests.relay.conftest import Node, NodeMaker

CP = "chargePoints/CP1"
Answer = Callable[[], Awaitable[CommandAnswer]]


class Charger:
    """The port `Stations`, with one charge point that is away, or answers."""

    def __init__(self) -> None:
        self.heard: list[Command] = []
        self.is_here = False
        self.fault: Exception | None = None

    async def command(
        self,
        charge_point: str,
        command: Command,
        timeout: float,  # noqa: ASYNC109
        gone: Gone | None = None,
        late: Late | None = None,
    ) -> CommandAnswer:
        """Answers if it is here."""
        if self.fault:
            raise self.fault
        if not self.is_here:
            raise RefusedError(Outcome.UNAVAILABLE, "CHARGER_OFFLINE", f"{charge_point} is away")
        self.heard.append(command)
        return CommandAnswer("Accepted", True)

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        """Is never asked to."""
        raise AssertionError(charge_point, reason)


def want(node: Node, **columns: object) -> None:
    """A session that is to end."""
    row = {"name": "sessions/1", "charge_point": CP, "state": 3, "ocpp_transaction_id": "17"}
    times = {"start_time": 1, "create_time": 1, "update_time": 1, "stop_due_time": 1}
    session = Session.insert({**row, **times, **columns})
    node.lane.write_now(lambda unit: unit.execute(session))


def again(node: Node) -> None:
    """The time has come to tell it once more."""
    later = Session.update(stop_due_time=1).where(Session.stop_time.is_null())
    node.lane.write_now(lambda unit: unit.execute(later))


async def test_a_charger_is_told_when_it_is_back(node: Node) -> None:
    want(node)
    charger = Charger()
    stops = Stops(node.lane, node.reads, charger)
    (stop,) = await stops.tick()
    await stops.told()
    assert (stop.session, charger.heard) == ("sessions/1", [])
    assert await stops.tick() == []
    charger.is_here = True
    again(node)
    assert len(await stops.tick()) == 1
    await stops.told()
    assert charger.heard == [StopTransaction("17")]


async def test_what_goes_wrong_here_is_no_end_of_it(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it is connected is asked of a database that is just lost."""
    want(node)
    charger = Charger()
    charger.fault = DatabaseLostError()
    stops = Stops(node.lane, node.reads, charger)
    await stops.tick()
    await stops.told()
    assert "it will be told again" in caplog.text
    charger.fault, charger.is_here = None, True
    again(node)
    await stops.tick()
    await stops.told()
    assert charger.heard == [StopTransaction("17")]


async def test_it_is_told_until_the_session_has_ended(node: Node) -> None:
    want(node)
    charger = Charger()
    charger.is_here = True
    stops = Stops(node.lane, node.reads, charger)
    for _ in range(3):
        await stops.tick()
        await stops.told()
        again(node)
    over = Session.update(stop_time=2, stop_due_time=None)
    node.lane.write_now(lambda unit: unit.execute(over))
    assert await stops.tick() == []
    assert charger.heard == [StopTransaction("17")] * 3


async def test_one_node_tells_it(make_node: NodeMaker) -> None:
    nodes = [make_node() for _ in range(3)]
    want(nodes[0])
    charger = Charger()
    charger.is_here = True
    all_stops = [Stops(node.lane, node.reads, charger) for node in nodes]
    await asyncio.gather(*(stops.tick() for stops in all_stops))
    await asyncio.gather(*(stops.told() for stops in all_stops))
    assert charger.heard == [StopTransaction("17")]


async def test_it_works_by_itself_and_ends(node: Node) -> None:
    heard = asyncio.Event()

    class Listening(Charger):
        async def command(
            self,
            charge_point: str,
            command: Command,
            timeout: float,  # noqa: ASYNC109
            gone: Gone | None = None,
            late: Late | None = None,
        ) -> CommandAnswer:
            heard.set()
            return await super().command(charge_point, command, timeout)

    stops = Stops(node.lane, node.reads, Listening())
    stops.start()
    want(node)
    await asyncio.wait_for(heard.wait(), 20)
    await stops.close()
