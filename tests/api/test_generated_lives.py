"""Every resource that can be written lives through its whole life, with fields that Hypothesis
draws from its descriptor.

What is lost on the way, touched by a mask that does not name it, written by a call that was
refused, done twice or not told of, is found whatever the fields are.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import grpc
import pytest
from google.api.field_behavior_pb2 import IMMUTABLE, INPUT_ONLY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ampline.v1.event_pb2 import ListEventsRequest
from server.api.masks import writable_fields
from server.domain.access import Role
from server.resources.descriptors import behaviors, referenced_type, resource_type
from tests.api.client import Client, Refusal, refusal_of, refused
from tests.api.conftest import ADMIN_KEY, Api, add_key, open_api
from tests.api.generated_messages import Pool, resources
from tests.api.samples import ALL, Sample
from tests.conftest import FreshUrl

FREED = {"User"}
"""Kinds that can be deleted while others refer to them: those are freed."""
FOLDED = {"email"}
"""Fields that are kept in another case than they were sent in."""
MOST_REPAIRS = 40


class World(NamedTuple):
    """A platform that one test's examples share, with a resource of every kind."""

    runner: asyncio.Runner
    client: Client
    pool: Pool


@pytest.fixture(scope="module")
def world(fresh_database_url: FreshUrl) -> Iterator[World]:
    """A platform of the module's own, on a loop of its own: Hypothesis runs many examples."""
    with asyncio.Runner() as runner:
        api = runner.run(_opened(fresh_database_url()))
        client = runner.run(_client_of(api))
        pool = {kind_of(each): [runner.run(each.make(client)).name] for each in ALL}
        yield World(runner, client, pool)
        runner.run(client.close())
        runner.run(api.close())


async def _opened(url: str) -> Api:
    api = await open_api(url)
    await add_key(api.lane, ADMIN_KEY, Role.ADMIN)
    return api


async def _client_of(api: Api) -> Client:
    return api.client()


def kind_of(sample: Sample) -> str:
    return resource_type(sample.message.DESCRIPTOR)


def kept_fields(sample: Sample) -> list[Any]:
    """The fields that a client writes and reads again."""
    found = writable_fields(sample.message.DESCRIPTOR)
    return [field for field in found if INPUT_ONLY not in behaviors(field)]


def value_of(resource: Any, field: Any) -> Any:
    """What a field holds; None if it is absent."""
    if field.has_presence and not resource.HasField(field.name):
        return None
    value = getattr(resource, field.name)
    if field.name in FOLDED:
        return value.lower()
    return dict(value) if hasattr(value, "items") else value


def copy_field(field: Any, source: Any, target: Any) -> None:
    """Makes a field of the target what it is in the source."""
    target.ClearField(field.name)
    if field.is_repeated or field.message_type is not None:
        if field.is_repeated or source.HasField(field.name):
            getattr(target, field.name).MergeFrom(getattr(source, field.name))
    elif source.HasField(field.name):
        setattr(target, field.name, getattr(source, field.name))


class Life:
    """One resource, from its creation on."""

    def __init__(self, sample: Sample, client: Client) -> None:
        self.sample = sample
        self.client = client
        self.fields = {field.name: field for field in kept_fields(sample)}

    async def create(self, drawn: Any, base: Any) -> tuple[Any, Any, str]:
        """Creates what is drawn, where that can be: what it is refused for becomes what the base
        has. Returns what was sent at last, what came of it, and its request_id."""
        sent = self.sample.message()
        sent.CopyFrom(base)
        for field in writable_fields(self.sample.message.DESCRIPTOR):
            if value_of(drawn, field):
                copy_field(field, drawn, sent)
        for _ in range(MOST_REPAIRS):
            request_id = str(uuid4())  # not drawn: what is drawn comes again
            try:
                made = await self.sample.create(self.client, sent, request_id=request_id)
                return sent, made, request_id
            except grpc.aio.AioRpcError as error:
                refusal = refusal_of(error)
                if refusal.code is grpc.StatusCode.FAILED_PRECONDITION:
                    sent.CopyFrom(base)
                    continue
                for name in self.faulty(refusal):
                    self.repair(sent, base, name)
        raise AssertionError(f"still refused: {sent}")

    def faulty(self, refusal: Refusal) -> set[str]:
        """The fields that a refusal names; nothing but a fault of theirs is allowed for."""
        if refusal.reason not in {"INVALID_FIELD", "REFERENCE_NOT_FOUND", "ALREADY_EXISTS"}:
            raise AssertionError(refusal)
        paths = [path.removeprefix(f"{self.sample.field}.") for path in refusal.fields]
        names = {path.partition(".")[0].partition("[")[0] for path in paths}
        assert names, refusal
        assert names <= set(self.sample.message.DESCRIPTOR.fields_by_name), refusal
        return names

    def repair(self, sent: Any, base: Any, name: str) -> None:
        """Takes the base's field, or its absence. What still does not fit goes altogether."""
        field = self.sample.message.DESCRIPTOR.fields_by_name[name]
        if value_of(sent, field) != value_of(base, field):
            copy_field(field, base, sent)
            return
        for other in writable_fields(self.sample.message.DESCRIPTOR):
            copy_field(other, base, sent)

    async def update(self, before: Any, drawn: Any, mask: set[str]) -> tuple[Any, set[str]]:
        """Changes what the mask names to what is drawn; what is refused drops out of the mask.
        Returns the resource, and the mask that was left."""
        mask = set(mask)
        while mask:
            sent = self.sample.message(name=before.name)
            for name in mask:
                copy_field(self.fields[name], drawn, sent)
            try:
                return await self.sample.update(self.client, sent, *sorted(mask)), mask
            except grpc.aio.AioRpcError as error:
                refusal = refusal_of(error)
                assert await self.sample.get(self.client, before.name) == before
                if refusal.code is grpc.StatusCode.FAILED_PRECONDITION:
                    return before, set()
                mask -= mask & self.faulty(refusal) or mask
        return before, mask

    async def told(self, name: str) -> list[Any]:
        """The events of the resource itself, oldest first."""
        found = await self.client.events.ListEvents(ListEventsRequest(subjects=[name]))
        words = ("created", "updated", "deleted")
        types = {f"{self.sample.field}.{word}" for word in words}
        return [event for event in found.events if event.type in types]


