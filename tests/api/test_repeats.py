"""A request_id: the effect once, the answer as often as it is asked for."""

import asyncio
from typing import Any
from uuid import uuid4

import grpc
import pytest

from ampline.v1.charge_point_action_pb2 import ResetRequest, StartSessionRequest
from ampline.v1.session_pb2 import ListSessionsRequest
from ampline.v1.user_pb2 import AddBalanceRequest, GetUserRequest
from server.api import answers
from server.api.answers import Once, State
from server.api.methods import methods_of
from server.domain.access import Role
from server.domain.commands import CommandAnswer
from server.store.models import Event, StoredAnswer
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api, add_key, open_api
from tests.api.samples import CHARGE_POINTS, LOCATIONS, TARIFF_GROUPS, TARIFFS, USERS


async def add(client: Client, user: str, units: int, request_id: str) -> Any:
    request = AddBalanceRequest(name=user, request_id=request_id)
    request.amount.currency_code, request.amount.units = "EUR", units
    return await client.users.AddBalance(request)


async def test_a_repeat_gets_the_first_answer_and_does_nothing(client: Client) -> None:
    request_id = str(uuid4())
    location = await LOCATIONS.build(client)
    first = await LOCATIONS.create(client, location, request_id=request_id)
    assert await LOCATIONS.create(client, location, request_id=request_id) == first
    assert await LOCATIONS.create(client, location, request_id=request_id.upper()) == first
    assert len((await LOCATIONS.list(client)).locations) == 1
    assert Event.select().count() == 1


async def test_many_at_once_are_one(client: Client) -> None:
    user = (await USERS.make(client)).name
    request_id = str(uuid4())
    booked = await asyncio.gather(*[add(client, user, 10, request_id) for _ in range(20)])
    assert len({each.balance_entry.name for each in booked}) == 1
    now = await client.users.GetUser(GetUserRequest(name=user))
    assert now.balance.units == 10


async def test_another_request_is_refused(client: Client) -> None:
    request_id = str(uuid4())
    location = await LOCATIONS.build(client)
    await LOCATIONS.create(client, location, request_id=request_id)
    location.display_name = "Another"
    refusal = await refused(LOCATIONS.create(client, location, request_id=request_id))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "REQUEST_ID_REUSED",
    )
    assert refusal.metadata == {"request_id": request_id}


async def test_it_is_the_callers_own_and_the_methods_own(api: Api, client: Client) -> None:
    request_id = str(uuid4())
    location = await LOCATIONS.build(client)
    first = await LOCATIONS.create(client, location, request_id=request_id)
    other = api.client(await api.key_of(Role.OPERATOR))
    second = await LOCATIONS.create(other, location, request_id=request_id)
    tariff = await TARIFFS.make(client, request_id=request_id)
    assert len({first.name, second.name, tariff.name}) == 3
    await other.close()


async def test_a_refusal_for_good_is_remembered(client: Client) -> None:
    user = (await USERS.make(client)).name
    request_id = str(uuid4())
    first = await refused(add(client, user, -5, request_id))
    assert (first.code, first.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "INSUFFICIENT_BALANCE",
    )
    await add(client, user, 100, str(uuid4()))
    assert await refused(add(client, user, -5, request_id)) == first


async def test_a_fault_of_the_request_is_not_remembered(client: Client) -> None:
    request_id = str(uuid4())
    point = await CHARGE_POINTS.build(client)
    location, point.location = point.location, "locations/not-yet"
    assert (await refused(CHARGE_POINTS.create(client, point, request_id=request_id))).fields
    point.location = location
    made = await CHARGE_POINTS.create(client, point, request_id=request_id)
    assert made.location == location


async def test_it_is_forgotten_after_a_day(api: Api, client: Client) -> None:
    request_id = str(uuid4())
    location = await LOCATIONS.build(client)
    first = await LOCATIONS.create(client, location, request_id=request_id)
    await api.lane.write(
        lambda unit: unit.execute(
            StoredAnswer.update(create_time=StoredAnswer.create_time - answers.KEPT - 1)
        )
    )
    assert (await LOCATIONS.create(client, location, request_id=request_id)).name != first.name


async def test_an_answer_outlives_the_server(database_url: str) -> None:
    request_id = str(uuid4())
    names = set()
    for _ in range(2):
        api = await open_api(database_url)
        await add_key(api.lane, ADMIN_KEY, Role.ADMIN)
        client = api.client()
        location = await LOCATIONS.build(client)
        names.add((await LOCATIONS.create(client, location, request_id=request_id)).name)
        await client.close()
        await api.close()
    assert len(names) == 1


