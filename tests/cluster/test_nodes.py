"""Chargers are reached wherever they are connected, and are at one node at a time."""

import asyncio
import types
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
import pytest

from server.bus.everywhere import StationsEverywhere
from server.bus.nats_bus import NatsBus
from server.bus.written import read, write
from server.domain import commands
from server.domain.charging_profiles import Purpose
from server.domain.commands import Command, CommandAnswer, Reset, ResetKind
from server.domain.errors import RefusedError
from server.relay.presence import Presence
from server.store import models
from server.work import nodes as living
from server.work.ports import NobodyThereError, StationsHere
from server.work.stations import connections
from tests.cluster.conftest import Node

OPEN = "chargePoints/OPEN"
SOFT = Reset(ResetKind.SOFT)
Nodes = tuple[Node, Node]


async def refusal(waiting: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        await waiting
    return caught.value


async def test_a_command_reaches_a_charger_of_another_node(nodes: Nodes) -> None:
    one, two = nodes
    charger = await one.platform.connect()
    await one.platform.settled()
    asked = asyncio.create_task(two.stations.command(OPEN, SOFT, 10))
    assert await charger.answer({"status": "Accepted"}) == ("Reset", {"type": "Soft"})
    assert await asked == CommandAnswer("Accepted", True)
    asked = asyncio.create_task(two.stations.command(OPEN, SOFT, 10))
    _, number, *_ = await charger.receive()
    await charger.send([4, number, "InternalError", "broken", {}])
    error = await refusal(asked)
    assert (error.reason, error.metadata["error_code"]) == ("CHARGER_ERROR", "InternalError")
    assert (await refusal(two.stations.command(OPEN, SOFT, 0.3))).reason == "CHARGER_TIMEOUT"


async def test_a_charger_of_no_node_is_offline_at_once(nodes: Nodes) -> None:
    one, two = nodes
    for node in nodes:
        assert (await refusal(node.stations.command(OPEN, SOFT, 10))).reason == "CHARGER_OFFLINE"
    charger = await one.platform.connect()
    await one.platform.settled()
    await one.bus.close()  # its node is dead, and nobody has noticed yet

    async def away() -> bool:  # a busy machine's NATS may hear of that after we ask
        return (await refusal(two.stations.command(OPEN, SOFT, 0.5))).reason == "CHARGER_OFFLINE"

    await two.platform.until(away)
    assert not await two.stations.disconnect(OPEN, "test")
    await charger.hang_up()


async def test_who_goes_away_takes_an_unsent_command_along(nodes: Nodes) -> None:
    one, two = nodes
    charger = await one.platform.connect()
    await one.platform.settled()
    first = asyncio.create_task(one.stations.command(OPEN, SOFT, 10))
    _, number, *_ = await charger.receive()  # the second one waits behind it
    second = asyncio.create_task(two.stations.command(OPEN, Reset(ResetKind.HARD), 10))

    async def waits() -> bool:
        return bool(one.stations._asked)

    await one.platform.until(waits)
    second.cancel()

    async def withdrawn() -> bool:
        return not one.stations._asked

    await one.platform.until(withdrawn)
    await charger.send([3, number, {"status": "Accepted"}])
    assert (await first).accepted
    third = asyncio.create_task(two.stations.command(OPEN, commands.ClearCache(), 10))
    assert (await charger.answer({"status": "Accepted"}))[0] == "ClearCache"
    assert (await third).accepted


async def test_a_late_answer_comes_to_the_node_that_asked(nodes: Nodes) -> None:
    one, two = nodes
    charger = await one.platform.connect()
    await one.platform.settled()
    heard: asyncio.Future[CommandAnswer] = asyncio.get_running_loop().create_future()
    asking = two.stations.command(OPEN, SOFT, 0.5, late=heard.set_result)
    error, asked = await asyncio.gather(refusal(asking), charger.receive())
    assert error.reason == "CHARGER_TIMEOUT"
    await charger.send([3, asked[1], {"status": "Accepted"}])
    assert await asyncio.wait_for(heard, 10) == CommandAnswer("Accepted", True)


class Behind(StationsHere):
    """Chargers whose node is behind with its work: it asks them when a test lets it."""

    def __init__(self, here: StationsHere) -> None:
        self._here = here
        self.opened = asyncio.Event()

    async def command(self, charge_point: str, command: Command, *more: Any) -> CommandAnswer:
        await self.opened.wait()
        return await self._here.command(charge_point, command, *more)

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        return await self._here.disconnect(charge_point, reason)

    def __contains__(self, charge_point: object) -> bool:
        return charge_point in self._here

    def drop(self, charge_point: str, since: int) -> None:
        self._here.drop(charge_point, since)


async def test_an_answer_that_is_in_time_for_the_chargers_node_alone_is_late(nodes: Nodes) -> None:
    one, two = nodes
    charger = await one.platform.connect()
    await one.platform.settled()
    one.stations._here = behind = Behind(one.platform.bridge.stations)
    heard: asyncio.Future[CommandAnswer] = asyncio.get_running_loop().create_future()
    asking = two.stations.command(OPEN, SOFT, 0.3, late=heard.set_result)
    assert (await refusal(asking)).reason == "CHARGER_TIMEOUT"

    async def left() -> bool:
        return bool(one.stations._left)

    await one.platform.until(left)
    behind.opened.set()
    assert await charger.answer({"status": "Accepted"}) == ("Reset", {"type": "Soft"})
    assert await asyncio.wait_for(heard, 10) == CommandAnswer("Accepted", True)


async def test_only_of_what_may_come_late_it_is_kept_who_waits(nodes: Nodes) -> None:
    one, two = nodes
    charger = await one.platform.connect()
    await one.platform.settled()

    def ask(timeout: float) -> Any:
        return two.stations.command(OPEN, SOFT, timeout, late=lambda _: None)

    asked = asyncio.create_task(refusal(ask(10)))
    _, number, *_ = await charger.receive()
    await charger.send([4, number, "InternalError", "broken", {}])
    assert (await asked).reason == "CHARGER_ERROR"
    assert not two.stations._late
    assert (await refusal(ask(0.3))).reason == "CHARGER_TIMEOUT"
    assert two.stations._late


class Gate(NatsBus):
    """Says only when a test lets it that nobody is there."""

    def __init__(self) -> None:
        super().__init__("")
        self.asked = asyncio.Event()
        self.opened = asyncio.Event()

    async def ask(self, node: str, question: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - the port's
        self.asked.set()
        await self.opened.wait()
        raise NobodyThereError(node)


async def test_a_charger_that_comes_here_while_another_node_is_asked(nodes: Nodes) -> None:
    one, two = nodes
    older = await one.platform.connect()
    await one.platform.settled()
    gate, heard = Gate(), asyncio.get_running_loop().create_future()
    asking = StationsEverywhere(two.platform.bridge.stations, gate, two.platform.reads, "two")
    asked = asyncio.create_task(asking.command(OPEN, SOFT, 0.3, late=heard.set_result))
    await asyncio.wait_for(gate.asked.wait(), 10)
    newer = await two.platform.connect()
    await older.closed()
    gate.opened.set()
    _, number, *_ = await newer.receive()
    assert (await refusal(asked)).reason == "CHARGER_TIMEOUT"
    await newer.send([3, number, {"status": "Accepted"}])
    assert await asyncio.wait_for(heard, 10) == CommandAnswer("Accepted", True)


async def test_a_charger_that_comes_to_another_node_leaves_the_first(nodes: Nodes) -> None:
    one, two = nodes
    older = await one.platform.connect()
    await one.platform.settled()
    pending = asyncio.create_task(one.stations.command(OPEN, SOFT, 10))
    await older.receive()
    newer = await two.platform.connect()
    assert await older.closed() == 1001
    assert (await refusal(pending)).reason == "CHARGER_OFFLINE"
    await newer.ask("Heartbeat")
    row = await two.platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.connected_node == "two"
    told = await two.platform.events("charge_point.connected", "charge_point.disconnected")
    assert [event.type.rpartition(".")[2] for event in told] == [
        "connected",
        "disconnected",
        "connected",
    ]
    again = asyncio.create_task(one.stations.command(OPEN, SOFT, 10))
    await newer.answer({"status": "Accepted"})
    assert (await again).accepted


async def test_a_charger_is_disconnected_by_any_node(nodes: Nodes) -> None:
    one, two = nodes
    charger = await one.platform.connect()
    await one.platform.settled()
    assert await two.stations.disconnect(OPEN, "maintenance")
    assert await charger.closed() == 1001


async def test_what_a_dead_node_held_is_noted_as_gone(nodes: Nodes) -> None:
    one, two = nodes
    await one.platform.connect()
    for node in nodes:
        await node.platform.lane.write(partial(living.renew, node=node.name))
    await two.platform.lane.write(
        lambda unit: connections.lost(unit, living.living(unit, unit.now))
    )
    row = await two.platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.connected_node == "one"
    dead = models.Node.update(until=1).where(models.Node.name == "one")
    await two.platform.lane.write(lambda unit: unit.execute(dead))
    await two.platform.lane.write(lambda unit: living.renew(unit, "two"))
    row = await two.platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert (row.connected_node, row.network_status) == (None, connections.TEMPORARILY_UNAVAILABLE)
    assert [node.name for node in await two.platform.rows(models.Node)] == ["two"]


async def test_a_node_that_was_taken_for_dead_has_its_chargers_still(nodes: Nodes) -> None:
    """It could not reach the database for a while; one of its chargers has gone elsewhere."""
    one, two = nodes
    stays, older = await one.platform.connect(), await one.platform.connect("OTHER")
    await one.platform.settled()
    dead = models.Node.insert(name="one", until=1)
    await two.platform.lane.write(lambda unit: unit.execute(dead))
    await two.platform.lane.write(lambda unit: living.renew(unit, "two"))
    newer = await two.platform.connect("OTHER")
    await two.platform.settled()
    presence = Presence(one.platform.lane, "one", one.platform.bridge.stations.still_here)
    presence.start()
    assert await older.closed() == 1001

    async def is_back() -> bool:
        rows = await one.platform.rows(models.ChargePoint)
        at = {row.name: row.connected_node for row in rows if row.connected_node}
        return at == {OPEN: "one", "chargePoints/OTHER": "two"}

    await one.platform.until(is_back)
    for charger in (stays, newer):
        assert await charger.ask("Heartbeat")
    await presence.close()


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN = {str: "x", int: 3, float: 1.5, bool: True, datetime: NOON}


def made(kind: Any) -> Any:
    """A value of that type, with something in each of its fields."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return made(inner[0])
    if origin is tuple:
        return (made(inner[0]), made(inner[0]))
    if kind in PLAIN:
        return PLAIN[kind]
    if origin is Mapping:
        return {"a": [1, {"b": None}]}
    if issubclass(kind, Enum):
        return [*kind][-1]
    return kind(**{name: made(each) for name, each in get_type_hints(kind).items()})


@pytest.mark.parametrize("kind", [*get_args(Command), CommandAnswer])
def test_it_crosses_the_bus_unchanged(kind: type[Any]) -> None:
    value = made(kind)
    assert read(kind, orjson.loads(write(value))) == value


def test_what_is_not_said_crosses_the_bus_as_that() -> None:
    for value in (commands.ClearChargingProfile(purpose=Purpose.TX), CommandAnswer("", False)):
        assert read(type(value), orjson.loads(write(value))) == value
