"""A bridge on a database with a small network: CP1 (with a password), OPEN (without)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import Certificate
from peewee import Database, Model

from ampline.v1.event_pb2 import Event
from server.app import tls_of
from server.domain.device_model import Reading
from server.ocpp.bridge import Bridge
from server.resources import events
from server.settings import Settings
from server.store import models
from server.store.clock import now_us
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.work.access.passwords import hash_charger_password
from server.work.ports import CertificateServices
from server.work.rules import Rules
from tests.ocpp.authority import Authority, tls_settings
from tests.ocpp.raw_charger import DEADLINE, RawCharger, basic, dial, path_of
from tests.work.network import begin_now

PASSWORD = "a password of sixteen and more"
SETTINGS = Settings(ocpp_port=0, node="node-1", messages_per_second=1_000)
RULES = Rules(no_tariff_is_free=True, configuration_reading=Reading.NEVER, full_tokens=True)


@dataclass
class Platform:
    """A bridge that listens, and what it works on."""

    database: Database
    lane: WriteLane
    reads: ReadPool
    bridge: Bridge
    chargers: list[RawCharger] = field(default_factory=list)

    @property
    def url(self) -> str:
        """`ws://…`, without a path."""
        return f"ws://127.0.0.1:{self.bridge.port}"

    @property
    def tls_url(self) -> str:
        """`wss://…`, without a path."""
        return f"wss://127.0.0.1:{self.bridge.tls_port}"

    async def connect(
        self, identity: str = "OPEN", password: str | None = None, **dialling: Any
    ) -> RawCharger:
        """A charger, connected."""
        headers = basic(identity, password) if password else None
        url = self.tls_url if "tls" in dialling else self.url
        connection = await dial(url + path_of(identity), **{"headers": headers, **dialling})
        self.chargers.append(RawCharger(connection))
        return self.chargers[-1]

    async def rows(self, table: type[Model], *where: Any) -> list[Any]:
        """Committed rows, by primary key; what was said before is committed."""
        await self.settled()
        query = table.select().order_by(table._meta.primary_key)
        wanted = query.where(*where) if where else query
        return await self.reads.read(lambda database: list(wanted.execute(database)))

    async def one(self, table: type[Model], *where: Any) -> Any:
        """The one row."""
        (row,) = await self.rows(table, *where)
        return row

    async def events(self, *types: str) -> list[Event]:
        """The events, of these types."""
        found = [events.to_event(row) for row in await self.rows(models.Event)]
        return [event for event in found if not types or event.type in types]

    async def messages(self, action: str | None = None) -> list[Any]:
        """The message log, of that action."""
        rows = await self.rows(models.OcppMessage)
        return [row for row in rows if action is None or row.action == action]

    async def settled(self) -> None:
        """Everything that waited for the write lane is committed."""
        await self.lane.write(lambda unit: None)

    async def update(self, table: type[Model], name: str, **columns: Any) -> None:
        """Changes a resource's row."""
        query = table.update(**columns).where(table.name == name)  # type: ignore[attr-defined]
        await self.lane.write(lambda unit: unit.execute(query))

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Waits until something holds that the server does in its own time."""
        async with asyncio.timeout(DEADLINE):
            while not await holds():
                await self.settled()

    async def stop(self) -> None:
        """Ends it all."""
        for charger in self.chargers:
            await charger.hang_up()
        await self.bridge.stop()
        self.lane.close()
        self.reads.close()


PlatformMaker = Callable[..., Awaitable[Platform]]


@pytest.fixture
async def make_platform(database: Database) -> AsyncIterator[PlatformMaker]:
    """Starts platforms on the network; keywords are settings."""
    running: list[Platform] = []
    with database.connection_context():
        _network()

    async def make(
        rules: Rules = RULES,
        authorities: Sequence[Certificate] = (),
        certificates: CertificateServices | None = None,
        **settings: Any,
    ) -> Platform:
        lane, reads = WriteLane(database), ReadPool(database)
        chosen = replace(SETTINGS, **settings)
        rules = replace(rules, heartbeat=chosen.heartbeat)
        bridge = Bridge(chosen, lane, reads, rules, tls_of(chosen, authorities), certificates)
        await bridge.start()
        running.append(Platform(database, lane, reads, bridge))
        return running[-1]

    yield make
    for platform in running:
        await platform.stop()


@pytest.fixture
async def platform(make_platform: PlatformMaker) -> Platform:
    """A platform with the usual settings."""
    return await make_platform()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority of the test's own."""
    return Authority(tmp_path)


@pytest.fixture
async def secure(make_platform: PlatformMaker, authority: Authority) -> Platform:
    """A platform with a TLS port."""
    return await make_platform(**tls_settings(authority))


@pytest.fixture
async def charger(platform: Platform) -> RawCharger:
    """The charger OPEN, connected."""
    return await platform.connect()


def _network() -> None:
    begin_now()
    now = {"create_time": now_us(), "update_time": now_us()}
    models.Location.insert(
        name="locations/home", display_name="Home", time_zone="Europe/Amsterdam", **now
    ).execute()
    add_charge_point("CP1", password_hash=hash_charger_password(PASSWORD))
    add_charge_point("OPEN", security_profile=1)
    add_charge_point("OTHER", security_profile=1)
    models.User.insert(
        name="users/ann", email="ann@example.org", currency="EUR", balance_micros=10**8, **now
    ).execute()
    models.IdTag.insert(
        name="idTags/AAAA", token="AAAA", token_key="aaaa", user="users/ann", **now
    ).execute()


def add_charge_point(identity: str, **columns: Any) -> None:
    """Registers a charge point."""
    models.ChargePoint.insert(
        name=f"chargePoints/{identity}",
        location="locations/home",
        create_time=now_us(),
        update_time=now_us(),
        **columns,
    ).execute()
