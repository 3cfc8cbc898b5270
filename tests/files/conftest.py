"""An endpoint for files over a real socket, and a charger whose log was asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from peewee import Database

from server.domain.commands import LogKind
from server.files.endpoint import FileEndpoint
from server.settings import Settings
from server.store import models
from server.store.clock import now_us
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.work.rules import Rules
from server.work.stations import logs
from server.work.stations.logs import LogWanted

CHARGE_POINT = "chargePoints/CP1"
LARGEST = 300_000
RULES = Rules(files_url="/files", largest_log=LARGEST)
WANTED = LogWanted(CHARGE_POINT, LogKind.DIAGNOSTICS, "GetLog")


@dataclass
class Files:
    """What an endpoint works on."""

    endpoint: FileEndpoint
    lane: WriteLane
    folder: Path

    async def new_log(self) -> tuple[str, str]:
        """A log that was asked for: its name, and the path that it may be brought to."""
        log = await self.lane.write(lambda unit: logs.prepare(unit, RULES, WANTED))
        return log.name, log.uri

    async def download(self, name: str) -> str:
        """The path that a log's file can be fetched from."""
        return (await self.lane.write(lambda unit: logs.download(unit, RULES, name))).uri

    async def log(self, name: str) -> models.ChargePointLog:
        """The log's row."""
        await self.lane.write(lambda unit: None)
        row: models.ChargePointLog = await asyncio.to_thread(_row, name)
        return row

    def on_disk(self) -> list[str]:
        """Every file, whole or not."""
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something is so on the disk."""
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - a folder sets no event
                await asyncio.sleep(0.01)


def _row(name: str) -> models.ChargePointLog:
    with models.ChargePointLog._meta.database.connection_context():
        return models.ChargePointLog.get_by_id(name)


@pytest.fixture
async def files(database: Database, tmp_path: Path) -> AsyncIterator[Files]:
    """A running endpoint."""
    models.ChargePoint.insert(
        name=CHARGE_POINT, location="locations/home", create_time=now_us(), update_time=now_us()
    ).execute()
    database.close()
    lane, reads = WriteLane(database), ReadPool(database)
    endpoint = FileEndpoint(Settings(data=tmp_path, files_port=0), lane, reads)
    await endpoint.start()
    yield Files(endpoint, lane, tmp_path / "files")
    await endpoint.stop()
    lane.close()
    reads.close()


@pytest.fixture
async def http(files: Files) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of it."""
    base = f"http://127.0.0.1:{files.endpoint.port}"
    async with aiohttp.ClientSession(base) as session:
        yield session
