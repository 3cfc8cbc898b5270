"""What a page looks at: what an index has, or 10,000 rows at most."""

import re
from collections.abc import AsyncIterator
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.message import Message

from ampline.v1.id_tag_pb2 import IdTag, ListIdTagsRequest
from ampline.v1.session_pb2 import ListSessionsRequest, Session
from ampline.v1.user_pb2 import ListUsersRequest
from server.api import services
from server.api.listing import Listing
from server.api.services.charge_points import charge_points
from server.api.services.evses import evses
from server.api.services.id_tags import id_tags
from server.api.services.locations import locations
from server.api.services.sessions import sessions
from server.api.services.subscriptions import subscriptions
from server.api.services.transactions import transactions
from server.api.services.users import users
from server.api.services.vouchers import vouchers
from server.api.walks import LOOKED_AT, indexes_of
from server.store.database import is_postgresql
from server.store.models import IdTag as IdTagRow
from server.store.models import NestedReference, UnknownChargePoint
from server.store.models import Session as SessionRow
from server.store.models import User as UserRow
from server.store.reads import Reader
from tests.api.client import Client
from tests.api.conftest import Api
from tests.api.samples import USER_GROUPS
from tests.running import ROOT

TAGS = 12_000
NEEDLES = (7, 6_345, 11_998)
"""Tags that are both suspended and of an app: others are one of the two, so neither is rare."""
START = 1_700_000_000_000_000


def tag(number: int) -> dict[str, Any]:
    suspended, app = number % 3 == 0, number % 3 == 1
    needle = number in NEEDLES
    return {
        "name": f"idTags/t{number:06}",
        "token": f"T{number:06}",
        "token_key": f"t{number:06}",
        "kind": IdTag.APP if app or needle else IdTag.RFID,
        "state": IdTag.SUSPENDED if suspended or needle else IdTag.ENABLED,
        "user": f"users/u{number % 500}",
        "external_id": f"batch-{number // 4_000}" if number % 2 else None,
        "label": None,
        "create_time": START + number,
        "update_time": START - number,
    }


async def insert(api: Api, query: Any) -> None:
    await api.lane.write(lambda unit: unit.execute(query))


@pytest_asyncio.fixture
async def tags(api: Api) -> AsyncIterator[Client]:
    """A client of a server with many tags."""
    for first in range(0, TAGS, 500):
        rows = [tag(number) for number in range(first, first + 500)]
        await insert(api, IdTagRow.insert_many(rows))
    yield api.client()


async def pages_of(client: Client, **fields: Any) -> list[list[str]]:
    """The tags on each page."""
    request, pages = ListIdTagsRequest(page_size=50, **fields), []
    while True:
        page = await client.id_tags.ListIdTags(request)
        pages.append([each.name.rpartition("t")[2] for each in page.id_tags])
        request.page_token = page.next_page_token
        if not request.page_token:
            return pages


def flat(pages: list[list[str]]) -> list[str]:
    return [each for page in pages for each in page]


def expected(*numbers: int) -> list[str]:
    return [f"{number:06}" for number in numbers]


