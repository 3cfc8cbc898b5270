"""What goes on around every call: the log, and other nodes."""

import asyncio
import logging
import time
from uuid import uuid4

import pytest

from ampline.v1.id_tag_pb2 import IdTag
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api, open_api
from tests.api.samples import ID_TAGS, LOCATIONS


async def test_every_call_leaves_one_line(
    api: Api, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "server.calls"):
        await LOCATIONS.list(client)
        await refused(LOCATIONS.get(client, "locations/none"))
        ended = time.time()
        api.server.log.write()
    assert all(record.created <= ended for record in caplog.records)
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
