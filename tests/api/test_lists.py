"""Lists: filters, orders, pages while others write, and what a page costs."""

from typing import Any

import pytest

from ampline.v1.balance_entry_pb2 import ListBalanceEntriesRequest
from ampline.v1.charge_point_pb2 import ListChargePointsResponse
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from ampline.v1.user_pb2 import AddBalanceRequest
from server.api.services.sessions import sessions
from server.store.models import ChargePoint, Evse, TariffSnapshot
from server.store.models import Session as SessionRow
from server.store.reads import Reader
from tests.api.client import Client
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, EVSES, ID_TAGS, LOCATIONS, TARIFFS, USERS, Sample

SECOND = 1_000_000
START = 1_700_000_000 * SECOND


async def execute(api: Api, query: Any) -> None:
    await api.lane.write(lambda unit: unit.execute(query))


async def all_of(sample: Sample, client: Client, **fields: Any) -> list[Any]:
    """Every resource of a list, page by page."""
    found: list[Any] = []
    token = ""
    while True:
        page = await sample.list(client, page_size=2, page_token=token, **fields)
        found += list(page.ListFields()[0][1]) if page.ListFields() else []
        token = page.next_page_token
        if not token:
            return found


def ids(resources: list[Any]) -> list[str]:
    return [each.name.rpartition("/")[2] for each in resources]


async def named_locations(client: Client, **names: str) -> None:
    for identifier, name in names.items():
        location = await LOCATIONS.build(client)
        location.display_name = name
        location.external_id = identifier
        await LOCATIONS.create(client, location, location_id=identifier)


async def test_text_is_found_whatever_its_case_and_accents(client: Client) -> None:
    await named_locations(client, a="Café Übersee", b="Harbour", c="100% open")
    assert ids(await all_of(LOCATIONS, client, text="uBER")) == ["a"]
    assert ids(await all_of(LOCATIONS, client, text="CAFE")) == ["a"]
    assert ids(await all_of(LOCATIONS, client, text="den haag")) == ["a", "b", "c"]
    assert ids(await all_of(LOCATIONS, client, text=" Haag  arbou ")) == ["b"]
    assert ids(await all_of(LOCATIONS, client, text="harbours")) == []
    assert ids(await all_of(LOCATIONS, client, text="haag", order_by="display_name desc")) == [
        "b",
        "a",
        "c",
    ]
    assert ids(await all_of(LOCATIONS, client, text="0%")) == ["c"]
    assert ids(await all_of(LOCATIONS, client, text="%")) == ["c"]
    assert ids(await all_of(LOCATIONS, client, text="_")) == []


async def test_filters_hold_together(client: Client) -> None:
    await named_locations(client, a="One", b="Two")
    assert ids(await all_of(LOCATIONS, client, region_code="NL", external_id="b")) == ["b"]
    assert ids(await all_of(LOCATIONS, client, region_code="DE")) == []
    two = await LOCATIONS.get(client, "locations/b")
    found = await all_of(LOCATIONS, client, updated_since=two.update_time)
    assert ids(found) == ["b"]


async def test_a_tag_is_found_by_its_token_whatever_the_case(client: Client) -> None:
    tag = await ID_TAGS.make(client)
    found = await all_of(ID_TAGS, client, token=tag.token.lower(), user=tag.user)
    assert found == [tag]
    assert await all_of(ID_TAGS, client, user="users/nobody") == []


async def test_orders_go_both_ways(client: Client) -> None:
    await named_locations(client, a="Bravo", b="Alpha", c="Charlie")
    assert ids(await all_of(LOCATIONS, client)) == ["a", "b", "c"]
    assert ids(await all_of(LOCATIONS, client, order_by="display_name")) == ["b", "a", "c"]
    assert ids(await all_of(LOCATIONS, client, order_by=" display_name  desc ")) == ["c", "a", "b"]
    await LOCATIONS.update(client, LOCATIONS.message(name="locations/a", external_id="z"))
    assert ids(await all_of(LOCATIONS, client, order_by="update_time desc"))[0] == "a"


