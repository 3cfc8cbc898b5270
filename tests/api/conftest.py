"""A whole API over a real socket, with chargers that answer as they are told to."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from peewee import ModelInsert

from ampline.v1 import partner_pb2 as pb
from server.api.rate_limits import NO_LIMITS, Limits
from server.api.server import ApiServer, build
from server.domain.access import PARTNER_ROLES, PartnerAccess, Role, secret_hash
from server.domain.destinations import LOOPBACK, Addresses
from server.relay.tail import Tail
from server.relay.webhooks.engine import Webhooks
from server.relay.webhooks.sending import Sender
from server.store.database import open_database
from server.store.lane import WriteLane
from server.store.models import ApiKey, Partner
from server.store.reads import ReadPool
from server.work.gateways.carrying import Gateways
from server.work.money.balance_gateway import built_in
from server.work.rules import Rules
from tests.api.client import Client
from tests.api.scripted_stations import ScriptedStations

RULES = Rules(charger_tls_url="wss://csms.example:8443", charger_certificates=True)
ADMIN_KEY = "test-administrator"


@dataclass
class Api:
    """The API, and all that stands behind it."""

    server: ApiServer
    lane: WriteLane
    reads: ReadPool
    stations: ScriptedStations
    tail: Tail
    webhooks: Webhooks
    gateways: Gateways

    def client(self, key: str = ADMIN_KEY) -> Client:
        """A client with that key."""
        return Client(f"127.0.0.1:{self.server.port}", key)

    async def key_of(self, role: Role, partner: str | None = None) -> str:
        """A new key with that role; of a partner, if that is a partner's."""
        if role in PARTNER_ROLES and partner is None:
            partner = "partners/some"
        secret = f"key-{role.name}-{partner}"
        await add_key(self.lane, secret, role, partner)
        return secret

    async def close(self) -> None:
        """Stops serving; the database stays."""
        await self.tail.close()
        await self.server.stop(0)
        await self.webhooks.close()
        self.lane.close()
        self.reads.close()


def balance_alone(lane: WriteLane) -> Gateways:
    """Nobody takes cards."""
    return Gateways(lane, built_in(lane))


async def open_api(
    url: str,
    *,
    limits: Limits = NO_LIMITS,
    rules: Rules = RULES,
    gateways: Callable[[WriteLane], Gateways] = balance_alone,
) -> Api:
    """Serves the database at the URL."""
    database = open_database(url)
    reads = ReadPool(database)
    tail = Tail(database, reads)
    lane = WriteLane(database, tail.ring)
    stations = ScriptedStations()
    sender = Sender(Addresses(LOOPBACK), timeout=5)
    webhooks = Webhooks(lane, reads, sender, source="http://127.0.0.1", node="test")
    payment_gateways = gateways(lane)
    server = build(
        lane=lane,
        reads=reads,
        stations=stations,
        tail=tail,
        trials=webhooks,
        rules=rules,
        limits=limits,
        gateways=payment_gateways,
    )
    await server.start("127.0.0.1:0")
    return Api(server, lane, reads, stations, tail, webhooks, payment_gateways)


async def add_key(lane: WriteLane, secret: str, role: Role, partner: str | None = None) -> None:
    """Makes an API key, and its partner; those that exist stay as they are."""
    if partner is not None:
        await lane.write(lambda unit: unit.execute(partner_row(partner, *PartnerAccess)))
    row = {
        "name": f"apiKeys/{secret}",
        "display_name": secret,
        "secret_hash": secret_hash(secret),
        "role": role,
        "partner": partner,
        "create_time": 0,
        "update_time": 0,
    }
    await lane.write(lambda unit: unit.execute(ApiKey.insert(**row).on_conflict_ignore()))


def partner_row(name: str, *access: PartnerAccess) -> ModelInsert:
    """A partner that is granted all of that; one that exists is granted it from now on."""
    granted = pb.Partner(access=map(int, access)).SerializeToString() or None  # type: ignore[arg-type]
    row = Partner.insert(
        name=name,
        partner=name,
        kind=4,
        display_name=name,
        access=granted,
        create_time=0,
        update_time=0,
    )
    return row.on_conflict(conflict_target=[Partner.name], update={"access": granted})


@pytest.fixture
async def api(database_url: str) -> AsyncIterator[Api]:
    """A fresh API."""
    served = await open_api(database_url)
    await add_key(served.lane, ADMIN_KEY, Role.ADMIN)
    yield served
    await served.close()


@pytest.fixture
async def client(api: Api) -> AsyncIterator[Client]:
    """An administrator's client."""
    opened = api.client()
    yield opened
    await opened.close()