async def live(life: Life, data: Any, pool: Pool) -> None:
    """From creation to deletion."""
    sample, client = life.sample, life.client
    drawing = resources(sample.message, pool)
    base = await sample.build(client)
    drawn = data.draw(drawing, label="created")
    sent, made, request_id = await life.create(drawn, base)
    lost = {
        name: (value_of(sent, field), value_of(made, field))
        for name, field in life.fields.items()
        if value_of(sent, field) and value_of(sent, field) != value_of(made, field)
    }
    assert not lost, "a field is not what was sent"
    if sample.field != "evse":
        assert await sample.create(client, sent, request_id=request_id) == made
    assert await sample.get(client, made.name) == made
    await _change(life, data, drawing, made)
    await _protect(life, sent, made, pool)
    if not sample.deletable:
        return
    await sample.delete(client, made.name)
    gone = await refused(sample.get(client, made.name))
    assert gone.code is grpc.StatusCode.NOT_FOUND
    told = await life.told(made.name)
    assert [event.type.partition(".")[2] for event in (told[0], told[-1])] == ["created", "deleted"]


async def _change(life: Life, data: Any, drawing: Any, made: Any) -> None:
    """An update touches what its mask names, once, and tells of it; a stale one nothing."""
    sample, client = life.sample, life.client
    changeable = [name for name, each in life.fields.items() if IMMUTABLE not in behaviors(each)]
    wanted = data.draw(st.sets(st.sampled_from(changeable), min_size=1), label="mask")
    drawn = data.draw(drawing, label="updated")
    changed, mask = await life.update(made, drawn, wanted)
    for name, field in life.fields.items():
        if name not in mask:
            assert value_of(changed, field) == value_of(made, field), name
        elif value_of(drawn, field):
            assert value_of(changed, field) == value_of(drawn, field), name
    different = {
        name
        for name, field in life.fields.items()
        if value_of(changed, field) != value_of(made, field)
    }
    events = await life.told(made.name)
    told = [set(event.resource_changed.changed_fields) for event in events[1:]]
    assert told == ([different] if different else [])
    assert (changed.etag != made.etag) is bool(different)
    if different:
        stale = sample.message(name=made.name, external_id="stale", etag=made.etag)
        assert (await refused(sample.update(client, stale))).reason == "STALE_ETAG"
        assert await sample.get(client, made.name) == changed


async def _protect(life: Life, sent: Any, made: Any, pool: Pool) -> None:
    """What the resource still refers to cannot be deleted."""
    by_kind = {kind_of(each): each for each in ALL}
    now = await life.sample.get(life.client, made.name)
    for name, field in life.fields.items():
        target = by_kind.get(referenced_type(field))
        value = getattr(now, name)
        if target is None or not value or target.kind in FREED or not target.deletable:
            continue
        one = value[0] if field.is_repeated else value
        if one == made.name:
            continue
        refusal = await refused(target.delete(life.client, one))
        assert refusal.reason == "RESOURCE_IN_USE", (name, refusal)


def run(world: World, sample: Sample, data: Any) -> None:
    world.runner.run(live(Life(sample, world.client), data, world.pool))


each_kind = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.field)
anyhow = settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@each_kind
@anyhow
@given(data=st.data())
def test_a_life(world: World, sample: Sample, data: Any) -> None:
    run(world, sample, data)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
@each_kind
@settings(anyhow, max_examples=150, derandomize=False)
@given(data=st.data())
def test_many_lives(world: World, sample: Sample, data: Any) -> None:
    run(world, sample, data)
