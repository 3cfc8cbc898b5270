"""A central system, and a station connected to it."""

from collections.abc import AsyncIterator

import pytest

from clients.charger import Station
from tests.charger.central_system import CentralSystem


@pytest.fixture
async def central() -> AsyncIterator[CentralSystem]:
    async with CentralSystem() as central:
        yield central


@pytest.fixture
async def station(central: CentralSystem) -> AsyncIterator[Station]:
    async with Station(central.url, "CP-1", "a long password", connectors=2) as station:
        yield station
