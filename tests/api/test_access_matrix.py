"""Every method and every role, own and foreign: all found in the descriptors.

What is added to the API is walked by itself: a method that forgets whose something is, fails here.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import grpc
import pytest
from google.api.field_behavior_pb2 import OUTPUT_ONLY
from google.protobuf.message import Message

from server.api import services
from server.api.lanes import Lane, lane_of
from server.api.methods import Method, methods_of, service_name
from server.api.references import MAPPINGS
from server.domain.access import PARTNER_ROLES, PERMISSIONS, Permission, Role
from server.resources.descriptors import behaviors, referenced_type, resource_type
from server.work.rules import Rules
from tests.api import owned_rows
from tests.api.client import Refusal, refusal_of
from tests.api.conftest import Api
from tests.api.made_requests import NOTHING as NO_NAME
from tests.api.made_requests import Making, put

NOTHING: Any = None
OURS, THEIRS = "partners/ours", "partners/theirs"
DENIED, UNAUTHENTICATED = grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED
NOT_FOUND = grpc.StatusCode.NOT_FOUND


class Served(NamedTuple):
    """A method as it is served."""

    method: Method
    lane: Lane


def _served() -> Iterator[Served]:
    table = services.table_of_contents(
        NOTHING, NOTHING, NOTHING, NOTHING, Rules(), NOTHING, NOTHING, NOTHING
    )
    for servicer in table:
        for method in methods_of(service_name(servicer)):
            yield Served(method, lane_of(getattr(servicer, method.name)))


SERVED = list({each.method.path: each for each in _served()}.values())
PARTNERS = [
    each
    for each in SERVED
    if each.lane is not Lane.STREAMING
    and each.method.permission in PERMISSIONS[Role.PARTNER_ADMIN] - {Permission.KNOWN_CALLER}
    and each.method.permission is not Permission.ANYONE
]


class Caller:
    """Calls any method with a key."""

    def __init__(self, api: Api, key: str) -> None:
        self._channel: Any = grpc.aio.insecure_channel(f"127.0.0.1:{api.server.port}")
        self._headers = (("authorization", f"Bearer {key}"),)

    async def call(self, served: Served, request: Message | None = None) -> bytes | Refusal:
        """The answer, or the first of its stream; or the refusal."""
        data = request.SerializeToString() if request is not None else b""
        try:
            if served.lane is Lane.STREAMING:
                stream = self._channel.unary_stream(served.method.path)(
                    data, metadata=self._headers, timeout=20
                )
                first: bytes = await stream.read()
                stream.cancel()
                return first
            answer: bytes = await self._channel.unary_unary(served.method.path)(
                data, metadata=self._headers, timeout=20
            )
        except grpc.aio.AioRpcError as error:
            return refusal_of(error)
        return answer

    async def close(self) -> None:
        """Closes the channel."""
        await self._channel.close()


def test_there_is_much_to_walk() -> None:
    assert len(SERVED) > 80
    assert len(PARTNERS) > 40


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name)
async def test_every_method_is_for_the_roles_that_are_permitted(api: Api, role: Role) -> None:
    caller = Caller(api, await api.key_of(role))
    for served in SERVED:
        told = await caller.call(served)
        permission = served.method.permission
        if permission in PERMISSIONS[role]:
            assert not isinstance(told, Refusal) or told.code not in {DENIED, UNAUTHENTICATED}, told
        else:
            assert isinstance(told, Refusal), served.method.path
            assert (told.code, told.reason) == (DENIED, "PERMISSION_MISSING"), served.method.path
            assert told.metadata["permission"] == permission.name
    await caller.close()


async def test_without_a_key_nothing_answers_but_signing_in(api: Api) -> None:
    stranger = Caller(api, "nobody's")
    for served in SERVED:
        told = await stranger.call(served)
        assert isinstance(told, Refusal), served.method.path
        anybody = served.method.permission is Permission.ANYONE
        assert (told.code is UNAUTHENTICATED) != anybody, served.method.path
    await stranger.close()


@pytest.fixture
async def ours(api: Api) -> AsyncIterator[Caller]:
    """The administrator of a partner that has a row of everything, as another partner has."""
    await api.key_of(Role.PARTNER_ADMIN, THEIRS)
    caller = Caller(api, await api.key_of(Role.PARTNER_ADMIN, OURS))
    for partner in (OURS, THEIRS):
        await _begin(api, partner)
    yield caller
    await caller.close()


async def _begin(api: Api, partner: str) -> None:
    await api.lane.write(lambda unit: owned_rows.write(unit, partner))


def referring(message: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The paths of the fields that name resources whose rows are somebody's, with their kind:
    `user`, `names[]`, `charge_point.location`, `requests[0].id_tag.user`."""
    is_resource = bool(resource_type(message.DESCRIPTOR))
    for field in message.DESCRIPTOR.fields:
        kind, inside = referenced_type(field), field.message_type
        if kind in owned_rows.kinds():
            yield f"{prefix}{field.name}{'[]' if field.is_repeated else ''}", kind
        elif field.name == "requests" and field.is_repeated:
            yield from referring(getattr(message, field.name)[0], "requests[0].")
        elif (
            inside is not None and resource_type(inside) and not (field.is_repeated or is_resource)
        ):
            yield from referring(getattr(message, field.name), f"{prefix}{field.name}.")
    if is_resource and resource_type(message.DESCRIPTOR) in owned_rows.kinds():
        yield f"{prefix}name", resource_type(message.DESCRIPTOR)


