"""Who did what, and who was refused: kept, found again, and never changed."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from peewee import Model

from ampline.v1 import audit_entry_pb2 as pb
from ampline.v1.charge_point_action_pb2 import ResetRequest
from ampline.v1.charge_point_pb2 import ChargePoint
from server.api import refusal_counts
from server.domain.access import Role
from server.store import models
from server.store.unit import Unit
from server.work import retention
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api
from tests.api.samples import CHARGE_POINTS, LOCATIONS

ADMIN = f"apiKeys/{ADMIN_KEY}"
SERVICE = "ampline.v1.LocationService"


@pytest.fixture
async def viewer(api: Api) -> AsyncIterator[Client]:
    opened = api.client(await api.key_of(Role.VIEWER))
    yield opened
    await opened.close()


async def entries(client: Client, **fields: Any) -> list[pb.AuditEntry]:
    """The audit, newest first, behind all that is on its way into it."""
    page = await client.audit.ListAuditEntries(pb.ListAuditEntriesRequest(**fields))
    return list(page.audit_entries)


async def test_what_changes_something_is_kept_with_it(client: Client) -> None:
    request_id = str(uuid4())
    made = await LOCATIONS.make(client, request_id=request_id)
    await LOCATIONS.list(client)
    await LOCATIONS.update(client, LOCATIONS.message(name=made.name, external_id="x"))
    await LOCATIONS.delete(client, made.name)
    deleted, updated, created = await entries(client)
    assert [each.method for each in (created, updated, deleted)] == [
        f"{SERVICE}/{word}Location" for word in ("Create", "Update", "Delete")
    ]
    assert {each.resource for each in (created, updated, deleted)} == {made.name}
    assert {each.principal for each in (created, updated, deleted)} == {ADMIN}
    assert (created.request_id, updated.request_id) == (request_id, "")
    assert created.time == made.create_time
    assert created.result == "OK"
    assert created.call_count == 1
    assert created.address == "127.0.0.1"
    asked = pb.GetAuditEntryRequest(name=created.name)
    assert await client.audit.GetAuditEntry(asked) == created


async def test_a_repeat_that_changes_nothing_is_not_kept_again(client: Client) -> None:
    resource, request_id = await LOCATIONS.build(client), str(uuid4())
    for _ in range(2):
        await LOCATIONS.create(client, resource, request_id=request_id)
    assert len(await entries(client)) == 1


async def test_refusals_of_known_callers_are_kept(api: Api, client: Client, viewer: Client) -> None:
    await refused(LOCATIONS.make(viewer))
    await refused(LOCATIONS.get(viewer, "locations/none"))
    await refused(LOCATIONS.create(client, LOCATIONS.message()))
    await api.lane.write(lambda unit: None)  # what was refused is written by now
    told = [
        (each.method, each.resource, each.result, each.reason) for each in await entries(client)
    ]
    assert told == [
        (f"{SERVICE}/CreateLocation", "", "INVALID_ARGUMENT", "INVALID_FIELD"),
        (f"{SERVICE}/GetLocation", "locations/none", "NOT_FOUND", "RESOURCE_NOT_FOUND"),
        (f"{SERVICE}/CreateLocation", "", "PERMISSION_DENIED", "PERMISSION_MISSING"),
    ]


async def test_what_a_charger_was_told_is_kept(api: Api, client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    api.stations.connect(point.name)
    await client.actions.Reset(ResetRequest(charge_point=point.name, kind=ResetRequest.SOFT))
    (newest, *_) = await entries(client)
    assert (newest.method, newest.resource) == (
        "ampline.v1.ChargePointActionService/Reset",
        point.name,
    )


async def test_the_audit_is_found_by_each_filter(api: Api, client: Client, viewer: Client) -> None:
    first = await LOCATIONS.make(client)
    second = await LOCATIONS.make(client)
    await refused(LOCATIONS.get(viewer, "locations/none"))
    await refused(LOCATIONS.delete(viewer, second.name))
    await api.lane.write(lambda unit: None)
    denied, not_found = await entries(client, principal="apiKeys/key-VIEWER-None")
    assert (denied.resource, not_found.resource) == (second.name, "locations/none")
    assert await entries(client, result="PERMISSION_DENIED") == [denied]
    assert await entries(client, method=f"{SERVICE}/DeleteLocation") == [denied]
    (created,) = await entries(client, resource=first.name)
    later = Timestamp()
    later.FromMicroseconds(created.time.ToMicroseconds() + 1)
    assert created not in await entries(client, since=later)
    assert await entries(client, before=later) == [created]
    assert await entries(client, resource="locations/none") == [not_found]


async def test_the_audit_comes_in_pages(client: Client) -> None:
    for _ in range(5):
        await LOCATIONS.make(client)
    seen: list[str] = []
    request = pb.ListAuditEntriesRequest(page_size=2)
    while True:
        page = await client.audit.ListAuditEntries(request)
        seen += [each.name for each in page.audit_entries]
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    assert len(set(seen)) == len(seen) == 5


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_only_administrators_see_it(api: Api, role: Role) -> None:
    caller = api.client(await api.key_of(role))
    refusal = await refused(entries(caller))
    assert refusal.code is grpc.StatusCode.PERMISSION_DENIED
    await caller.close()


async def test_no_secret_gets_into_the_database(api: Api, client: Client) -> None:
    password = "a secret of 20 bytes"
    point = await CHARGE_POINTS.make(client)
    patch = ChargePoint(name=point.name, password=password)
    await CHARGE_POINTS.update(client, patch, "password")
    rows = await api.lane.write(_everything)
    assert point.name in rows
    assert password not in rows


def _everything(unit: Unit) -> str:
    """All rows of all tables, as text."""
    tables: list[type[Model]] = [getattr(models, name) for name in models.__all__]
    return "".join(
        str([bytes(v) if isinstance(v, memoryview) else v for row in rows for v in row])
        for rows in (table.select().tuples().execute(unit.database) for table in tables)
    )


async def refusals(client: Client) -> dict[str, int]:
    """How often who was refused without a key."""
    page = await client.audit.ListAnonymousRefusals(pb.ListAnonymousRefusalsRequest())
    counted: dict[str, int] = {}
    for each in page.anonymous_refusals:
        counted[each.address] = counted.get(each.address, 0) + each.call_count
        assert each.minute.seconds % 60 == 0
    return counted


async def test_strangers_are_counted_and_not_written_down(api: Api, client: Client) -> None:
    stranger = api.client("nobody's")
    for _ in range(3):
        await refused(LOCATIONS.list(stranger))
        await refused(
            stranger.users.ListUsers(
                LOCATIONS.pb.ListLocationsRequest(), metadata=(("x-forwarded-for", "192.0.2.7"),)
            )
        )
    await stranger.close()
    await api.server.audit.close()
    assert await refusals(client) == {"127.0.0.1": 3, "192.0.2.7": 3}
    assert not await entries(client)
    await refused(LOCATIONS.list(api.client("")))
    await api.server.audit.close()
    assert (await refusals(client))["127.0.0.1"] == 4


async def test_many_strangers_fill_no_disk(
    api: Api, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusal_counts, "MOST_APART", 3)
    for number in range(10):
        api.server.audit.refuse_nobody(f"192.0.2.{number}")
    await api.server.audit.close()
    assert (await refusals(client))["others"] == 7


async def test_the_oldest_counts_are_forgotten(
    api: Api, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST_REFUSALS", 2)

    def fill(unit: Unit) -> None:
        for minute in range(1, 6):
            row = {"minute": minute * 60_000_000, "address": "192.0.2.1", "call_count": 1}
            unit.execute(models.AnonymousRefusal.insert(**row))

    await api.lane.write(fill)
    await api.lane.write(lambda unit: retention.forget_refusals(unit, 60_000_000, 100))
    assert sum((await refusals(client)).values()) == 2
    await api.lane.write(lambda unit: retention.forget_refusals(unit, unit.now, 100))
    assert not await refusals(client)


async def test_old_entries_are_forgotten(api: Api, client: Client) -> None:
    await LOCATIONS.make(client)
    assert len(await entries(client)) == 1
    await api.lane.write(lambda unit: retention.forget_audit(unit, unit.now - 60_000_000, 100))
    assert len(await entries(client)) == 1
    await api.lane.write(lambda unit: retention.forget_audit(unit, unit.now + 1, 100))
    assert not await entries(client)
