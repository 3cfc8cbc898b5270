"""Lanes on a database of the test's own, and a way to fill a batch."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from peewee import Database

from server.store.lane import WriteLane
from server.store.unit import Unit
from tests.store.marks import Job

DEADLINE = 20.0


class Lane(WriteLane):
    """A write lane that can be filled before it goes on; `told` is what it rang the bell for."""

    def __init__(self, database: Database) -> None:
        self.told: list[int] = []
        super().__init__(database, self.told.append)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keeps the lane busy: what is put in meanwhile waits, and is one batch."""
        running, go_on = threading.Event(), threading.Event()

        def hold(_: Unit) -> None:
            running.set()
            assert go_on.wait(DEADLINE)

        holding = self.write(hold)
        assert await asyncio.to_thread(running.wait, DEADLINE)
        try:
            yield
        finally:
            go_on.set()
        await holding

    async def batch(self, *jobs: Job) -> list[Any]:
        """Runs the jobs as one batch; each one's result, or the error that it got."""
        async with self.held():
            waiting = [self.write(job) for job in jobs]
        async with asyncio.timeout(DEADLINE):
            return await asyncio.gather(*waiting, return_exceptions=True)


LaneMaker = Callable[[], Lane]


@pytest.fixture
def make_lane(database: Database) -> Iterator[LaneMaker]:
    """Starts lanes on one database."""
    lanes: list[Lane] = []

    def make() -> Lane:
        lanes.append(Lane(database))
        return lanes[-1]

    yield make
    for lane in lanes:
        lane.close()


@pytest.fixture
def lane(make_lane: LaneMaker) -> Lane:
    """The only lane."""
    return make_lane()