@pytest.mark.parametrize("order_by", ["", "token", "token desc", "update_time desc"])
async def test_a_page_stops_where_it_has_looked_at_enough(tags: Client, order_by: str) -> None:
    wanted = {"kind": IdTag.APP, "state": IdTag.SUSPENDED, "order_by": order_by}
    pages = await pages_of(tags, **wanted)
    found = flat(pages)
    assert found == expected(*(NEEDLES if order_by != "token desc" else reversed(NEEDLES)))
    longest = TAGS // 3 if not order_by else TAGS  # of apps alone there are fewer than of all
    assert len(pages) == -(-longest // LOOKED_AT)
    assert not pages[-1] or pages[-1][-1] == found[-1]


async def test_what_is_frequent_fills_its_pages(tags: Client) -> None:
    pages = await pages_of(tags, kind=IdTag.APP, external_id="batch-1")
    assert {len(page) for page in pages[:-1]} == {50}
    wanted = [n for n in range(4_000, 8_000) if n % 2 and (n % 3 == 1 or n in NEEDLES)]
    assert flat(pages) == expected(*wanted)


async def test_what_is_rare_is_found_at_once(tags: Client) -> None:
    pages = await pages_of(tags, user="users/u7", kind=IdTag.RFID, order_by="token")
    assert pages == [expected(*(n for n in range(7, TAGS, 500) if n % 3 != 1 and n not in NEEDLES))]


async def test_rows_without_a_value_come_last_there_too(api: Api) -> None:
    rows = [
        {
            "name": f"sessions/s{number:06}",
            "charge_point": "chargePoints/CP1",
            "state": 4,
            "start_time": START + number,
            "stop_time": None if number % 2 else START + number,
            "energy_wh": number,
            "create_time": START,
            "update_time": START,
        }
        for number in range(12_000)
    ]
    for first in range(0, len(rows), 300):
        await insert(api, SessionRow.insert_many(rows[first : first + 300]))
    request, names, pages = ListSessionsRequest(page_size=1000, min_energy_wh=11_990), [], 0
    request.order_by = "stop_time"
    while True:
        page = await api.client().sessions.ListSessions(request)
        names += [int(each.name[-6:]) for each in page.sessions]
        request.page_token, pages = page.next_page_token, pages + 1
        if not request.page_token:
            break
    assert names == [*range(11_990, 12_000, 2), *range(11_991, 12_000, 2)]
    assert pages == 3


async def test_energy_alone_goes_by_what_sessions_came_to(api: Api) -> None:
    """Those that run come behind."""
    rows = [
        {
            "name": f"sessions/s{number:06}",
            "charge_point": "chargePoints/CP1",
            "state": 4,
            "start_time": START - number,
            "stop_time": START if number % 400 else None,
            "energy_wh": number,
            "final_energy_wh": number if number % 400 else None,
            "create_time": START,
            "update_time": START,
        }
        for number in range(1_201)
    ]
    for first in range(0, len(rows), 300):
        await insert(api, SessionRow.insert_many(rows[first : first + 300]))

    async def found(**fields: Any) -> list[int]:
        request, names = ListSessionsRequest(page_size=3, **fields), []
        while True:
            page = await api.client().sessions.ListSessions(request)
            names += [int(each.name[-6:]) for each in page.sessions]
            request.page_token = page.next_page_token
            if not request.page_token:
                return names

    assert await found(min_energy_wh=1_196) == [1_199, 1_198, 1_197, 1_196, 1_200]
    assert await found(max_energy_wh=2) == [2, 1, 0]
    middle = {"min_energy_wh": 799, "max_energy_wh": 801}
    assert await found(**middle) == [801, 799, 800]
    assert await found(**middle, order_by="energy_wh") == [799, 801, 800]
    assert await found(**middle, charge_point="chargePoints/CP1") == [799, 800, 801]


async def test_a_large_group_is_listed_page_by_page(api: Api, client: Client) -> None:
    """Each row that is looked at is one of its users, though others are between them."""
    group = (await USER_GROUPS.make(client)).name
    for first in range(0, 2_400, 400):
        numbers = range(first, first + 400)
        await insert(api, UserRow.insert_many(user(number) for number in numbers))
        members = [number for number in numbers if number % 2 == 0]
        await insert(api, NestedReference.insert_many(member(number, group) for number in members))
    request, pages = ListUsersRequest(page_size=400, group=group), []
    while True:
        page = await client.users.ListUsers(request)
        pages.append([int(each.name.rpartition("u")[2]) for each in page.users])
        request.page_token = page.next_page_token
        if not request.page_token:
            break
    assert [len(each) for each in pages] == [400, 400, 400]
    assert list(chain(*pages)) == list(range(0, 2_400, 2))
    request.order_by = "email desc"
    assert (await client.users.ListUsers(request)).users[0].name == "users/u002398"
    if not is_postgresql(api.reads.database):
        for plan in plans_of(api, users.listing, ListUsersRequest(group=group)):
            assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


def user(number: int) -> dict[str, Any]:
    return {
        "name": f"users/u{number:06}",
        "email": f"{number:06}@example.org",
        "currency": "EUR",
        "create_time": START + number,
        "update_time": START,
    }


def member(number: int, group: str) -> dict[str, Any]:
    return {
        "target": group,
        "referrer": f"users/u{number:06}",
        "referrer_kind": "ampline.app/User",
        "create_time": START + number,
    }


async def test_a_bound_says_the_order(tags: Client) -> None:
    request = ListIdTagsRequest(page_size=2)
    request.updated_since.FromMicroseconds(START - 3)
    page = await tags.id_tags.ListIdTags(request)
    assert [each.name[-6:] for each in page.id_tags] == expected(3, 2)
    request.order_by, request.page_token = "create_time", ""
    page = await tags.id_tags.ListIdTags(request)
    assert [each.name[-6:] for each in page.id_tags] == expected(0, 1)


class Listening(Reader):
    """Keeps what SQLite says of how it goes about each query."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.database)
        self.plans: list[str] = []

    def all(self, statement: Any, **values: Any) -> list[tuple[Any, ...]]:
        self._note(statement, values)
        return super().all(statement, **values)

    def one(self, statement: Any, **values: Any) -> tuple[Any, ...] | None:
        self._note(statement, values)
        return super().one(statement, **values)

    def _note(self, statement: Any, values: dict[str, Any]) -> None:
        sql, bound = statement.bind(self.database, values)
        rows = self.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", bound).fetchall()
        self.plans.append("\n".join(row[-1] for row in rows))


def plans_of(api: Api, listing: Any, request: Message) -> list[str]:
    reader = api.reads.at_once()
    assert reader is not None
    listening = Listening(reader)
    listing.page(request, listening, None)
    return listening.plans


NAMED: list[tuple[Any, Any, str]] = [
    (id_tags, ListIdTagsRequest(), "create_time"),
    (id_tags, ListIdTagsRequest(kind=IdTag.APP), "kind_create_time_name"),
    (id_tags, ListIdTagsRequest(state=IdTag.SUSPENDED), "state_create_time_name"),
    (id_tags, ListIdTagsRequest(user="users/u1"), "user_create_time_name"),
    (id_tags, ListIdTagsRequest(order_by="token"), "token"),
    (id_tags, ListIdTagsRequest(order_by="update_time desc"), "update_time"),
    (sessions, ListSessionsRequest(), "start_time_name"),
    (sessions, ListSessionsRequest(state=Session.ACTIVE), "state_start_time_name"),
    (sessions, ListSessionsRequest(user="users/u1"), "user_start_time_name"),
    (sessions, ListSessionsRequest(min_energy_wh=1), "final_energy_wh_name"),
    (sessions, ListSessionsRequest(max_energy_wh=1, min_energy_wh=0), "final_energy_wh_name"),
    (sessions, ListSessionsRequest(order_by="energy_wh"), "final_energy_wh_name"),
    (sessions, ListSessionsRequest(order_by="update_time"), "update_time_name"),
    (sessions, ListSessionsRequest(order_by="stop_time desc"), "stop_time_name"),
]


@pytest.mark.parametrize(("crud", "request_", "index"), NAMED)
async def test_what_is_named_goes_along_an_index(
    api: Api, crud: Any, request_: Any, index: str
) -> None:
    if is_postgresql(api.reads.database):
        pytest.skip("its planner goes by how much there is")
    for plan in plans_of(api, crud.listing, request_):
        assert re.search(rf"(SEARCH|SCAN) \S+ USING (COVERING )?INDEX \w+_{index}\b", plan), plan
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": IdTag.APP, "state": IdTag.SUSPENDED},
        {"kind": IdTag.APP, "order_by": "token"},
        {"text": "t0", "order_by": "token"},
    ],
)
async def test_no_planner_leaves_the_walk(api: Api, tags: Client, fields: Any) -> None:
    if is_postgresql(api.reads.database):
        pytest.skip("its planner goes by how much there is")
    assert await pages_of(tags, user="users/u1")
    for plan in plans_of(api, id_tags.listing, ListIdTagsRequest(**fields)):
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


LISTS: dict[str, Any] = {
    "chargePoints": charge_points,
    "evses": evses,
    "idTags": id_tags,
    "locations": locations,
    "sessions": sessions,
    "subscriptions": subscriptions,
    "transactions": transactions,
    "users": users,
    "vouchers": vouchers,
}
LONG = {each.listing._mapping.table for each in LISTS.values()}
ROW = re.compile(r"^\| (?P<list>\w+) \| (?P<filters>`[^|]*) \| `(?P<order>\w+)` \|$", re.MULTILINE)
DOCUMENTED = [
    (row["list"], name, row["order"])
    for row in ROW.finditer((ROOT / "docs" / "lists.md").read_text())
    for name in re.findall(r"`(\w+)`", row["filters"])
]


@pytest.mark.parametrize(("name", "given", "order_by"), DOCUMENTED)
def test_what_the_documentation_names_has_its_index(name: str, given: str, order_by: str) -> None:
    listing: Any = LISTS[name].listing
    order = listing._orders.find(order_by)
    settled = listing._filters.settled_bounds(order.columns[0].name, {given})
    assert listing._walks.leading({given}, order) == {given} or list(settled)


def test_the_documentation_names_many() -> None:
    assert len(DOCUMENTED) > 30


def every_listing() -> list[Listing]:
    found = []
    for module in iter_modules(services.__path__, f"{services.__name__}."):
        for each in vars(import_module(module.name)).values():
            listing = getattr(each, "listing", each)
            if isinstance(listing, Listing) and listing not in found:
                found.append(listing)
    return found


@pytest.mark.parametrize(
    "listing", every_listing(), ids=lambda each: str(each._mapping.table.__name__)
)
def test_every_order_goes_along_an_index(listing: Any) -> None:
    """Or a list of many rows would be sorted as a whole, whatever its page."""
    table, parent = listing._mapping.table, listing._walks._columns.get("parent")
    if table is UnknownChargePoint:
        return  # has 10,000 rows at most
    indexes = list(indexes_of(table))
    for name, columns in listing._orders._columns.items():
        wanted = columns[0].name
        behind = [] if parent is None else [(parent.name, wanted)]
        assert any(index[:1] == (wanted,) or index[:2] in behind for index in indexes), name
        if table in LONG and columns[0].null and not columns[0].unique:
            # Many rows may have nothing there: they are in the order of the next column.
            assert any(index[:2] == (wanted, columns[1].name) for index in indexes), name
