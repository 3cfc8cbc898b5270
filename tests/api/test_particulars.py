"""What is particular about single resources."""

from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1 import event_pb2, id_tag_pb2, tariff_group_pb2, tariff_pb2, user_pb2
from ampline.v1.balance_entry_pb2 import BalanceEntry
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.connectivity_pb2 import OcppVersion
from ampline.v1.evse_pb2 import Evse
from ampline.v1.tariff_pb2 import Tariff
from server.store import models
from server.work.access.passwords import is_charger_password
from tests.api.client import Client, Refusal, refused
from tests.api.conftest import Api
from tests.api.samples import (
    CHARGE_POINTS,
    EVSES,
    ID_TAGS,
    LOCATIONS,
    PARTNERS,
    TARIFF_GROUPS,
    TARIFFS,
    USERS,
    Sample,
)

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


async def add_balance(client: Client, user: str, units: int) -> Any:
    request = user_pb2.AddBalanceRequest(name=user, reason="cash", request_id=str(uuid4()))
    request.amount.currency_code, request.amount.units = "EUR", units
    return await client.users.AddBalance(request)


async def in_use(call: Any) -> str:
    """Who refers to what cannot be deleted."""
    refusal: Refusal = await refused(call)
    assert (refusal.code, refusal.reason) == (PRECONDITION, "RESOURCE_IN_USE")
    return refusal.metadata["referrers"]


