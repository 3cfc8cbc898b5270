"""Who may call what, and see whose."""

from typing import Any

import grpc
import pytest

from ampline.v1 import event_pb2, sign_in_pb2
from ampline.v1.api_key_pb2 import ListApiKeysRequest
from ampline.v1.charge_point_action_pb2 import ResetRequest, UnlockConnectorRequest
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.location_pb2 import GetLocationRequest, ListLocationsRequest, Location
from ampline.v1.user_pb2 import AddBalanceRequest
from server.domain.access import PERMISSIONS, Permission, Role
from server.store.models import ApiKey, PortalOperator
from server.work.access import sign_ins
from server.work.access.passwords import hash_operator_password
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api
from tests.api.samples import CHARGE_POINTS, EVSES, LOCATIONS, USERS

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
DENIED = grpc.StatusCode.PERMISSION_DENIED

CALLS: dict[Permission, Any] = {
    Permission.READ: lambda client: client.locations.ListLocations(ListLocationsRequest()),
    Permission.WRITE: LOCATIONS.make,
    Permission.CONTROL: lambda client: client.actions.UnlockConnector(
        UnlockConnectorRequest(charge_point="chargePoints/none", evse=1)
    ),
    Permission.RESET: lambda client: client.actions.Reset(
        ResetRequest(charge_point="chargePoints/none", kind=ResetRequest.SOFT)
    ),
    Permission.ADMINISTER: lambda client: client.api_keys.ListApiKeys(ListApiKeysRequest()),
    Permission.MONEY: lambda client: client.users.AddBalance(
        AddBalanceRequest(name="users/none", amount={"currency_code": "EUR", "units": 1})
    ),
    Permission.KNOWN_CALLER: lambda client: client.sign_in.GetCaller(
        sign_in_pb2.GetCallerRequest()
    ),
}


@pytest.mark.parametrize("key", ["", "wrong", "test-administrator2"])
async def test_without_a_key_nothing_is_told(api: Api, key: str) -> None:
    stranger = api.client(key)
    for call in CALLS.values():
        refusal = await refused(call(stranger))
        assert (refusal.code, refusal.reason) == (UNAUTHENTICATED, "UNAUTHENTICATED")
    await stranger.close()


async def test_health_needs_no_key(api: Api) -> None:
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    stranger = api.client("")
    health: Any = health_pb2_grpc.HealthStub(stranger.channel)
    answer = await health.Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    await stranger.close()


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name)
async def test_a_role_may_what_it_is_permitted(api: Api, role: Role) -> None:
    caller = api.client(await api.key_of(role))
    for permission, call in CALLS.items():
        if permission in PERMISSIONS[role]:
            code = await code_of(call(caller))
            assert code not in {DENIED, UNAUTHENTICATED}, permission
        else:
            refusal = await refused(call(caller))
            assert (refusal.code, refusal.reason) == (DENIED, "PERMISSION_MISSING")
            assert refusal.metadata == {"permission": permission.name, "role": role.name}
    await caller.close()


async def code_of(call: Any) -> grpc.StatusCode:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("column", ["revoke_time", "expire_time"])
async def test_a_key_that_is_not_in_force(api: Api, column: str) -> None:
    secret = await api.key_of(Role.VIEWER)
    await api.lane.write(
        lambda unit: unit.execute(ApiKey.update({column: 1}).where(ApiKey.display_name == secret))
    )
    caller = api.client(secret)
    assert (await refused(CALLS[Permission.READ](caller))).code is UNAUTHENTICATED
    await caller.close()


@pytest.fixture
async def partner(api: Api) -> Client:
    """The administrator of a partner."""
    return api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p1"))


async def test_a_partner_sees_its_own_alone(api: Api, client: Client, partner: Client) -> None:
    foreign = await CHARGE_POINTS.make(client)
    own = await CHARGE_POINTS.make(partner)
    assert [each.name for each in (await CHARGE_POINTS.list(partner)).charge_points] == [own.name]
    assert len((await CHARGE_POINTS.list(client)).charge_points) == 2
    patch = ChargePoint(name=foreign.name, external_id="x")
    for call in (
        CHARGE_POINTS.get(partner, foreign.name),
        CHARGE_POINTS.update(partner, patch),
        CHARGE_POINTS.delete(partner, foreign.name),
        EVSES.create(partner, await EVSES.build(partner), parent=foreign.name),
        EVSES.list(partner, parent=foreign.name),
        partner.actions.Reset(ResetRequest(charge_point=foreign.name, kind=ResetRequest.SOFT)),
    ):
        refusal = await refused(call)
        assert (refusal.code, refusal.metadata) == (
            grpc.StatusCode.NOT_FOUND,
            {"name": foreign.name},
        )
    stranger = api.client(await api.key_of(Role.PARTNER_VIEWER, "partners/p2"))
    assert not (await CHARGE_POINTS.list(stranger)).charge_points
    await stranger.close()
    await partner.close()