@pytest.mark.parametrize("direction", ["", " desc"])
async def test_what_was_never_seen_comes_last(api: Api, client: Client, direction: str) -> None:
    for number in range(5):
        await CHARGE_POINTS.make(client, charge_point_id=f"CP{number}")
    for number in (3, 1):
        seen = ChargePoint.update(last_seen_time=START + number)
        await execute(api, seen.where(ChargePoint.name == f"chargePoints/CP{number}"))
    found = ids(await all_of(CHARGE_POINTS, client, order_by=f"last_seen_time{direction}"))
    expected = ["CP1", "CP3", "CP0", "CP2", "CP4"]
    assert found == (["CP3", "CP1", "CP4", "CP2", "CP0"] if direction else expected)
    first = await CHARGE_POINTS.list(client, page_size=1, order_by="last_seen_time")
    assert isinstance(first, ListChargePointsResponse)


async def test_evses_come_by_their_numbers(client: Client) -> None:
    parent = (await CHARGE_POINTS.make(client)).name
    for number in ("10", "9", "1"):
        evse = await EVSES.build(client)
        await EVSES.create(client, evse, parent=parent, evse_id=number)
    next_free = await EVSES.create(client, await EVSES.build(client), parent=parent)
    assert next_free.name == f"{parent}/evses/11"
    assert ids(await all_of(EVSES, client, parent=parent)) == ["1", "9", "10", "11"]
    assert ids(await all_of(EVSES, client)) == ["1", "9", "10", "11"]


async def test_pages_miss_nothing_while_others_write(client: Client) -> None:
    await named_locations(client, a="A", c="C", e="E")
    page = await LOCATIONS.list(client, page_size=2, order_by="display_name")
    await named_locations(client, b="B", d="D")
    await LOCATIONS.delete(client, "locations/c")
    rest = await LOCATIONS.list(client, order_by="display_name", page_token=page.next_page_token)
    assert ids(page.locations) == ["a", "c"]
    assert ids(rest.locations) == ["d", "e"]


async def test_a_location_counts_what_stands_there(api: Api, client: Client) -> None:
    point = await CHARGE_POINTS.make(client)
    for _ in range(2):
        await EVSES.create(client, await EVSES.build(client), parent=point.name)
    status = Evse.update(hardware_status=1).where(Evse.number == 1)
    await api.lane.write(lambda unit: unit.execute(status))
    location = await LOCATIONS.get(client, point.location)
    assert location.charge_point_count == 1
    assert dict(location.evse_counts) == {"AVAILABLE": 1}
    assert list((await LOCATIONS.list(client)).locations) == [location]


async def test_a_ledger_comes_newest_first(client: Client) -> None:
    user = (await USERS.make(client)).name
    for units in (5, 7, -2):
        amount = {"currency_code": "EUR", "units": units}
        await client.users.AddBalance(AddBalanceRequest(name=user, amount=amount))
    request = ListBalanceEntriesRequest(parent=user, page_size=2)
    page = await client.users.ListBalanceEntries(request)
    request.page_token = page.next_page_token
    entries = [
        *page.balance_entries,
        *(await client.users.ListBalanceEntries(request)).balance_entries,
    ]
    assert [entry.amount.units for entry in entries] == [-2, 7, 5]
    assert [entry.balance_after.units for entry in entries] == [10, 12, 5]


