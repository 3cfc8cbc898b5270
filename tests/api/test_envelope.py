"""What goes on around every call: the audit, the log, and other nodes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.id_tag_pb2 import IdTag
from server.api.audit import Audited
from server.domain.access import Role
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api, add_key, open_api
from tests.api.samples import CHARGE_POINTS, ID_TAGS, LOCATIONS


class Kept:
    """An audit that keeps all in memory."""

    def __init__(self) -> None:
        self.calls: list[Audited] = []

    def record(self, audited: Audited) -> None:
        """Keeps it."""
        self.calls.append(audited)


@pytest.fixture
def audit() -> Kept:
    return Kept()


@pytest.fixture
async def audited(database_url: str, audit: Kept) -> AsyncIterator[Api]:
    """An API whose calls are kept."""
    api = await open_api(database_url, audit=audit)
    await add_key(api.lane, ADMIN_KEY, Role.ADMIN)
    yield api
    await api.close()


async def test_what_changes_something_or_is_refused_is_audited(audited: Api, audit: Kept) -> None:
    client, viewer = audited.client(), audited.client(await audited.key_of(Role.VIEWER))
    await LOCATIONS.make(client)
    await LOCATIONS.list(client)
    await refused(LOCATIONS.make(viewer))
    await refused(LOCATIONS.get(client, "locations/none"))
    await refused(LOCATIONS.list(audited.client("nobody's")))
    told = [(each.method.name, each.status, each.reason) for each in audit.calls]
    assert told == [
        ("CreateLocation", "OK", ""),
        ("CreateLocation", "PERMISSION_DENIED", "PERMISSION_MISSING"),
        ("GetLocation", "NOT_FOUND", "RESOURCE_NOT_FOUND"),
    ]
    assert audit.calls[0].call.caller.principal == f"apiKeys/{ADMIN_KEY}"
    assert audit.calls[0].call.peer
    for each in (client, viewer):
        await each.close()


async def test_the_audit_is_told_no_secrets(audited: Api, audit: Kept) -> None:
    client = audited.client()
    point = await CHARGE_POINTS.make(client)
    await CHARGE_POINTS.update(client, ChargePoint(name=point.name, password="x" * 16))
    assert "x" * 16 not in str(audit.calls[-1].request)
    assert point.name in str(audit.calls[-1].request)
    await client.close()


async def test_every_call_leaves_one_line(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "server.calls"):
        await LOCATIONS.list(client)
        await refused(LOCATIONS.get(client, "locations/none"))
    lines = [record.getMessage() for record in caplog.records]
    told = [line.partition(" ms=")[0].partition(" ")[2] for line in lines]
    method = "method=/ampline.v1.LocationService"
    principal = f"principal=apiKeys/{ADMIN_KEY}"
    assert told == [
        f"{method}/ListLocations {principal} status=OK reason=-",
        f"{method}/GetLocation {principal} status=NOT_FOUND reason=RESOURCE_NOT_FOUND",
    ]


async def test_nodes_share_what_was_answered(api: Api, client: Client, database_url: str) -> None:
    other = await open_api(database_url)
    clients = [client, other.client()]
    for number in range(5):
        request_id, tag = str(uuid4()), IdTag(token=f"token-{number}")
        made = await asyncio.gather(
            *[ID_TAGS.create(each, tag, request_id=request_id) for each in clients * 4]
        )
        assert len({each.name for each in made}) == 1
    assert len((await ID_TAGS.list(client)).id_tags) == 5
    await clients[1].close()
    await other.close()
    assert api.server.port
