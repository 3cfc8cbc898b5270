"""What keeps a node busy: stations that charge, and clients that move money and issue receipts."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.faults.acknowledged import Acknowledged
from tests.faults.clerk import Clerk
from tests.faults.network import make_network
from tests.faults.node import Node
from tests.faults.station import Station
from tests.faults.treasurer import Treasurer

STATIONS, TREASURERS = 6, 3
DRIVERS = STATIONS


@asynccontextmanager
async def load_on(node: Node, known: Acknowledged, *, patient: bool = False) -> AsyncIterator[None]:
    """Makes a network, and loads the node until the block is through and the work at its end."""
    await make_network(node, STATIONS, DRIVERS)
    async with asyncio.TaskGroup() as load:
        for number in range(STATIONS):
            chance = random.Random(f"station {number}")
            station = Station(node, known, number, chance, patient=patient)
            load.create_task(station.work())
        for number in range(TREASURERS):
            chance = random.Random(f"treasurer {number}")
            treasurer = Treasurer(node, known, f"t{number}", DRIVERS, chance)
            load.create_task(treasurer.work())
        clerk = Clerk(node, known, "clerk", DRIVERS, random.Random("clerk"))
        load.create_task(clerk.work())
        yield
        known.enough.set()
    assert known.charges
    assert known.movements
    assert known.refused
    assert known.tags
    assert known.receipts