async def test_what_is_referred_to_stays(client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    assert await in_use(LOCATIONS.delete(client, point.location)) == point.name
    group = await TARIFF_GROUPS.make(client)
    assert await in_use(TARIFFS.delete(client, group.entries[0].tariff)) == group.name
    evse = await EVSES.build(client)
    evse.tariff_group = group.name
    made = await EVSES.create(client, evse)
    assert await in_use(TARIFF_GROUPS.delete(client, group.name)) == made.name
    await EVSES.delete(client, made.name)
    await TARIFF_GROUPS.delete(client, group.name)
    await TARIFFS.delete(client, group.entries[0].tariff)


async def test_a_group_that_lets_a_tariff_go_frees_it(client: Client) -> None:
    group = await TARIFF_GROUPS.make(client)
    former = group.entries[0].tariff
    patch = tariff_group_pb2.TariffGroup(name=group.name)
    patch.entries.add(tariff=(await TARIFFS.make(client)).name)
    await TARIFF_GROUPS.update(client, patch, "entries")
    await TARIFFS.delete(client, former)


async def test_one_group_at_most_is_the_default(client: Client) -> None:
    first = await TARIFF_GROUPS.build(client)
    first.operator_default = True
    made = await TARIFF_GROUPS.create(client, first)
    refusal = await refused(TARIFF_GROUPS.create(client, first))
    assert (refusal.code, list(refusal.fields)) == (
        grpc.StatusCode.ALREADY_EXISTS,
        ["tariff_group.operator_default"],
    )
    patch = tariff_group_pb2.TariffGroup(name=made.name, operator_default=False)
    await TARIFF_GROUPS.update(client, patch)
    await TARIFF_GROUPS.create(client, first)


async def test_the_first_entry_is_for_everyone(client: Client) -> None:
    group = await TARIFF_GROUPS.build(client)
    group.entries[0].audience.sorts.append(tariff_group_pb2.TariffGroup.Audience.ROAMING)
    refusal = await refused(TARIFF_GROUPS.create(client, group))
    assert list(refusal.fields) == ["tariff_group.entries[0].audience"]


async def test_a_charge_point_takes_its_evses_along(api: Api, client: Client) -> None:
    point = await CHARGE_POINTS.make(client, charge_point_id="CP1")
    evse = await EVSES.create(client, await EVSES.build(client), parent=point.name)
    await CHARGE_POINTS.delete(client, point.name)
    assert (await refused(EVSES.get(client, evse.name))).code is grpc.StatusCode.NOT_FOUND
    assert api.stations.disconnected == [point.name]
    page = await client.events.ListEvents(event_pb2.ListEventsRequest(types=["*.deleted"]))
    assert [event.subject for event in page.events] == [evse.name, point.name]
    assert [event.charge_point for event in page.events] == [point.name] * 2


async def test_a_charge_point_with_sessions_stays(api: Api, client: Client) -> None:
    point = await CHARGE_POINTS.make(client, charge_point_id="CP1")
    row = {"charge_point": point.name, "state": 4, "start_time": 1}
    session = models.Session.insert(name="sessions/s", create_time=1, update_time=1, **row)
    await api.lane.write(lambda unit: unit.execute(session))
    assert await in_use(CHARGE_POINTS.delete(client, point.name)) == "sessions/s"
    assert api.stations.disconnected == []


async def test_a_move_takes_the_evses_along(client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    await EVSES.create(client, await EVSES.build(client), parent=point.name)
    there = await LOCATIONS.make(client)
    await CHARGE_POINTS.update(client, ChargePoint(name=point.name, location=there.name))
    assert len((await EVSES.list(client, location=there.name)).evses) == 1


def kept_password(name: str) -> str | None:
    row = models.ChargePoint.get(models.ChargePoint.name == name)
    kept: str | None = row.password_hash
    return kept


async def test_a_password_is_kept_as_a_hash(client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    kept = kept_password(point.name)
    assert kept
    assert is_charger_password("correct horse battery", kept)
    assert not is_charger_password("correct horse batterY", kept)
    changed = ChargePoint(name=point.name, password="another password")
    await CHARGE_POINTS.update(client, changed)
    kept = kept_password(point.name)
    assert kept
    assert is_charger_password("another password", kept)
    without = await CHARGE_POINTS.update(client, ChargePoint(name=point.name), "password")
    assert not without.password_set
    assert kept_password(point.name) is None


async def test_no_two_charge_points_connect_as_one(client: Client) -> None:
    point = await CHARGE_POINTS.build(client)
    point.ocpp_identity = "a b/c"
    await CHARGE_POINTS.create(client, point)
    refusal = await refused(CHARGE_POINTS.create(client, point))
    assert refusal.metadata == {"field": "charge_point.ocpp_identity", "value": "a b/c"}
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    point.ocpp_identity = "CP1"
    refusal = await refused(CHARGE_POINTS.create(client, point))
    assert refusal.code is grpc.StatusCode.ALREADY_EXISTS


async def test_connector_ids_are_unique_at_a_charge_point(client: Client) -> None:
    first = await EVSES.build(client)
    first.connectors[0].ocpp16_connector_id = 7
    parent = (await EVSES.create(client, first)).name.partition("/evses")[0]
    second = await EVSES.build(client)
    second.connectors[0].ocpp16_connector_id = 7
    refusal = await refused(EVSES.create(client, second, parent=parent))
    assert list(refusal.fields) == ["evse.connectors[0].ocpp16_connector_id"]
    second.connectors[0].ocpp16_connector_id = 8
    assert isinstance(await EVSES.create(client, second, parent=parent), Evse)


async def test_unique_fields_are(client: Client) -> None:
    evse = await EVSES.make(client)
    other = await EVSES.build(client)
    other.physical_reference = evse.physical_reference
    refusal = await refused(EVSES.create(client, other))
    assert (refusal.reason, refusal.metadata["field"]) == (
        "ALREADY_EXISTS",
        "evse.physical_reference",
    )
    user = await USERS.make(client)
    twin = await USERS.build(client)
    twin.email = user.email.upper()
    assert (await refused(USERS.create(client, twin))).metadata["field"] == "user.email"
    twin.email = "twin@example.com"
    made = await USERS.create(client, twin)
    taken = user_pb2.User(name=made.name, email=user.email)
    assert (await refused(USERS.update(client, taken))).metadata["field"] == "user.email"


async def test_a_tag_is_its_id_unless_said(client: Client) -> None:
    made = await ID_TAGS.create(client, id_tag_pb2.IdTag(), id_tag_id="04Ab")
    assert (made.token, made.kind) == ("04Ab", id_tag_pb2.IdTag.RFID)
    refusal = await refused(ID_TAGS.create(client, id_tag_pb2.IdTag()))
    assert list(refusal.fields) == ["id_tag.token"]
    refusal = await refused(ID_TAGS.create(client, id_tag_pb2.IdTag(token="04aB")))
    assert refusal.metadata == {"field": "id_tag.token", "value": "04aB"}
    other = id_tag_pb2.IdTag(token="04aB", kind=id_tag_pb2.IdTag.APP)
    assert (await ID_TAGS.create(client, other)).token == "04aB"
    patch = id_tag_pb2.IdTag(name=made.name, token="other")
    refusal = await refused(ID_TAGS.update(client, patch))
    assert refusal.fields == {"id_tag.token": "cannot be changed"}


@pytest.mark.parametrize(
    ("sample", "field"),
    [(LOCATIONS, "state"), (CHARGE_POINTS, "kind"), (EVSES, "state"), (USERS, "concurrency")],
    ids=lambda value: value.field if isinstance(value, Sample) else value,
)
async def test_what_is_not_said_has_its_default(client: Client, sample: Sample, field: str) -> None:
    resource = await sample.build(client)
    setattr(resource, field, 0)
    made = await sample.create(client, resource)
    assert getattr(made, field) == {"concurrency": 2}.get(field, 1)


async def test_a_user_has_the_operators_currency(client: Client) -> None:
    user = await USERS.make(client)
    assert (user.currency, user.balance.currency_code, user.state) == ("EUR", "EUR", 1)
    dollars = user_pb2.User(name=user.name, currency="USD")
    assert (await USERS.update(client, dollars)).balance.currency_code == "USD"
    await USERS.update(client, user_pb2.User(name=user.name, currency="EUR"))
    await add_balance(client, user.name, 5)
    refusal = await refused(USERS.update(client, dollars))
    assert list(refusal.fields) == ["user.currency"]


async def test_money_is_moved_and_told(client: Client) -> None:
    user = await USERS.make(client)
    answer = await add_balance(client, user.name, 25)
    entry = answer.balance_entry
    assert (entry.amount.units, entry.balance_after.units, entry.reason) == (25, 25, "cash")
    assert entry.entry_type == BalanceEntry.TOP_UP
    assert answer.user.balance.units == 25
    page = await client.events.ListEvents(
        event_pb2.ListEventsRequest(types=["user.balance_changed"])
    )
    assert page.events[0].user_balance_changed.balance_entry == entry
    refusal = await refused(add_balance(client, user.name, -26))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "INSUFFICIENT_BALANCE")
    assert answer.user.etag == user.etag


@pytest.mark.parametrize(
    "amount",
    [
        {"units": 0},
        {"units": 1, "nanos": 5_000_000},
        {"units": 1, "nanos": -1},
        {"units": 10**12},
    ],
    ids=str,
)
async def test_an_amount_that_cannot_be_moved(client: Client, amount: dict[str, int]) -> None:
    user = await USERS.make(client)
    request = user_pb2.AddBalanceRequest(name=user.name, amount={"currency_code": "EUR", **amount})
    refusal = await refused(client.users.AddBalance(request))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert next(iter(refusal.fields)).startswith("amount")


async def test_a_user_is_disabled_with_a_reason(client: Client) -> None:
    user = await USERS.make(client)
    request = user_pb2.ChangeUserStatusRequest(
        name=user.name, state=user_pb2.User.DISABLED, reason="stolen card"
    )
    for _ in range(2):
        assert (await client.users.ChangeUserStatus(request)).state == user_pb2.User.DISABLED
    page = await client.events.ListEvents(event_pb2.ListEventsRequest(types=["user.updated"]))
    (event,) = page.events
    assert event.resource_changed.reason == "stolen card"
    assert list(event.resource_changed.changed_fields) == ["state"]


async def test_a_deleted_user_leaves_no_personal_data(client: Client) -> None:
    tag = await ID_TAGS.make(client)
    user = await USERS.get(client, tag.user)
    await add_balance(client, user.name, 5)
    await USERS.delete(client, user.name)
    assert not list((await USERS.list(client)).users)
    row = models.User.get(models.User.name == user.name)
    kept = [row.email, row.given_name, row.family_name, row.address, row.company, row.labels]
    assert kept == [None] * 6
    assert (row.search_text, row.balance_micros) == ("", 5_000_000)
    freed = await ID_TAGS.get(client, tag.name)
    assert (freed.token, freed.user, freed.label) == (tag.token, "", "")
    page = await client.events.ListEvents(event_pb2.ListEventsRequest(types=["user.deleted"]))
    assert page.events[0].resource_changed.user == user_pb2.User(name=user.name)
    again = await USERS.build(client)
    again.email = user.email
    assert (await USERS.create(client, again)).name != user.name
    refusal = await refused(ID_TAGS.update(client, tag))
    assert refusal.reason in {"REFERENCE_NOT_FOUND", "STALE_ETAG"}


async def test_a_user_who_charges_or_owes_stays(api: Api, client: Client) -> None:
    user = await USERS.make(client)
    row = {"charge_point": "chargePoints/x", "state": 3, "start_time": 1, "user": user.name}
    session = models.Session.insert(name="sessions/s", create_time=1, update_time=1, **row)
    await api.lane.write(lambda unit: unit.execute(session))
    assert await in_use(USERS.delete(client, user.name)) == "sessions/s"
    await api.lane.write(lambda unit: unit.execute(models.Session.update(state=4)))
    await api.lane.write(lambda unit: unit.execute(models.User.update(balance_micros=-1_000_000)))
    refusal = await refused(USERS.delete(client, user.name))
    assert (refusal.reason, refusal.metadata) == (
        "PREVIOUS_SESSION_UNPAID",
        {"amount_due": "1.00 EUR"},
    )
    assert (await USERS.get(client, user.name)).amount_due.units == 1


async def test_a_tariff_says_what_it_is(client: Client) -> None:
    made = await TARIFFS.make(client)
    assert made.pricing_type == Tariff.TIME_OF_DAY
    bare = tariff_pb2.Tariff(name=made.name)
    assert (await TARIFFS.update(client, bare, "elements")).pricing_type == Tariff.FREE
    forbidden = tariff_pb2.Tariff(name=made.name, charging_allowed=False)
    assert (await TARIFFS.update(client, forbidden)).pricing_type == Tariff.FORBIDDEN


async def test_id_tags_are_found_by_group_list_and_expiry(client: Client) -> None:
    for number, (group, listed, expires) in enumerate([("a", True, 5), ("b", False, 50)]):
        tag = id_tag_pb2.IdTag(token=f"T{number}", parent_group_id=group, on_local_list=listed)
        tag.expire_time.seconds = expires
        await ID_TAGS.create(client, tag)
    await ID_TAGS.make(client)

    async def tokens(**filters: Any) -> list[str]:
        page = await ID_TAGS.list(client, **filters)
        return [tag.token for tag in page.id_tags if tag.token.startswith("T")]

    assert await tokens(parent_group_id="b") == ["T1"]
    assert await tokens(on_local_list=True) == ["T0"]
    assert await tokens(on_local_list=False) == ["T1"]
    assert await tokens(expires_before=Timestamp(seconds=50)) == ["T0"]


@pytest.mark.parametrize("sample", [ID_TAGS, TARIFFS, TARIFF_GROUPS], ids=lambda each: each.field)
async def test_whose_it_is_can_be_said_and_asked_for(client: Client, sample: Sample) -> None:
    partner = (await PARTNERS.make(client)).name
    resource = await sample.build(client)
    resource.partner = partner
    made = await sample.create(client, resource)
    if sample is not ID_TAGS:
        await sample.make(client)
    page = await sample.list(client, partner=partner)
    assert [each.name for each in page.ListFields()[0][1]] == [made.name]
    refusal = await refused(PARTNERS.delete(client, partner))
    assert refusal.metadata["referrers"] == made.name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "another of sixteen"),
        ("state", ChargePoint.DISABLED),
        ("strict_ocpp", True),
        ("default_ocpp_version", OcppVersion.OCPP_1_6),
        ("clock_time_zone", "Europe/Amsterdam"),
        ("security_profile", ChargePoint.NO_SECURITY),
        ("ocpp_identity", "somebody else"),
    ],
)
async def test_a_charger_comes_back_under_its_new_settings(
    api: Api, client: Client, field: str, value: Any
) -> None:
    point = await CHARGE_POINTS.make(client)
    api.stations.connect(point.name)
    patch = ChargePoint(name=point.name, display_name="other", labels={"a": "b"})
    await CHARGE_POINTS.update(client, patch)
    assert api.stations.disconnected == []
    patch = ChargePoint(name=point.name, **{field: value})
    await CHARGE_POINTS.update(client, patch)
    assert api.stations.disconnected == [point.name]
    await CHARGE_POINTS.update(client, patch)
    again = field == "password"  # nobody can say whether it is the same one
    assert api.stations.disconnected == [point.name] * (1 + again)


