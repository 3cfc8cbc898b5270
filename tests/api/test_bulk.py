"""Many resources at once: all or none, and a fault names its row."""

from typing import Any
from uuid import uuid4

import grpc
import pytest

from ampline.v1.event_pb2 import ListEventsRequest
from server.domain.access import Role
from server.store.models import Event
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import (
    CHARGE_POINTS,
    ID_TAGS,
    USERS,
    VENDOR_ERROR_CODES,
    VOUCHERS,
    Sample,
)

IN_BULK = (CHARGE_POINTS, ID_TAGS, USERS, VENDOR_ERROR_CODES, VOUCHERS)
each_kind = pytest.mark.parametrize("sample", IN_BULK, ids=lambda sample: sample.field)


async def batch_of(sample: Sample, client: Client, rows: int, **fields: Any) -> Any:
    """A request that creates so many."""
    batch = getattr(sample.pb, f"BatchCreate{sample.kind}sRequest")(**fields)
    for _ in range(rows):
        getattr(batch.requests.add(), sample.field).CopyFrom(await sample.build(client))
    return batch


async def create(sample: Sample, client: Client, batch: Any) -> list[Any]:
    stub = getattr(client, sample.service)
    answer = await getattr(stub, f"BatchCreate{sample.kind}s")(batch)
    return list(answer.ListFields()[0][1])


async def get(sample: Sample, client: Client, names: list[str]) -> list[Any]:
    request = getattr(sample.pb, f"BatchGet{sample.kind}sRequest")(names=names)
    answer = await getattr(getattr(client, sample.service), f"BatchGet{sample.kind}s")(request)
    return list(answer.ListFields()[0][1])


async def count(sample: Sample, client: Client) -> int:
    page = await sample.list(client, page_size=1000)
    return len(page.ListFields()[0][1]) if page.ListFields() else 0


@each_kind
async def test_what_is_made_at_once_is_read_at_once(client: Client, sample: Sample) -> None:
    made = await create(sample, client, await batch_of(sample, client, 5))
    names = [each.name for each in made]
    assert len(set(names)) == 5
    assert await get(sample, client, names[::-1]) == made[::-1]
    assert [await sample.get(client, name) for name in names] == made
    found = await client.events.ListEvents(ListEventsRequest(subjects=names))
    assert [event.subject for event in found.events] == names
    assert {event.type for event in found.events} == {f"{sample.field}.created"}


@each_kind
async def test_one_bad_row_refuses_all_and_is_named(client: Client, sample: Sample) -> None:
    batch = await batch_of(sample, client, 3)
    before, told = await count(sample, client), Event.select().count()
    getattr(batch.requests[1], sample.field).external_id = "x" * 101
    refusal = await refused(create(sample, client, batch))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    assert list(refusal.fields) == [f"requests[1].{sample.field}.external_id"]
    assert await count(sample, client) == before
    assert Event.select().count() == told


@each_kind
async def test_a_row_that_is_taken_takes_the_others_along(client: Client, sample: Sample) -> None:
    batch = await batch_of(sample, client, 3)
    before, told = await count(sample, client), Event.select().count()
    for place in (0, 2):
        setattr(batch.requests[place], f"{sample.field}_id", "twin")
    refusal = await refused(create(sample, client, batch))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    assert refusal.metadata["field"] == f"requests[2].{sample.field}_id"
    assert await count(sample, client) == before
    assert Event.select().count() == told


@each_kind
async def test_a_repeat_gets_the_first_answer(client: Client, sample: Sample) -> None:
    batch = await batch_of(sample, client, 3, request_id=str(uuid4()))
    first = await create(sample, client, batch)
    assert await create(sample, client, batch) == first
    batch.requests.pop()
    assert (await refused(create(sample, client, batch))).reason == "REQUEST_ID_REUSED"


async def test_a_reference_to_nothing_is_named_with_its_row(client: Client) -> None:
    batch = await batch_of(CHARGE_POINTS, client, 3)
    batch.requests[2].charge_point.location = "locations/nowhere"
    refusal = await refused(create(CHARGE_POINTS, client, batch))
    assert refusal.reason == "REFERENCE_NOT_FOUND"
    assert list(refusal.fields) == ["requests[2].charge_point.location"]
    assert refusal.metadata["value"] == "locations/nowhere"
    assert not await count(CHARGE_POINTS, client)


async def test_every_row_is_told_of_up_to_what_an_answer_holds(client: Client) -> None:
    batch = await batch_of(VENDOR_ERROR_CODES, client, 30)
    for each in batch.requests:
        each.vendor_error_code.ClearField("vendor_id")
    refusal = await refused(create(VENDOR_ERROR_CODES, client, batch))
    assert len(refusal.fields) == 20
    assert refusal.message.endswith("and 10 more")


async def test_rows_have_no_request_id_of_their_own(client: Client) -> None:
    batch = await batch_of(USERS, client, 1)
    batch.requests[0].request_id = str(uuid4())
    refusal = await refused(create(USERS, client, batch))
    assert list(refusal.fields) == ["requests[0].request_id"]


async def test_a_thousand_are_made_and_more_refused(client: Client) -> None:
    batch = await batch_of(VENDOR_ERROR_CODES, client, 1000)
    assert len(await create(VENDOR_ERROR_CODES, client, batch)) == 1000
    batch.requests.add().CopyFrom(batch.requests[0])
    refusal = await refused(create(VENDOR_ERROR_CODES, client, batch))
    assert "requests" in refusal.fields


@each_kind
async def test_one_that_is_missing_refuses_the_read(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    missing = f"{made.name.partition('/')[0]}/missing"
    refusal = await refused(get(sample, client, [made.name, missing]))
    assert (refusal.code, refusal.metadata) == (grpc.StatusCode.NOT_FOUND, {"name": missing})


async def test_what_others_have_is_missing(api: Api, client: Client) -> None:
    made = await USERS.make(client)
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p"))
    refusal = await refused(get(USERS, partner, [made.name]))
    assert refusal.code is grpc.StatusCode.NOT_FOUND
    await partner.close()