def is_hidden(told: bytes | Refusal, name: str) -> bool:
    """Whether a call was answered as if nothing had that name."""
    if not isinstance(told, Refusal):
        return False
    if told.code is NOT_FOUND:
        return told.metadata.get("name", "").startswith((name, NO_NAME))
    return told.reason == "REFERENCE_NOT_FOUND" and told.metadata.get("value") == name


@pytest.mark.parametrize("served", PARTNERS, ids=lambda served: served.method.name)
async def test_what_is_another_partners_is_not_there(
    api: Api, ours: Caller, served: Served
) -> None:
    method = served.method
    own, foreign = owned_rows.names_of(OURS), owned_rows.names_of(THEIRS)
    making = Making(method, own)
    assert not making.faults(), f"{method.path}: no right request was found: {making.faults()}"
    told = await _answer(api, ours, served, making)
    assert not isinstance(told, Refusal) or told.code is not DENIED, told
    for name in own.values():
        assert not is_hidden(told, name) or NO_NAME in str(told), told
    if method.name.startswith("List") and not method.changes:
        assert not set(names_in(method, told)) & set(foreign.values())
    request = making.request
    paths = [
        (path, kind)
        for path, kind in referring(request)
        if not (path.endswith(".name") and (method.creates or method.creates_many))
    ]
    for path, kind in paths:
        wrong = type(request)()
        wrong.CopyFrom(request)
        put(wrong, path, foreign[kind])
        told = await ours.call(served, wrong)
        if method.name.startswith("List") and not method.changes and path != "parent":
            assert names_in(method, told) == [], f"{path}: {told!r}"
        elif not _is_ignored(method, path):
            itself = isinstance(told, Refusal) and path in told.fields
            assert itself or is_hidden(told, foreign[kind]), f"{path}: {told!r}"
        await _begin(api, OURS)


async def _answer(api: Api, caller: Caller, served: Served, making: Making) -> bytes | Refusal:
    """The answer to a request that is mended until nothing is wrong with it but how things are."""
    for _ in range(10):
        told = await caller.call(served, making.request)
        await _begin(api, OURS)
        if not isinstance(told, Refusal) or told.reason != "INVALID_FIELD":
            break
        making.mend(told.fields)
    return told


def _is_ignored(method: Method, path: str) -> bool:
    """What is no client's to write: output-only fields of a resource, and drafts of one."""
    *above, last = [word.partition("[")[0] for word in path.split(".") if word != "requests[0]"]
    if above and above[0] not in {method.creates, method.creates_many, method.updates}:
        return True
    if not above or last == "name":
        return False
    request: Any = method.parse(b"").DESCRIPTOR
    if method.creates_many:
        request = request.fields_by_name["requests"].message_type
    resource = request.fields_by_name[above[0]].message_type
    return OUTPUT_ONLY in behaviors(resource.fields_by_name[last])


def names_in(method: Method, told: bytes | Refusal) -> list[str]:
    """The names of the resources on a page."""
    assert not isinstance(told, Refusal), told
    page: Any = method.response.FromString(told)
    found = getattr(page, page.DESCRIPTOR.fields_by_number[1].name)
    return [getattr(each, "name", "") for each in found]


@pytest.mark.parametrize("kind", sorted(MAPPINGS))
async def test_every_resource_knows_whose_it_is(kind: str) -> None:
    assert kind in owned_rows.kinds(), f"{kind}: {MAPPINGS[kind].table.__name__} has no partner"


def test_partners_roles_hold_nothing_of_the_operators() -> None:
    for role in PARTNER_ROLES:
        assert not PERMISSIONS[role] & {Permission.ADMINISTER, Permission.MONEY}
