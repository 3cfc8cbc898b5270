"""How often one may call: each key for itself, each address without one."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from ampline.v1.api_key_pb2 import ApiKey, CreateApiKeyRequest
from ampline.v1.audit_entry_pb2 import ListAuditEntriesRequest
from ampline.v1.location_pb2 import ListLocationsRequest
from ampline.v1.sign_in_pb2 import VIEWER, SignInRequest
from server.api.rate_limits import Limits
from server.domain.access import Role
from server.domain.token_bucket import Rate
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api, add_key, open_api
from tests.api.samples import LOCATIONS

EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED
SLOW = Rate(0.01, 5)


@pytest.fixture
async def limited(database_url: str) -> AsyncIterator[Api]:
    """An API with strict limits, but for the administrator."""
    served = await open_api(database_url, limits=Limits(SLOW, SLOW))
    await add_key(served.lane, ADMIN_KEY, Role.ADMIN)
    yield served
    await served.close()


async def told(client: Client) -> dict[str, str]:
    """What an answer says of the limits."""
    call = client.locations.ListLocations(ListLocationsRequest())
    await call
    metadata = [*await call.initial_metadata(), *await call.trailing_metadata()]
    return {key: str(value) for key, value in metadata if key.startswith("x-ratelimit")}


async def exhausted(client: Client) -> Any:
    """Calls until it is too much; the refusal."""
    for _ in range(SLOW.at_once):
        await LOCATIONS.list(client)
    return await refused(LOCATIONS.list(client))


async def test_an_answer_tells_what_is_left(limited: Api) -> None:
    client = limited.client()
    first, second = await told(client), await told(client)
    assert first == {
        "x-ratelimit-limit": "5",
        "x-ratelimit-remaining": "4",
        "x-ratelimit-reset": "100",
    }
    assert second["x-ratelimit-remaining"] == "3"
    await client.close()


async def test_too_many_calls_are_refused_with_how_long_to_wait(limited: Api) -> None:
    client, other = limited.client(), limited.client(await limited.key_of(Role.VIEWER))
    refusal = await exhausted(client)
    assert (refusal.code, refusal.reason) == (EXHAUSTED, "TOO_MANY_REQUESTS")
    assert 1 <= int(refusal.metadata["retry_seconds"]) <= 100
    await LOCATIONS.list(other)  # who has a bucket of its own
    for each in (client, other):
        await each.close()


async def test_a_key_may_have_a_limit_of_its_own(limited: Api) -> None:
    client = limited.client()
    key = ApiKey(display_name="Fast", role=VIEWER, calls_per_second=0)
    made = await client.api_keys.CreateApiKey(CreateApiKeyRequest(api_key=key))
    fast = limited.client(made.secret)
    for _ in range(4 * SLOW.at_once):
        await LOCATIONS.list(fast)
    assert await told(fast) == {}
    for each in (client, fast):
        await each.close()


@pytest.mark.parametrize("key", ["", "nobody's"])
async def test_strangers_share_the_limit_of_their_address(limited: Api, key: str) -> None:
    stranger = limited.client(key)
    codes = [(await refused(LOCATIONS.list(stranger))).code for _ in range(7)]
    assert codes == [grpc.StatusCode.UNAUTHENTICATED] * 5 + [EXHAUSTED] * 2
    guess = SignInRequest(username="ada", password="guess")
    assert (await refused(stranger.sign_in.SignIn(guess))).code is EXHAUSTED
    elsewhere = (("x-forwarded-for", "192.0.2.9"),)
    call = stranger.sign_in.SignIn(guess, metadata=elsewhere)
    assert (await refused(call)).code is grpc.StatusCode.UNAUTHENTICATED
    known = limited.client()
    await LOCATIONS.list(known)  # a key that is known does not pay for them
    for each in (stranger, known):
        await each.close()


async def test_what_was_too_much_is_one_entry_of_the_audit(limited: Api) -> None:
    viewer = limited.client(await limited.key_of(Role.VIEWER))
    await exhausted(viewer)
    for _ in range(9):
        await refused(LOCATIONS.list(viewer))
    await limited.server.audit.close()
    client = limited.client()
    request = ListAuditEntriesRequest(result=EXHAUSTED.name)
    (entry,) = (await client.audit.ListAuditEntries(request)).audit_entries
    assert (entry.call_count, entry.principal) == (10, "apiKeys/key-VIEWER-None")
    for each in (viewer, client):
        await each.close()
