"""Users who are deleted are forgotten; and all that is kept of one is given away."""

import json
from functools import partial
from typing import Any
from uuid import uuid4

import grpc
import pytest

from ampline.v1 import event_pb2, id_tag_pb2, user_pb2
from ampline.v1.balance_entry_pb2 import ListBalanceEntriesRequest
from server.domain.access import Role
from server.domain.facts import OcppVersion
from server.relay.jobs import PIECE
from server.store import models
from server.store.clock import now_us
from server.store.unit import Unit
from server.work import forgetting
from server.work.stations import messages
from server.work.stations.messages import Direction, Entry
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, ID_TAGS, PARTNERS, SUBSCRIPTION_PLANS, USERS

TIMES = {"create_time": 1, "update_time": 1}


async def forget_all(api: Api, limit: int = PIECE) -> int:
    """Does the clock's job until nothing is left; how many pieces that were."""
    pieces = 0
    while await api.lane.write(lambda unit: forgetting.go_on(unit, limit)):
        pieces += 1
    return pieces


async def insert(api: Api, table: Any, **row: Any) -> None:
    await api.lane.write(lambda unit: unit.execute(table.insert(row)))


def run(query: Any, unit: Unit) -> None:
    unit.execute(query)


async def ada(client: Client, **fields: Any) -> Any:
    """A user with a card."""
    user = await USERS.build(client)
    user.email, user.given_name = "ada@lovelace.example", "Ada"
    made = await USERS.create(client, user, **fields)
    tag = id_tag_pb2.IdTag(user=made.name, token="04ADA7", label="Ada's keys")
    await ID_TAGS.create(client, tag, id_tag_id="card")
    return made


def everything_stored() -> str:
    """All rows that say anything, as one text."""
    parts: list[Any] = []
    tables: list[Any] = [models.Event, models.OcppMessage, models.StoredAnswer, models.Session]
    for table in tables:
        for row in table.select().dicts():
            parts += [bytes(v) if isinstance(v, memoryview) else v for v in row.values()]
    return " ".join(
        part.decode("latin-1") if isinstance(part, bytes) else str(part) for part in parts
    )


async def test_no_stored_copy_tells_of_a_deleted_user(api: Api, client: Client) -> None:
    request_id = str(uuid4())
    made = await ada(client, request_id=request_id)
    other = await USERS.build(client)
    other.given_name, other.family_name, other.email = "Bob", "Smith", "bob@example.com"
    await USERS.create(client, other)
    change = user_pb2.ChangeUserStatusRequest(
        name=made.name, state=user_pb2.User.DISABLED, reason="Ada moved", request_id=str(uuid4())
    )
    await client.users.ChangeUserStatus(change)
    session = {"charge_point": "chargePoints/1", "state": 4, "start_time": 1, "user": made.name}
    await insert(api, models.Session, name="sessions/1", token="04ada7", **session, **TIMES)
    said = ("chargePoints/1", Direction.FROM_CHARGER, OcppVersion.OCPP_1_6)
    frames = [
        Entry(*said, call=call, call_time=1, token=messages.token_in(call))
        for call in ('{"idTag": "04AdA7"}', '{"idTag":"04OTHER"}', '{"connectorId":1}')
    ]
    for frame in frames:
        await api.lane.write(partial(messages.record, entry=frame))
    assert "ada@lovelace.example" in everything_stored()
    await USERS.delete(client, made.name)
    assert await forget_all(api, limit=2) > 3
    left = everything_stored()
    for word in ("lovelace", "Ada", "04AdA7", "04ada7"):
        assert word not in left
    assert left.count("04ADA7") == 1  # in the event of the card's release, which names nobody
    assert "04OTHER" in left
    assert other.email in left
    assert models.ForgottenUser.select().count() == 0
    page = await client.events.ListEvents(event_pb2.ListEventsRequest(subjects=[made.name]))
    assert [event.type for event in page.events] == [
        "user.created",
        "user.updated",
        "user.deleted",
    ]
    told = page.events[0].resource_changed.user
    assert (told.name, told.currency, told.email) == (made.name, "EUR", "")


async def test_the_ledger_stays_under_the_pseudonym(api: Api, client: Client) -> None:
    made = await ada(client)
    for units in (5, -5):
        request = user_pb2.AddBalanceRequest(name=made.name)
        request.amount.currency_code, request.amount.units = "EUR", units
        await client.users.AddBalance(request)
    await USERS.delete(client, made.name)
    await forget_all(api)
    ledger = ListBalanceEntriesRequest(parent=made.name)
    kept = (await client.users.ListBalanceEntries(ledger)).balance_entries
    assert [entry.amount.units for entry in kept] == [-5, 5]
    partner = (await PARTNERS.make(client)).name
    other = api.client(await api.key_of(Role.PARTNER_ADMIN, partner))
    refusal = await refused(other.users.ListBalanceEntries(ledger))
    assert refusal.code is grpc.StatusCode.NOT_FOUND
    await other.close()


async def test_a_repeat_of_the_first_call_makes_nobody_anew(api: Api, client: Client) -> None:
    request_id, user = str(uuid4()), await USERS.build(client)
    made = await USERS.create(client, user, request_id=request_id)
    await USERS.delete(client, made.name)
    await forget_all(api)
    again = await USERS.create(client, user, request_id=request_id)
    assert (again.name, again.email) == (made.name, "")
    assert (await refused(USERS.get(client, made.name))).code is grpc.StatusCode.NOT_FOUND


