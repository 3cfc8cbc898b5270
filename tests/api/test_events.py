"""The event log over the API: listed in pages, followed live."""

import asyncio
from typing import Any

import grpc
import pytest

from ampline.v1.event_pb2 import ListEventsRequest, StreamEventsRequest
from ampline.v1.location_pb2 import Location
from server.domain.access import Role
from server.resources import cursor
from server.store.models import Event
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, LOCATIONS, TARIFFS


async def listed(client: Client, **fields: Any) -> list[Any]:
    """Every event of a list, page by page."""
    found: list[Any] = []
    request = ListEventsRequest(page_size=2, **fields)
    while True:
        page = await client.events.ListEvents(request)
        found += list(page.events)
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


async def read(stream: Any, count: int) -> list[Any]:
    """The next events of a stream, heartbeats left out."""
    found: list[Any] = []
    async with asyncio.timeout(10):
        async for response in stream:
            if response.HasField("event"):
                assert response.cursor == response.event.cursor
                found.append(response.event)
            if len(found) == count:
                return found
    raise AssertionError("the stream has ended")


async def test_the_log_is_listed_both_ways(client: Client) -> None:
    made = [(await LOCATIONS.make(client)).name for _ in range(5)]
    found = await listed(client)
    assert [event.subject for event in found] == made
    assert [event.name for event in found] == [f"events/{number}" for number in range(1, 6)]
    assert await listed(client, newest_first=True) == found[::-1]
    assert await listed(client, after=found[2].cursor) == found[3:]
    assert await listed(client, start_time=found[3].record_time) == found[3:]
    both = {"after": found[0].cursor, "newest_first": True}
    assert await listed(client, **both) == found[:0:-1]


async def test_the_log_is_filtered(client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    await LOCATIONS.update(client, Location(name=point.location, external_id="x"))
    await TARIFFS.make(client)

    async def kinds(**fields: Any) -> list[str]:
        return [event.type for event in await listed(client, **fields)]

    assert await kinds(types=["location.*"]) == ["location.created", "location.updated"]
    assert await kinds(types=["tariff.created", "*.updated"]) == [
        "location.updated",
        "tariff.created",
    ]
    assert await kinds(charge_points=[point.name]) == ["charge_point.created"]
    everything_there = ["location.created", "charge_point.created", "location.updated"]
    assert await kinds(locations=[point.location]) == everything_there
    assert await kinds(subjects=[point.location], types=["*.created"]) == ["location.created"]


async def test_a_stream_catches_up_and_goes_live(client: Client) -> None:
    before = [(await LOCATIONS.make(client)).name for _ in range(3)]
    first = (await listed(client))[0]
    stream = client.events.StreamEvents(StreamEventsRequest(after=first.cursor))
    assert [event.subject for event in await read(stream, 2)] == before[1:]
    after = await LOCATIONS.make(client)
    (live,) = await read(stream, 1)
    assert live.resource_changed.location.name == after.name
    assert live == (await listed(client))[-1]
    stream.cancel()


async def test_a_stream_gives_what_is_wanted(client: Client) -> None:
    wanted = StreamEventsRequest(types=["tariff.*"], after=cursor.encode(0))
    stream = client.events.StreamEvents(wanted)
    await LOCATIONS.make(client)
    tariff = await TARIFFS.make(client)
    assert [event.subject for event in await read(stream, 1)] == [tariff.name]
    stream.cancel()


async def test_a_partner_hears_of_its_own(api: Api, client: Client) -> None:
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p1"))
    stream = partner.events.StreamEvents(StreamEventsRequest(after=cursor.encode(0)))
    await LOCATIONS.make(client)
    own = await LOCATIONS.make(partner)
    assert [event.subject for event in await read(stream, 1)] == [own.name]
    stream.cancel()
    await partner.close()


async def test_a_stream_says_why_it_ends(api: Api, client: Client) -> None:
    stream = client.events.StreamEvents(StreamEventsRequest())
    heartbeat = await stream.read()
    assert heartbeat.cursor
    await api.tail.close()
    last = await stream.read()
    assert (last.stream_end.reason, last.stream_end.cursor) == ("SHUTTING_DOWN", heartbeat.cursor)
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await stream.read()
    assert ended.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_cursor_from_before_the_log_has_expired(api: Api, client: Client) -> None:
    for _ in range(3):
        await LOCATIONS.make(client)
    oldest = Event.delete().where(Event.position <= 2)
    await api.lane.write(lambda unit: unit.execute(oldest))
    expired = cursor.encode(1)

    async def first_of(stream: Any) -> Any:
        return await stream.read()

    for call in (
        client.events.ListEvents(ListEventsRequest(after=expired)),
        first_of(client.events.StreamEvents(StreamEventsRequest(after=expired))),
    ):
        refusal = await refused(call)
        assert (refusal.code, refusal.reason) == (
            grpc.StatusCode.OUT_OF_RANGE,
            "CURSOR_EXPIRED",
        )
        assert refusal.metadata == {"oldest_cursor": cursor.encode(2)}


async def test_a_stream_needs_a_key(api: Api) -> None:
    stranger = api.client("")
    stream = stranger.events.StreamEvents(StreamEventsRequest())
    refusal = await refused(stream.read())
    assert refusal.code is grpc.StatusCode.UNAUTHENTICATED
    await stranger.close()
