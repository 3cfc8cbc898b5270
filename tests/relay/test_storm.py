"""Many nodes write at once, somebody follows who drops and resumes: nothing is missed."""

import asyncio
import random
import time
from functools import partial

import pytest

from server.relay.tail import Pace
from server.store.models import ClockJob
from server.store.statements import Statement
from server.store.unit import Unit
from tests.relay.conftest import Node, NodeMaker, tell
from tests.relay.following import ALL, DEADLINE

PACE = Pace(poll=0.05)
EVERY_JOB = Statement(ClockJob.select(ClockJob.name))


async def write(node: Node, writer: int, count: int) -> None:
    """Writes events about a subject of its own, in transactions of random size and length."""
    dice = random.Random(writer)
    left = count

    def begin_and_dawdle(unit: Unit, several: int, seconds: float) -> None:
        unit.one(EVERY_JOB)  # the transaction has begun, and others commit before it
        tell(unit, several, subject=f"sessions/{writer}")
        time.sleep(seconds)

    while left:
        several, seconds = min(left, dice.randint(1, 5)), dice.random() / 500
        job = partial(begin_and_dawdle, several=several, seconds=seconds)
        await asyncio.to_thread(node.lane.write_now, job)
        left -= several
        await asyncio.sleep(dice.random() / 1_000)


async def follow_with_drops(make: NodeMaker, count: int) -> list[tuple[int, str, str]]:
    """Follows now this node, now that, and resumes behind what it had; nodes come and go."""
    dice = random.Random(0)
    nodes = [make(PACE) for _ in range(3)]
    had: list[tuple[int, str, str]] = []
    position = 0
    while len(had) < count:
        if dice.random() < 0.1:
            leaving = nodes.pop(dice.randrange(len(nodes)))
            nodes.append(make(PACE))
            await leaving.tail.close()
        steps = dice.choice(nodes).tail.follow(ALL, position)
        patience = dice.randint(1, max(count // 20, 2))
        async for step in steps:
            assert not step.end
            position = step.position
            if step.event:
                had.append((position, step.event.name, step.event.subject))
            patience -= 1
            if patience == 0 or len(had) == count:
                break
        await steps.aclose()  # type: ignore[attr-defined]
    return had


async def storm(make_node: NodeMaker, writers: int, each: int) -> None:
    nodes = [make_node(PACE) for _ in range(3)]
    count = writers * each
    async with asyncio.timeout(DEADLINE + count / 100), asyncio.TaskGroup() as group:
        follower = group.create_task(follow_with_drops(make_node, count))
        for writer in range(writers):
            group.create_task(write(nodes[writer % len(nodes)], writer, each))
    had = follower.result()
    assert [position for position, _, _ in had] == list(range(1, count + 1))
    assert len({name for _, name, _ in had}) == count


async def test_nothing_is_missed_and_nothing_comes_twice(make_node: NodeMaker) -> None:
    await storm(make_node, writers=8, each=625)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
async def test_nothing_is_missed_in_a_hundred_thousand(make_node: NodeMaker) -> None:
    await storm(make_node, writers=8, each=12_500)
