"""Every resource that can be written, through its whole life."""

from typing import Any

import grpc
import pytest
from google.api.field_behavior_pb2 import (
    IDENTIFIER,
    INPUT_ONLY,
    OUTPUT_ONLY,
    REQUIRED,
    field_behavior,
)

from ampline.v1.event_pb2 import ListEventsRequest
from tests.api.client import Client, refused
from tests.api.samples import ALL, Sample

pytestmark = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.field)


def written(resource: Any) -> dict[str, Any]:
    """The fields that a client wrote, and can read again."""
    hidden = {IDENTIFIER, OUTPUT_ONLY, INPUT_ONLY}
    return {
        field.name: value
        for field, value in resource.ListFields()
        if field.name != "etag" and not hidden & set(_behaviors(field))
    }


def _behaviors(field: Any) -> Any:
    return field.GetOptions().Extensions[field_behavior]


async def events_of(client: Client, name: str) -> list[Any]:
    """What was told of a resource, oldest first."""
    types = ["*.created", "*.updated", "*.deleted"]
    found = await client.events.ListEvents(ListEventsRequest(subjects=[name], types=types))
    return [(event.type, event) for event in found.events]


async def test_what_is_written_is_read(client: Client, sample: Sample) -> None:
    resource = await sample.build(client)
    made = await sample.create(client, resource)
    assert written(made).items() >= written(resource).items()
    assert made.etag
    assert made.create_time == made.update_time
    assert await sample.get(client, made.name) == made
    page = (await sample.list(client)).ListFields()[0][1]
    assert made in list(page)


async def test_an_update_touches_what_the_mask_names(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    patch = sample.message(name=made.name)
    patch.labels["new"] = "one"
    changed = await sample.update(client, patch, "labels")
    assert dict(changed.labels) == {"new": "one"}
    assert changed.etag != made.etag
    assert changed.update_time.ToMicroseconds() > made.update_time.ToMicroseconds()
    untouched = written(made)
    untouched.pop("labels", None)
    assert written(changed).items() >= untouched.items()
    cleared = await sample.update(client, sample.message(name=made.name), "labels")
    assert not cleared.labels
    assert await sample.get(client, made.name) == cleared


async def test_an_empty_mask_means_what_is_present(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    changed = await sample.update(client, sample.message(name=made.name, external_id="mine"))
    assert changed.external_id == "mine"
    assert changed.labels == made.labels
    refusal = await refused(sample.update(client, sample.message(name=made.name)))
    assert (refusal.code, list(refusal.fields)) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        ["update_mask"],
    )


async def test_a_star_replaces_the_whole(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    bare = sample.message(name=made.name)
    for field in sample.message.DESCRIPTOR.fields:
        if REQUIRED in _behaviors(field):
            _copy(field, made, bare)
    replaced = await sample.update(client, bare, "*")
    assert not replaced.labels
    assert not replaced.external_id
    if sample.field == "charge_point":
        assert replaced.password_set  # nobody can read it, so a full replacement keeps it
    incomplete = sample.message(name=made.name)
    incomplete.labels["a"] = "b"
    if written(bare):
        refusal = await refused(sample.update(client, incomplete, "*"))
        assert refusal.reason == "INVALID_FIELD"
        assert set(refusal.fields) == {f"{sample.field}.{name}" for name in written(bare)}


def _copy(field: Any, source: Any, target: Any) -> None:
    if field.is_repeated or field.message_type:
        getattr(target, field.name).MergeFrom(getattr(source, field.name))
    else:
        setattr(target, field.name, getattr(source, field.name))


async def test_what_is_output_only_is_ignored(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    patch = sample.message(name=made.name, external_id="mine")
    patch.create_time.seconds = 1
    changed = await sample.update(client, patch)
    assert changed.create_time == made.create_time
    assert await sample.update(client, patch, "create_time") == changed


async def test_no_change_is_no_change(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    patch = sample.message(name=made.name)
    patch.labels.update(made.labels)
    same = await sample.update(client, patch, "labels")
    assert same == made
    assert [type_ for type_, _ in await events_of(client, made.name)] == [f"{sample.field}.created"]


async def test_a_stale_etag_writes_nothing(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    fresh = await sample.update(client, sample.message(name=made.name, external_id="a"))
    stale = sample.message(name=made.name, external_id="b", etag=made.etag)
    refusal = await refused(sample.update(client, stale))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ABORTED, "STALE_ETAG")
    if sample.deletable:
        refusal = await refused(sample.delete(client, made.name, made.etag))
        assert refusal.reason == "STALE_ETAG"
    assert await sample.get(client, made.name) == fresh
    stale.etag = fresh.etag
    assert (await sample.update(client, stale)).external_id == "b"


async def test_an_unknown_mask_path_is_named(client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    refusal = await refused(sample.update(client, made, "labels", "colour"))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "UNKNOWN_MASK_PATH",
    )
    assert refusal.metadata["path"] == "colour"


async def test_deleted_is_gone_and_told(client: Client, sample: Sample) -> None:
    if not sample.deletable:
        pytest.skip("it cannot be deleted")
    made = await sample.make(client)
    await sample.update(client, sample.message(name=made.name, external_id="a"))
    await sample.delete(client, made.name)
    for call in (sample.get(client, made.name), sample.delete(client, made.name)):
        refusal = await refused(call)
        assert (refusal.code, refusal.metadata) == (
            grpc.StatusCode.NOT_FOUND,
            {"name": made.name},
        )
    told = await events_of(client, made.name)
    words = [f"{sample.field}.{word}" for word in ("created", "updated", "deleted")]
    assert [type_ for type_, _ in told] == words
    assert list(told[1][1].resource_changed.changed_fields) == ["external_id"]
    assert getattr(told[2][1].resource_changed, sample.field).name == made.name


async def test_a_taken_id_is_refused(client: Client, sample: Sample) -> None:
    chosen = {f"{sample.field}_id": "7"}
    if sample.field == "evse":
        chosen["parent"] = (await sample.make(client)).name.partition("/evses")[0]
    made = await sample.make(client, **chosen)
    assert made.name.endswith("/7")
    refusal = await refused(sample.make(client, **chosen))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    assert refusal.metadata == {"field": f"{sample.field}_id", "value": "7"}


async def test_pages_hold_everything_once(client: Client, sample: Sample) -> None:
    made = [(await sample.make(client)).name for _ in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        page = await sample.list(client, page_size=2, page_token=token)
        found = page.ListFields()[0][1]
        assert 1 <= len(found) <= 2
        seen += [each.name for each in found]
        token = page.next_page_token
        if not token:
            break
    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)
