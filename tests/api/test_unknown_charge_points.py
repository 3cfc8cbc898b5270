"""Chargers that knocked and that nobody has registered: shown, forgotten, registered."""

from functools import partial
from typing import Any
from uuid import uuid4

import grpc
import pytest
from peewee import chunked

from ampline.v1 import unknown_charge_point_pb2 as pb
from ampline.v1.event_pb2 import ListEventsRequest
from server.domain.access import Role
from server.resources.unknown_charge_points import identity_in, unknown_name
from server.store.models import UnknownChargePoint
from server.store.unit import Unit
from server.work.stations import connections, unknown_chargers
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, LOCATIONS, PARTNERS

ODD = "Straße 1/left?"


async def knock(api: Api, *identities: str) -> None:
    for identity in identities:
        job = partial(unknown_chargers.knocked, identity=identity, remote_address="192.0.2.7")
        await api.lane.write(job)


async def unknown(client: Client, **wanted: Any) -> list[pb.UnknownChargePoint]:
    request = pb.ListUnknownChargePointsRequest(page_size=2, **wanted)
    found: list[pb.UnknownChargePoint] = []
    while True:
        page = await client.unknown_charge_points.ListUnknownChargePoints(request)
        found += page.unknown_charge_points
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


async def get(client: Client, name: str) -> pb.UnknownChargePoint:
    request = pb.GetUnknownChargePointRequest(name=name)
    found: pb.UnknownChargePoint = await client.unknown_charge_points.GetUnknownChargePoint(request)
    return found


async def register(client: Client, name: str, **fields: Any) -> Any:
    request = pb.RegisterUnknownChargePointRequest(name=name, request_id=str(uuid4()))
    request.charge_point.CopyFrom(await CHARGE_POINTS.build(client))
    for field, value in fields.items():
        setattr(request.charge_point, field, value)
    return await client.unknown_charge_points.RegisterUnknownChargePoint(request)


@pytest.mark.parametrize("identity", ["CP1", "a=b|c@d", ODD, "~tilde", "x" * 200, " "])
def test_every_identity_has_a_name_of_its_own(identity: str) -> None:
    name = unknown_name(identity)
    assert identity_in(name) == identity
    assert all(letter.isalnum() or letter in "*_=+|@.-~" for letter in name.partition("/")[2])


@pytest.mark.parametrize(
    "name", ["unknownChargePoints/~Q1Ax", "unknownChargePoints/~", "other/CP1"]
)
def test_a_name_that_no_identity_has(name: str) -> None:
    assert identity_in(name) is None


async def test_whoever_knocked_last_comes_first(api: Api, client: Client) -> None:
    await knock(api, "A", "B", ODD, "A")
    found = await unknown(client)
    assert [(each.identity, each.attempts) for each in found] == [("A", 2), (ODD, 1), ("B", 1)]
    assert found[0].remote_address == "192.0.2.7"
    assert found[0].first_seen_time.ToMicroseconds() < found[0].last_seen_time.ToMicroseconds()
    assert [each.identity for each in await unknown(client, order_by="identity")] == ["A", "B", ODD]
    assert [await get(client, each.name) for each in found] == found
    recent = await unknown(client, seen_since=found[1].last_seen_time)
    assert recent == found[:2]


async def test_one_is_forgotten_and_noted_again(api: Api, client: Client) -> None:
    await knock(api, "A")
    name = "unknownChargePoints/A"
    seen = await get(client, name)
    await knock(api, "A")
    stale = pb.DeleteUnknownChargePointRequest(name=name, etag=seen.etag)
    refusal = await refused(client.unknown_charge_points.DeleteUnknownChargePoint(stale))
    assert refusal.reason == "STALE_ETAG"
    request = pb.DeleteUnknownChargePointRequest(name=name)
    await client.unknown_charge_points.DeleteUnknownChargePoint(request)
    for call in (
        get(client, name),
        client.unknown_charge_points.DeleteUnknownChargePoint(request),
        register(client, name),
    ):
        assert (await refused(call)).metadata == {"name": name}
    told = await client.events.ListEvents(ListEventsRequest(subjects=[name]))
    assert [event.type for event in told.events] == ["unknown_charge_point.deleted"]
    await knock(api, "A")
    assert [each.attempts for each in await unknown(client)] == [1]