@pytest.fixture
async def charge_point(api: Api, client: Client) -> str:
    """A charge point that is online."""
    name: str = (await CHARGE_POINTS.make(client, charge_point_id="CP1")).name
    api.stations.connect(name)
    return name


def reset(charge_point: str, request_id: str) -> ResetRequest:
    return ResetRequest(charge_point=charge_point, kind=ResetRequest.SOFT, request_id=request_id)


async def test_an_action_is_sent_once(api: Api, client: Client, charge_point: str) -> None:
    request = reset(charge_point, str(uuid4()))
    for _ in range(3):
        assert (await client.actions.Reset(request)).charger_status == "Accepted"
    assert len(api.stations.sent) == 1


async def test_a_repeat_in_flight_waits_for_the_first(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.hold = asyncio.Event()
    request = reset(charge_point, str(uuid4()))
    calls = [asyncio.ensure_future(client.actions.Reset(request)) for _ in range(5)]
    done, _ = await asyncio.wait(calls, timeout=0.3)
    assert not done
    api.stations.hold.set()
    assert {(await call).charger_status for call in calls} == {"Accepted"}
    assert len(api.stations.sent) == 1


async def test_a_caller_that_goes_away_changes_nothing(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.hold = asyncio.Event()
    request = reset(charge_point, str(uuid4()))
    gone = await refused(client.actions.Reset(request, timeout=0.2))
    assert gone.code is grpc.StatusCode.DEADLINE_EXCEEDED
    api.stations.hold.set()
    again = await refused_or_answered(client.actions.Reset(request))
    assert again in {"Accepted", "CHARGER_TIMEOUT"}
    assert len(api.stations.sent) == 1


async def test_once_nobody_waits_the_charger_need_not_be_asked(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.hold = asyncio.Event()
    request = reset(charge_point, str(uuid4()))
    one, other = (asyncio.ensure_future(client.actions.Reset(request)) for _ in range(2))
    gone = await asyncio.wait_for(api.stations.awaited.get(), 10)
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    third = asyncio.ensure_future(client.actions.Reset(request))
    done, _ = await asyncio.wait([other, third], timeout=0.1)
    assert not done
    assert not gone.done()
    other.cancel()
    third.cancel()
    await asyncio.wait_for(asyncio.shield(gone), 10)


async def refused_or_answered(call: Any) -> str:
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        from tests.api.client import refusal_of

        return refusal_of(error).reason
    return str(answer.charger_status)


async def test_a_no_is_remembered_and_being_away_is_not(
    api: Api, client: Client, charge_point: str
) -> None:
    away = reset("chargePoints/CP2", str(uuid4()))
    await CHARGE_POINTS.make(client, charge_point_id="CP2")
    assert (await refused(client.actions.Reset(away))).reason == "CHARGER_OFFLINE"
    api.stations.connect("chargePoints/CP2")
    assert (await client.actions.Reset(away)).charger_status == "Accepted"
    api.stations.connect(charge_point, lambda _: CommandAnswer("Rejected", False))
    no = reset(charge_point, str(uuid4()))
    first = await refused(client.actions.Reset(no))
    assert (first.reason, first.metadata) == ("CHARGER_REJECTED", {"status": "Rejected"})
    api.stations.connect(charge_point)
    assert await refused(client.actions.Reset(no)) == first


async def test_after_a_crash_a_repeat_reports_and_sends_nothing(
    api: Api, client: Client, charge_point: str
) -> None:
    request = reset(charge_point, str(uuid4()))
    actions = methods_of("ampline.v1.ChargePointActionService")
    reset_method = next(method for method in actions if method.name == "Reset")
    once = Once.of(f"apiKeys/{ADMIN_KEY}", reset_method, request)
    await api.lane.write(lambda unit: answers.keep(unit, once, State.RESERVED))
    await api.lane.write(answers.settle_cut_off)  # what a server does that begins
    refusal = await refused(client.actions.Reset(request))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.DEADLINE_EXCEEDED,
        "CHARGER_TIMEOUT",
    )
    assert api.stations.sent == []


async def test_a_start_makes_one_session(api: Api, client: Client, charge_point: str) -> None:
    user = (await USERS.make(client)).name
    await add(client, user, 50, str(uuid4()))
    group = await TARIFF_GROUPS.build(client)
    group.operator_default = True
    await TARIFF_GROUPS.create(client, group)
    request = StartSessionRequest(charge_point=charge_point, user=user, request_id=str(uuid4()))
    answers_ = await asyncio.gather(*[client.actions.StartSession(request) for _ in range(4)])
    assert len({answer.session.name for answer in answers_}) == 1
    assert len(api.stations.sent) == 1
    page = await client.sessions.ListSessions(ListSessionsRequest(user=user))
    assert [session.name for session in page.sessions] == [answers_[0].session.name]
