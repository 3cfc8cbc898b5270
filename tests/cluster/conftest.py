"""NATS, and two nodes on one database."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.bus.everywhere import StationsEverywhere
from server.bus.nats_bus import NatsBus
from tests.ocpp.conftest import Platform, PlatformMaker, make_platform
from tests.running import free_ports

__all__ = ["make_platform"]
DEADLINE = 10.0


@pytest.fixture(scope="session")
def nats() -> Iterator[str]:
    """The URL of a NATS server."""
    (port,) = free_ports(1)
    program = Path(sys.executable).parent / "nats-server"
    server = subprocess.Popen([program, "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.PIPE)
    assert server.stderr is not None
    for line in server.stderr:
        if b"Server is ready" in line:
            break
    yield f"nats://127.0.0.1:{port}"
    server.terminate()
    server.wait(DEADLINE)
    server.stderr.close()


@dataclass
class Node:
    """A node: its bridge, and how it reaches all chargers."""

    name: str
    platform: Platform
    bus: NatsBus
    stations: StationsEverywhere


@pytest.fixture
async def nodes(make_platform: PlatformMaker, nats: str) -> AsyncIterator[tuple[Node, Node]]:
    """Two of them."""
    async with AsyncExitStack() as stack:
        made = [await _node(stack, make_platform, nats, name) for name in ("one", "two")]
        yield made[0], made[1]


async def _node(stack: AsyncExitStack, make: PlatformMaker, url: str, name: str) -> Node:
    platform, bus = await make(node=name), NatsBus(url)
    here = platform.bridge.stations
    stations = StationsEverywhere(here, bus, platform.reads, name)
    here.elsewhere = stations
    await bus.start()
    stack.push_async_callback(bus.close)
    await stations.start()
    return Node(name, platform, bus, stations)
