"""API keys: their secret, what they may do, and how they end."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import pytest

from ampline.v1 import api_key_pb2 as pb
from ampline.v1 import event_pb2, sign_in_pb2
from ampline.v1.annotations_pb2 import PERMISSION_READ, PERMISSION_READ_SESSIONS, PERMISSION_WRITE
from ampline.v1.sign_in_pb2 import OPERATOR, PARTNER_ADMIN, SERVICE, VIEWER
from server.api import authentication
from server.domain.access import PartnerAccess, Role, secret_hash
from server.store import models
from server.store.unit import Unit
from tests.api.client import Client, refusal_of, refused
from tests.api.conftest import Api, open_api, partner_row
from tests.api.samples import API_KEYS, CHARGE_POINTS, LOCATIONS, USERS

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
DENIED = grpc.StatusCode.PERMISSION_DENIED


async def create(client: Client, request_id: str = "", **fields: Any) -> pb.ApiKey:
    key = pb.ApiKey(**{"display_name": "A program", "role": VIEWER, **fields})
    request = pb.CreateApiKeyRequest(api_key=key)
    if request_id:
        request.request_id = request_id
    made: pb.ApiKey = await client.api_keys.CreateApiKey(request)
    return made


async def get(client: Client, name: str) -> pb.ApiKey:
    found: pb.ApiKey = await client.api_keys.GetApiKey(pb.GetApiKeyRequest(name=name))
    return found


async def test_a_secret_is_shown_once(api: Api, client: Client) -> None:
    request_id = str(uuid4())
    made = await create(client, request_id)
    assert len(made.secret) > 43  # 256 bits
    assert made.secret.startswith(made.prefix)
    assert len(made.prefix) < 16
    again = await create(client, request_id)
    assert (again.name, again.secret) == (made.name, "")
    found = await get(client, made.name)
    assert (found.secret, found.prefix) == ("", made.prefix)
    (listed,) = (await API_KEYS.list(client, role=VIEWER)).api_keys
    assert listed == found
    events = await client.events.ListEvents(event_pb2.ListEventsRequest(subjects=[made.name]))
    assert len(events.events) == 1
    assert made.secret not in str(events)
    kept = await api.lane.write(_key_row(made.name))
    assert kept.secret_hash == secret_hash(made.secret)
    assert made.secret not in str(await api.lane.write(_stored_answers))


def _key_row(name: str) -> Any:
    return lambda unit: models.ApiKey.get_by_id(name)


def _stored_answers(unit: Unit) -> list[bytes]:
    found = models.StoredAnswer.select(models.StoredAnswer.answer).tuples().execute(unit.database)
    return [bytes(answer or b"") for (answer,) in found]


async def test_repeats_in_flight_are_shown_it_once_too(client: Client) -> None:
    request_id = str(uuid4())
    made = await asyncio.gather(*[create(client, request_id) for _ in range(5)])
    assert len({each.name for each in made}) == 1
    assert sum(bool(each.secret) for each in made) == 1


@pytest.fixture
async def other(api: Api, database_url: str) -> AsyncIterator[Api]:
    """Another node on the same database."""
    served = await open_api(database_url)
    yield served
    await served.close()


async def _until_refused(caller: Client) -> grpc.StatusCode:
    """Calls until it is refused, which a call that begins 5 seconds from now is; returns why."""
    deadline = time.monotonic() + 5
    while True:
        is_over = time.monotonic() > deadline
        try:
            await LOCATIONS.list(caller)
        except grpc.aio.AioRpcError as error:
            return error.code()
        assert not is_over, "not refused in 5 s"


async def _revoke(client: Client, name: str) -> None:
    revoked = await client.api_keys.RevokeApiKey(pb.RevokeApiKeyRequest(name=name))
    assert revoked.HasField("revoke_time")
    found = await get(client, name)
    # Another node, which the key was used on, may note the use meanwhile.
    revoked.ClearField("last_used_time")
    found.ClearField("last_used_time")
    assert found == revoked


async def _delete(client: Client, name: str) -> None:
    await API_KEYS.delete(client, name)


async def _expire(client: Client, name: str) -> None:
    patch = pb.ApiKey(name=name)
    patch.expire_time.seconds = 1
    await API_KEYS.update(client, patch)


ENDS = pytest.mark.parametrize(
    "end", [_revoke, _delete, _expire], ids=["revoke", "delete", "expire"]
)


@ENDS
async def test_an_end_is_in_force_at_once(api: Api, client: Client, end: Any) -> None:
    made = await create(client)
    caller = api.client(made.secret)
    await LOCATIONS.list(caller)
    await end(client, made.name)
    assert (await refused(LOCATIONS.list(caller))).code is UNAUTHENTICATED
    await caller.close()


@ENDS
async def test_an_end_reaches_the_other_nodes(
    client: Client, other: Api, end: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert authentication.REMEMBERED <= 5
    monkeypatch.setattr(authentication, "REMEMBERED", 0.3)
    made = await create(client)
    caller = other.client(made.secret)
    await LOCATIONS.list(caller)
    await end(client, made.name)
    assert await _until_refused(caller) is UNAUTHENTICATED
    await caller.close()


async def test_a_revoked_key_stays_revoked_and_listed(client: Client) -> None:
    made = await create(client)
    await _revoke(client, made.name)
    first = await get(client, made.name)
    await _revoke(client, made.name)
    assert await get(client, made.name) == first
    assert [each.name for each in (await API_KEYS.list(client, role=VIEWER)).api_keys] == [
        made.name
    ]


async def test_a_key_that_ends_while_it_is_remembered(api: Api, client: Client) -> None:
    key = pb.ApiKey()
    key.expire_time.GetCurrentTime()
    key.expire_time.seconds += 1
    made = await create(client, expire_time=key.expire_time)
    caller = api.client(made.secret)
    await LOCATIONS.list(caller)
    assert await _until_refused(caller) is UNAUTHENTICATED
    await caller.close()


async def test_a_stream_ends_with_its_key(api: Api, client: Client) -> None:
    made = await create(client)
    caller = api.client(made.secret)
    stream = caller.events.StreamEvents(event_pb2.StreamEventsRequest(types=["location.*"]))
    await stream.read()  # the heartbeat at the start
    await LOCATIONS.make(client)
    assert (await stream.read()).event.type == "location.created"
    await _revoke(client, made.name)
    await LOCATIONS.make(client)
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await stream.read()
    assert ended.value.code() is UNAUTHENTICATED
    await caller.close()


async def test_a_stream_ends_when_its_caller_may_see_something_else(
    api: Api, client: Client
) -> None:
    made = await create(client, role=OPERATOR)
    caller = api.client(made.secret)
    stream = caller.events.StreamEvents(event_pb2.StreamEventsRequest(types=["location.*"]))
    await stream.read()
    await API_KEYS.update(client, pb.ApiKey(name=made.name, role=VIEWER))
    await LOCATIONS.make(client)
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await stream.read()
    refusal = refusal_of(ended.value)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "ACCESS_CHANGED")
    await caller.close()


async def test_a_key_may_be_restricted(api: Api, client: Client) -> None:
    made = await create(client, role=SERVICE, permissions=[PERMISSION_READ])
    caller = api.client(made.secret)
    await LOCATIONS.list(caller)
    refusal = await refused(LOCATIONS.make(caller))
    assert (refusal.code, refusal.metadata["permission"]) == (DENIED, "WRITE")
    assert (await refused(CHARGE_POINTS.list(caller))).code is DENIED
    permissions = [PERMISSION_READ, PERMISSION_WRITE]
    await API_KEYS.update(client, pb.ApiKey(name=made.name, permissions=permissions))
    await LOCATIONS.make(caller)  # in force at once
    await caller.close()


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"role": PARTNER_ADMIN}, "api_key.partner"),
        ({"role": OPERATOR, "partner": "partners/p"}, "api_key.role"),
        ({"role": 0}, "api_key.role"),
        ({"role": 99}, "api_key.role"),
        ({"permissions": [PERMISSION_READ, PERMISSION_READ]}, "api_key.permissions"),
        ({"permissions": [1]}, "api_key.permissions[0]"),
        ({"calls_per_second": -1}, "api_key.calls_per_second"),
        ({"display_name": ""}, "api_key.display_name"),
    ],
)
async def test_a_wrong_key_is_refused(client: Client, fields: Any, faulty: str) -> None:
    refusal = await refused(create(client, **fields))
    assert refusal.reason == "INVALID_FIELD"
    assert list(refusal.fields) == [faulty]


async def test_the_partner_of_a_key_exists_and_stays(api: Api, client: Client) -> None:
    refusal = await refused(create(client, role=PARTNER_ADMIN, partner="partners/none"))
    assert refusal.reason == "REFERENCE_NOT_FOUND"
    for name in ("partners/a", "partners/b"):
        await api.lane.write(lambda unit, name=name: unit.execute(partner_row(name)))  # type: ignore[misc]
    made = await create(client, role=PARTNER_ADMIN, partner="partners/a")
    refusal = await refused(
        API_KEYS.update(client, pb.ApiKey(name=made.name, partner="partners/b"))
    )
    assert list(refusal.fields) == ["api_key.partner"]


async def test_the_last_use_is_noted(
    api: Api, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await create(client)
    assert not made.HasField("last_used_time")
    caller = api.client(made.secret)
    await LOCATIONS.list(caller)
    await api.lane.write(lambda unit: None)  # behind what was noted
    first = await get(client, made.name)
    assert first.last_used_time.ToMicroseconds() >= made.create_time.ToMicroseconds()
    assert first.etag == made.etag  # it is no change of the operator's
    api.server.authentication.forget_principal(made.name)
    await LOCATIONS.list(caller)
    await api.lane.write(lambda unit: None)
    assert await get(client, made.name) == first  # within the minute
    monkeypatch.setattr(authentication, "USE_NOTED_AFTER", 0)
    api.server.authentication.forget_principal(made.name)
    await LOCATIONS.list(caller)
    await api.lane.write(lambda unit: None)
    later = (await get(client, made.name)).last_used_time
    assert later.ToMicroseconds() > first.last_used_time.ToMicroseconds()
    await caller.close()


async def test_partners_do_not_choose_ids_unless_they_may(api: Api, client: Client) -> None:
    row = partner_row("partners/p", *PartnerAccess)
    await api.lane.write(lambda unit: unit.execute(row))
    for may, id_ in ((False, "first"), (True, "second")):
        made = await create(client, role=PARTNER_ADMIN, partner="partners/p", may_choose_ids=may)
        caller = api.client(made.secret)
        if may:
            named = await LOCATIONS.make(caller, location_id=id_)
            assert named.name == f"locations/{id_}"
        else:
            refusal = await refused(LOCATIONS.make(caller, location_id=id_))
            assert list(refusal.fields) == ["location_id"]
        await caller.close()


async def test_what_a_partner_is_granted_decides(api: Api, client: Client) -> None:
    await api.lane.write(lambda unit: unit.execute(partner_row("partners/p")))
    made = await create(client, role=PARTNER_ADMIN, partner="partners/p")
    caller = api.client(made.secret)
    await USERS.list(caller)
    assert (await refused(CHARGE_POINTS.list(caller))).code is DENIED
    await api.lane.write(
        lambda unit: unit.execute(partner_row("partners/p", PartnerAccess.OWN_CHARGE_POINTS))
    )
    api.server.authentication.forget_principal(made.name)
    await CHARGE_POINTS.make(caller)
    told = await caller.sign_in.GetCaller(sign_in_pb2.GetCallerRequest())
    assert told.partner == "partners/p"
    assert PERMISSION_READ_SESSIONS not in told.permissions
    await caller.close()


async def test_a_partners_role_without_a_partner_is_nobody(api: Api, client: Client) -> None:
    row = {"display_name": "x", "role": Role.PARTNER_ADMIN, "create_time": 0, "update_time": 0}
    broken = {**row, "name": "apiKeys/broken", "secret_hash": secret_hash("broken")}
    await api.lane.write(lambda unit: unit.execute(models.ApiKey.insert(**broken)))
    caller = api.client("broken")
    assert (await refused(LOCATIONS.list(caller))).code is UNAUTHENTICATED
    await caller.close()