@pytest.fixture
async def history(api: Api, client: Client) -> int:
    """Sessions in the store, of which the newest began last; returns how many."""
    tariff = await TARIFFS.make(client)
    snapshot = {"key": "k", "tariff": tariff.name, "body": tariff.SerializeToString()}
    count = 120
    rows = [
        {
            "name": f"sessions/s{number:03}",
            "charge_point": f"chargePoints/CP{number % 3}",
            "user": f"users/u{number % 2}",
            "state": Session.FINISHED,
            "start_time": START + number // 4 * SECOND,  # four began at the same time
            "stop_time": START + (number + 60) * SECOND,
            "energy_wh": number * 100,
            "tariff_snapshot": "k",
            "create_time": START,
            "update_time": START + number,
        }
        for number in range(count)
    ]
    await api.lane.write(
        lambda unit: unit.execute(TariffSnapshot.insert(**snapshot, create_time=0))
    )
    await api.lane.write(lambda unit: unit.execute(SessionRow.insert_many(rows)))
    return count


async def sessions_of(client: Client, **fields: Any) -> list[str]:
    found: list[str] = []
    request = ListSessionsRequest(page_size=7, **fields)
    while True:
        page = await client.sessions.ListSessions(request)
        found += ids(page.sessions)
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


async def test_sessions_come_newest_first(client: Client, history: int) -> None:
    found = await sessions_of(client)
    assert found == [f"s{number:03}" for number in reversed(range(history))]
    assert await sessions_of(client, order_by="start_time") == found[::-1]


async def test_sessions_by_what_they_are_of(client: Client, history: int) -> None:
    found = await sessions_of(client, charge_point="chargePoints/CP1", user="users/u0")
    expected = [number for number in range(history) if number % 3 == 1 and number % 2 == 0]
    assert found == [f"s{number:03}" for number in reversed(expected)]
    assert await sessions_of(client, state=Session.ACTIVE) == []
    by_energy = await sessions_of(client, min_energy_wh=100, max_energy_wh=200)
    assert by_energy == ["s002", "s001"]
    assert len(await sessions_of(client, min_energy_wh=0, max_energy_wh=0)) == 1
    since = Session().start_time
    since.FromMicroseconds(START + 29 * SECOND)
    assert await sessions_of(client, started_since=since) == ["s119", "s118", "s117", "s116"]
    assert len(await sessions_of(client, started_before=since)) == history - 4


async def test_a_session_brings_its_tariff_along(api: Api, client: Client, history: int) -> None:
    assert history
    page = await client.sessions.ListSessions(ListSessionsRequest(page_size=1))
    assert page.sessions[0].tariff_snapshot.display_name == "Day and night"
    plan = query_plan(api, ListSessionsRequest(order_by="start_time"))
    assert "SCAN session" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


async def test_a_later_page_begins_at_its_key_and_not_at_a_bound(api: Api, history: int) -> None:
    """Or each page would go over all those before it."""
    assert history
    latest = Session().start_time
    latest.FromMicroseconds(START + 29 * SECOND)
    plan = query_plan(api, ListSessionsRequest(started_before=latest))
    assert not plan or "((start_time,name)<(?,?))" in plan, plan
    plan = query_plan(api, ListSessionsRequest(started_since=latest, order_by="start_time"))
    assert not plan or "((start_time,name)>(?,?))" in plan, plan


def query_plan(api: Api, request: ListSessionsRequest) -> str:
    """How SQLite goes about the second page; on PostgreSQL there is nothing to look at."""
    reader = api.reads.at_once()
    if reader is None:
        return ""
    asked: list[Any] = []

    class Listening(Reader):
        def all(self, statement: Any, **values: Any) -> list[tuple[Any, ...]]:
            asked.append(statement.bind(self.database, values))
            return super().all(statement, **values)

    request.page_size = 2
    listening = Listening(reader.database)
    page = sessions.listing.page(request, listening, None)
    token = type(request)()
    token.CopyFrom(request)
    from ampline.v1.session_pb2 import ListSessionsResponse

    token.page_token = ListSessionsResponse.FromString(page).next_page_token
    sessions.listing.page(token, listening, None)
    sql, values = asked[-1]
    rows = reader.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return "\n".join(row[-1] for row in rows)