async def test_answers_to_batches_forget_one_of_several(api: Api, client: Client) -> None:
    users = [await USERS.build(client) for _ in range(2)]
    request = user_pb2.BatchCreateUsersRequest(request_id=str(uuid4()))
    for user in users:
        request.requests.add().user.CopyFrom(user)
    made = (await client.users.BatchCreateUsers(request)).users
    await USERS.delete(client, made[0].name)
    await forget_all(api)
    again = (await client.users.BatchCreateUsers(request)).users
    assert [user.email for user in again] == ["", users[1].email]


async def test_what_goes_on_keeps_a_user(api: Api, client: Client) -> None:
    made = await ada(client)
    plan = (await SUBSCRIPTION_PLANS.make(client)).name
    whose = {"user": made.name, **TIMES}
    await insert(
        api, models.Subscription, name="subscriptions/1", plan=plan, state=2, start_time=1, **whose
    )
    point = {"charge_point": "chargePoints/1", "expire_time": now_us() * 2}
    await insert(api, models.Reservation, name="reservations/1", state=1, **point, **whose)
    refusal = await refused(USERS.delete(client, made.name))
    assert refusal.reason == "RESOURCE_IN_USE"
    assert refusal.metadata["referrers"] == "subscriptions/1, reservations/1"
    assert models.ForgottenUser.select().count() == 0
    for ended in (models.Subscription.update(state=4), models.Reservation.update(state=4)):
        await api.lane.write(partial(run, ended))
    await USERS.delete(client, made.name)
    tag = await ID_TAGS.get(client, "idTags/card")
    assert (tag.user, tag.label, tag.token) == ("", "", "04ADA7")


async def export(client: Client, name: str) -> tuple[Any, int]:
    """The document, and in how many pieces it came."""
    call = client.users.ExportUserData(user_pb2.ExportUserDataRequest(name=name))
    pieces = [piece async for piece in call]
    assert {piece.content_type for piece in pieces} == {"application/json"}
    return json.loads(b"".join(piece.data for piece in pieces)), len(pieces)


async def test_everything_about_a_user_is_given(api: Api, client: Client) -> None:
    made, other = await ada(client), await USERS.make(client)
    request = user_pb2.AddBalanceRequest(name=made.name, reason="cash")
    request.amount.currency_code, request.amount.units = "EUR", 5
    await client.users.AddBalance(request)
    point = await CHARGE_POINTS.build(client)
    point.kind, point.owner = point.PERSONAL, made.name
    owned = await CHARGE_POINTS.create(client, point)
    for number, user in enumerate((made.name, other.name, made.name)):
        session = {"charge_point": owned.name, "state": 4, "start_time": number, "user": user}
        await insert(api, models.Session, name=f"sessions/{number}", **session, **TIMES)
    value = {"charge_point": owned.name, "session": "sessions/0", "record_time": 1}
    for number in range(3):
        await insert(api, models.MeterValue, time=number, fingerprint=number, body=b"", **value)
    document, _ = await export(client, made.name)
    assert document["user"]["email"] == "ada@lovelace.example"
    assert [each["name"] for each in document["chargePoints"]] == [owned.name]
    assert [each["token"] for each in document["idTags"]] == ["04ADA7"]
    assert [each["amount"]["units"] for each in document["balanceEntries"]] == ["5"]
    assert {each["name"] for each in document["sessions"]} == {"sessions/0", "sessions/2"}
    values = {each["name"]: len(each["meterValues"]) for each in document["sessions"]}
    assert values == {"sessions/0": 3, "sessions/2": 0}
    assert [each["type"] for each in document["events"]] == ["user.created", "user.balance_changed"]
    empty = ("transactions", "subscriptions", "reservations")
    assert all(document[part] == [] for part in empty)


async def test_a_user_without_anything(client: Client) -> None:
    made = await USERS.make(client)
    document, pieces = await export(client, made.name)
    assert (document["sessions"], document["chargePoints"], pieces) == ([], [], 1)


async def test_much_comes_in_many_pieces(api: Api, client: Client) -> None:
    made = await USERS.make(client)
    rows = [
        {
            "name": f"sessions/{number:04}",
            "charge_point": "chargePoints/1",
            "state": 4,
            "start_time": number,
            "user": made.name,
            **TIMES,
        }
        for number in range(1200)
    ]
    await api.lane.write(lambda unit: unit.execute(models.Session.insert_many(rows)))
    document, pieces = await export(client, made.name)
    assert len({each["name"] for each in document["sessions"]}) == 1200
    assert pieces > 1


async def test_a_user_of_others_is_not_given_away(api: Api, client: Client) -> None:
    made = await USERS.make(client)
    partner = (await PARTNERS.make(client)).name
    own = api.client(await api.key_of(Role.PARTNER_ADMIN, partner))
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await export(own, made.name)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    mine = await USERS.make(own)
    rows = {"charge_point": "chargePoints/1", "state": 4, "start_time": 1, "user": mine.name}
    await insert(api, models.Session, name="sessions/theirs", **rows, **TIMES)
    await insert(api, models.Session, name="sessions/ours", partner=partner, **rows, **TIMES)
    document, _ = await export(own, mine.name)
    assert [each["name"] for each in document["sessions"]] == ["sessions/ours"]
    await own.close()
