"""One endpoint that hangs, and one stream that nobody reads, cost nobody else anything."""

import asyncio
import time
from datetime import datetime
from statistics import quantiles

import pytest
from aiohttp import web

from server.relay.webhooks.courier import AT_ONCE
from server.relay.webhooks.engine import Pace
from tests.webhooks.conftest import Node, NodeMaker, endpoint
from tests.webhooks.receiver import Received, Receiver

PATIENT = Pace(poll=0.05, lease=60.0, grace=0.1)


async def test_an_endpoint_that_hangs_holds_up_no_other(make_node: NodeMaker) -> None:
    node = make_node(timeout=20.0, pace=PATIENT)
    node.start()
    release = asyncio.Event()

    async def hang(_: Received) -> web.Response:
        await release.wait()
        return web.Response()

    async with Receiver(hang) as stuck, Receiver() as well:
        endpoint(stuck, "stuck")
        endpoint(well, "well")
        subjects = [f"chargePoints/CP{number}" for number in range(2 * AT_ONCE)]
        node.tell(*subjects)
        node.tell(*subjects)
        await well.until(lambda all_: len(all_) == 4 * AT_ONCE)
        await stuck.until(lambda all_: len(all_) == AT_ONCE)
        assert len(stuck.received) == AT_ONCE, "no more than so many wait for it"
        release.set()
        await stuck.until(lambda all_: len(all_) == 4 * AT_ONCE)


@pytest.mark.soak
async def test_the_others_are_not_slower(make_node: NodeMaker) -> None:
    """The 99th percentile, from the transaction to the receiver, beside three that hang."""
    node = make_node(timeout=1.0)
    node.start()

    async def hang(_: Received) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async with Receiver(hang) as stuck, Receiver() as well:
        endpoint(well, "well")
        alone = await _slowest(node, well)
        for number in range(3):
            endpoint(stuck, f"stuck{number}")
        beside = await _slowest(node, well)
    assert beside <= 1.5 * alone + 0.02, "two cores, which others use too"


async def _slowest(node: Node, well: Receiver, count: int = 1_000) -> float:
    """The 99th percentile of seconds, at 100 events a second."""
    before, took = len(well.received), list[float]()

    def note(came: Received) -> web.Response:
        stored = came.body["data"]["recordTime"]
        took.append(time.time() - datetime.fromisoformat(stored).timestamp())
        return web.Response()

    well.answer = note
    for number in range(count):
        await asyncio.to_thread(node.tell, f"chargePoints/CP{number % 50}")
        await asyncio.sleep(0.01)
    await well.until(lambda all_: len(all_) - before >= count)
    return quantiles(took, n=100)[98]