@pytest.mark.parametrize("identity", ["CP7", ODD])
async def test_a_registered_one_is_let_in(api: Api, client: Client, identity: str) -> None:
    await knock(api, identity, "other")
    made = await register(client, unknown_name(identity), ocpp_identity="mine")
    if identity == ODD:
        assert made.ocpp_identity == ODD
    else:
        assert (made.name, made.ocpp_identity) == ("chargePoints/CP7", "")
    assert made.password_set
    assert await CHARGE_POINTS.get(client, made.name) == made
    assert [each.identity for each in await unknown(client)] == ["other"]
    admission = await api.reads.read(lambda database: connections.find(database, identity))
    assert admission is not None
    assert admission.charge_point == made.name


async def test_registering_is_held_to_the_rules(api: Api, client: Client) -> None:
    await knock(api, "CP7")
    refusal = await refused(register(client, "unknownChargePoints/CP7", location="locations/no"))
    assert refusal.metadata["field"] == "charge_point.location"
    assert [each.identity for each in await unknown(client)] == ["CP7"]


async def test_one_without_a_place_is_unassigned(api: Api, client: Client) -> None:
    await knock(api, "CP7", "CP8")
    for identity in ("CP7", "CP8"):
        request = pb.RegisterUnknownChargePointRequest(name=unknown_name(identity))
        made = await client.unknown_charge_points.RegisterUnknownChargePoint(request)
        assert made.location == "locations/unassigned"
    place = await LOCATIONS.get(client, "locations/unassigned")
    assert place.charge_point_count == 2
    assert (await LOCATIONS.list(client, text="unassign")).locations == [place]


async def test_the_same_request_registers_once(api: Api, client: Client) -> None:
    await knock(api, "CP7")
    request = pb.RegisterUnknownChargePointRequest(
        name="unknownChargePoints/CP7", request_id=str(uuid4())
    )
    request.charge_point.location = (await LOCATIONS.make(client)).name
    first = await client.unknown_charge_points.RegisterUnknownChargePoint(request)
    assert await client.unknown_charge_points.RegisterUnknownChargePoint(request) == first


async def test_one_that_is_registered_otherwise_is_unknown_no_more(
    api: Api, client: Client
) -> None:
    await knock(api, "CP7", ODD)
    await CHARGE_POINTS.make(client, charge_point_id="CP7")
    odd = await CHARGE_POINTS.build(client)
    odd.ocpp_identity = ODD
    await CHARGE_POINTS.create(client, odd)
    assert await unknown(client) == []


async def test_they_are_no_partners(api: Api, client: Client) -> None:
    await knock(api, "CP7")
    partner = (await PARTNERS.make(client)).name
    theirs = api.client(await api.key_of(Role.PARTNER_ADMIN, partner))
    assert await unknown(theirs) == []
    name = "unknownChargePoints/CP7"
    forget = pb.DeleteUnknownChargePointRequest(name=name)
    for call in (
        get(theirs, name),
        theirs.unknown_charge_points.DeleteUnknownChargePoint(forget),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND
    await theirs.close()


async def test_the_oldest_of_ten_thousand_goes(api: Api, client: Client) -> None:
    assert unknown_chargers.MOST_UNKNOWN == 10_000
    rows = [
        {"identity": f"old{number:05}", "first_seen_time": number, "last_seen_time": number}
        for number in range(10_000)
    ]
    for some in chunked(rows, 5_000):
        insert = UnknownChargePoint.insert_many(some)
        await api.lane.write(partial(Unit.execute, query=insert))
    await knock(api, "new")
    assert (await refused(get(client, "unknownChargePoints/old00000"))).reason == (
        "RESOURCE_NOT_FOUND"
    )
    assert (await get(client, "unknownChargePoints/old00001")).attempts == 1
    assert (await get(client, "unknownChargePoints/new")).attempts == 1
