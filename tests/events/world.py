"""The whole server in one process, with somebody who runs it and one charger, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ampline.v1 import charge_point_pb2, id_tag_pb2
from ampline.v1.event_pb2 import Event, ListEventsRequest
from ampline.v1.user_pb2 import AddBalanceRequest
from server.app import App
from server.settings import Settings
from tests.api.client import Client
from tests.api.samples import CHARGE_POINTS, ID_TAGS, LOCATIONS, TARIFF_GROUPS, USERS
from tests.ocpp.raw_charger import RawCharger, basic, dial

KEY = "a-key-for-tests-0123456789"
PASSWORD = "a password of sixteen and more"
DEADLINE = 40.0


@dataclass
class World:
    """What acts are played in."""

    app: App
    client: Client
    user: str
    charge_point: str = "chargePoints/CP1"
    location: str = ""
    charger: RawCharger | None = None

    @property
    def connected(self) -> RawCharger:
        """The charger, which has come."""
        assert self.charger is not None
        return self.charger

    async def dial(self, identity: str, password: str = PASSWORD) -> RawCharger:
        """A charger's connection; raises what `websockets` raises."""
        url = f"ws://127.0.0.1:{self.app.ocpp_port}/ocpp/{identity}"
        return RawCharger(await dial(url, headers=basic(identity, password)))

    async def told(self, types: Iterable[str], after: str) -> list[Event]:
        """The events behind a cursor, once one of each of these types is among them."""
        request = ListEventsRequest(after=after, page_size=1000)
        async with asyncio.timeout(DEADLINE):
            while True:
                found = list((await self.client.events.ListEvents(request)).events)
                if set(types) <= {event.type for event in found}:
                    return found
                await asyncio.sleep(0.02)

    async def cursor(self) -> str:
        """Where the log ends."""
        request = ListEventsRequest(newest_first=True, page_size=1)
        return str((await self.client.events.ListEvents(request)).events[0].cursor)


@asynccontextmanager
async def world(database_url: str, folder: Path) -> AsyncIterator[World]:
    """A server with a user who has 100 EUR and a tag, a tariff, and a charger that is away."""
    settings = Settings(
        data=folder, database=database_url, grpc_port=0, ocpp_port=0, files_port=0,
        bootstrap_key=KEY, running_price=1,
    )  # fmt: skip
    async with App(settings) as app:
        client = Client(f"127.0.0.1:{app.grpc_port}", KEY)
        yield await _furnished(app, client)
        await client.close()


async def _furnished(app: App, client: Client) -> World:
    user = await USERS.make(client)
    hundred: Any = {"currency_code": "EUR", "units": 100}
    await client.users.AddBalance(AddBalanceRequest(name=user.name, amount=hundred))
    await ID_TAGS.create(client, id_tag_pb2.IdTag(token="AAAA", user=user.name))
    tariff_group = (await TARIFF_GROUPS.make(client)).name
    location = await LOCATIONS.make(client)
    point = charge_point_pb2.ChargePoint(
        location=location.name, password=PASSWORD, tariff_group=tariff_group
    )
    await CHARGE_POINTS.create(client, point, charge_point_id="CP1")
    return World(app, client, user.name, location=location.name)