async def test_what_is_a_partners_stays_a_partners(client: Client, partner: Client) -> None:
    own = await CHARGE_POINTS.make(partner)
    await EVSES.create(client, await EVSES.build(client), parent=own.name)
    assert len((await EVSES.list(partner)).evses) == 1
    page = await partner.events.ListEvents(event_pb2.ListEventsRequest())
    kinds = [event.type for event in page.events]
    assert kinds == ["location.created", "charge_point.created", "evse.created"]
    await LOCATIONS.make(client)
    assert len((await partner.events.ListEvents(event_pb2.ListEventsRequest())).events) == 3
    await partner.close()


async def test_a_partner_refers_to_its_own_alone(client: Client, partner: Client) -> None:
    foreign = await LOCATIONS.make(client)
    point = await CHARGE_POINTS.build(partner)
    point.location = foreign.name
    refusal = await refused(CHARGE_POINTS.create(partner, point))
    assert refusal.reason == "REFERENCE_NOT_FOUND"
    refusal = await refused(LOCATIONS.make(partner, location_id="mine"))
    assert list(refusal.fields) == ["location_id"]
    await partner.close()


async def test_others_who_refer_are_not_named_to_a_partner(client: Client, partner: Client) -> None:
    own = await LOCATIONS.make(partner)
    point = await CHARGE_POINTS.build(client)
    point.location = own.name
    foreign = await CHARGE_POINTS.create(client, point)
    refusal = await refused(LOCATIONS.delete(partner, own.name))
    assert refusal.metadata == {"name": own.name, "referrers": "others"}
    refusal = await refused(LOCATIONS.delete(client, own.name))
    assert refusal.metadata["referrers"] == foreign.name
    assert isinstance(await LOCATIONS.get(partner, own.name), Location)
    await partner.close()


@pytest.fixture
async def operator(api: Api) -> str:
    """The user name of somebody who may sign in."""
    row = {
        "name": "portalOperators/ada",
        "username": "ada",
        "display_name": "Ada",
        "password_hash": hash_operator_password("open sesame"),
        "role": Role.OPERATOR,
        "create_time": 0,
        "update_time": 0,
    }
    await api.lane.write(lambda unit: unit.execute(PortalOperator.insert(**row)))
    return "ada"


async def test_an_operator_signs_in_and_out(api: Api, operator: str) -> None:
    stranger = api.client("")
    request = sign_in_pb2.SignInRequest(username=operator, password="open sesame")
    signed_in = await stranger.sign_in.SignIn(request)
    assert signed_in.caller.principal == "portalOperators/ada"
    caller = api.client(signed_in.token)
    told = await caller.sign_in.GetCaller(sign_in_pb2.GetCallerRequest())
    assert told == signed_in.caller
    await CALLS[Permission.READ](caller)
    await caller.sign_in.SignOut(sign_in_pb2.SignOutRequest())
    assert (await refused(CALLS[Permission.READ](caller))).code is UNAUTHENTICATED
    for each in (stranger, caller):
        await each.close()


async def test_somebody_without_a_name_is_called_as_they_sign_in(api: Api, operator: str) -> None:
    await api.lane.write(lambda unit: unit.execute(PortalOperator.update(display_name=None)))
    stranger = api.client("")
    request = sign_in_pb2.SignInRequest(username=operator, password="open sesame")
    signed_in = await stranger.sign_in.SignIn(request)
    caller = api.client(signed_in.token)
    told = await caller.sign_in.GetCaller(sign_in_pb2.GetCallerRequest())
    assert [told.display_name, signed_in.caller.display_name] == ["ada", "ada"]
    for each in (stranger, caller):
        await each.close()


async def test_guessing_passwords_is_slow(api: Api, operator: str) -> None:
    stranger = api.client("")

    async def attempt(username: str, password: str) -> str:
        request = sign_in_pb2.SignInRequest(username=username, password=password)
        return (await refused(stranger.sign_in.SignIn(request))).reason

    assert await attempt("nobody", "x") == "UNAUTHENTICATED"
    reasons = [await attempt(operator, "x") for _ in range(sign_ins.FREE_ATTEMPTS)]
    assert set(reasons) == {"UNAUTHENTICATED"}
    assert await attempt(operator, "open sesame") == "TOO_MANY_REQUESTS"
    await stranger.close()


async def test_a_sign_in_needs_no_key_and_takes_a_wrong_one(api: Api, operator: str) -> None:
    stranger = api.client("expired-token")
    request = sign_in_pb2.SignInRequest(username=operator, password="open sesame")
    assert (await stranger.sign_in.SignIn(request)).token
    await stranger.close()


async def test_a_key_in_another_form(api: Api) -> None:
    stranger = api.client("")
    for header in ("Basic abc", "Bearer", ADMIN_KEY):
        call = stranger.locations.GetLocation(
            GetLocationRequest(name="x"), metadata=(("authorization", header),)
        )
        assert (await refused(call)).code is UNAUTHENTICATED
    await stranger.close()


async def test_a_user_of_nobody_is_no_partners(client: Client, partner: Client) -> None:
    user = await USERS.make(client)
    assert (await refused(USERS.get(partner, user.name))).code is grpc.StatusCode.NOT_FOUND
    await partner.close()
