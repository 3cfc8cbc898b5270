"""Streams that nobody reads slow nobody else."""

import asyncio
import time
from contextlib import aclosing
from statistics import quantiles

import pytest

from server.relay.subscriber import SLOW_SUBSCRIBER
from server.relay.tail import Pace
from tests.relay.conftest import Node, NodeMaker
from tests.relay.following import ALL, Following

SLOW, EVENTS = 20, 1_000


@pytest.mark.soak
async def test_the_others_are_not_slower(make_node: NodeMaker) -> None:
    """The 99th percentile, from the transaction to who follows, beside twenty that do not read."""
    node = make_node(Pace(buffer=EVENTS // 2))
    alone = await _slowest(node)
    slow = [Following(node.tail) for _ in range(SLOW)]
    for each in slow:
        await each.__aenter__()
        await each.heartbeat()
    beside = await _slowest(node)
    assert beside <= 1.5 * alone + 0.02, "two cores, which others use too"
    for each in slow:
        assert (await each.end()).end == SLOW_SUBSCRIBER
        await each.__aexit__(None, None, None)


async def _slowest(node: Node) -> float:
    """Of so many events, at 200 a second, in seconds."""
    took: list[float] = []

    async def follow() -> None:
        async with aclosing(node.tail.follow(ALL)) as steps:  # type: ignore[type-var]
            async for step in steps:
                if step.event:
                    took.append(time.time() - step.event.record_time.ToNanoseconds() / 1e9)  # noqa: PERF401

    following = asyncio.create_task(follow())
    for _ in range(EVENTS):
        await asyncio.sleep(0.005)
        await asyncio.to_thread(node.tell)
    async with asyncio.timeout(20):
        while len(took) < EVENTS - 5:  # noqa: ASYNC110 - the first ones may be before it follows
            await asyncio.sleep(0.01)
    following.cancel()
    return quantiles(took, n=100)[98]