async def test_evses_are_whose_their_charge_point_is(client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    evse = await EVSES.create(client, await EVSES.build(client), parent=point.name)
    partner = (await PARTNERS.make(client)).name
    await CHARGE_POINTS.update(client, ChargePoint(name=point.name, partner=partner))
    await EVSES.update(client, Evse(name=evse.name, external_id="x"))
    request = event_pb2.ListEventsRequest(subjects=[evse.name])
    told = (await client.events.ListEvents(request)).events
    assert [event.type for event in told] == ["evse.created", "evse.updated"]
    row = models.Evse.get(models.Evse.name == evse.name)
    assert row.partner == partner


async def test_a_charger_comes_back_when_its_connectors_are_renumbered(
    api: Api, client: Client
) -> None:
    point = await CHARGE_POINTS.make(client)
    evse = await EVSES.create(client, await EVSES.build(client), parent=point.name)
    patch = Evse(name=evse.name, display_label="left")
    patch.connectors.add(id=1, standard=Evse.Connector.CCS2)
    await EVSES.update(client, patch)
    assert api.stations.disconnected == []
    patch.connectors[0].ocpp16_connector_id = 5
    await EVSES.update(client, patch)
    assert api.stations.disconnected == [point.name]
    await EVSES.delete(client, evse.name)
    assert api.stations.disconnected == [point.name] * 2
