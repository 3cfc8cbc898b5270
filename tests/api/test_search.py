"""Text filters go by their index, which is kept with every change of what it is made of."""

import unicodedata
from typing import Any

import pytest
from peewee import Database, IntegrityError

from ampline.v1.location_pb2 import ListLocationsRequest
from server.api.services.id_tags import id_tags
from server.api.services.locations import locations
from server.store import search
from server.store.models import Location, SearchGram
from server.store.reads import Reader
from tests.api.client import Client
from tests.api.conftest import Api
from tests.api.samples import ALL, ID_TAGS, LOCATIONS, TARIFFS, USERS, Sample
from tests.api.test_lists import all_of, ids

SEARCHED = [sample for sample in ALL if "text" in sample.list_fields]


async def grams(api: Api, name: str) -> set[str]:
    """What the index has of a resource."""

    def read(database: Database) -> set[str]:
        rows = SearchGram.select(SearchGram.gram).where(SearchGram.name == name).tuples()
        return {gram for (gram,) in rows.execute(database)}

    return await api.reads.read(read)


async def rename(client: Client, name: str, display_name: str) -> None:
    await LOCATIONS.update(client, LOCATIONS.message(name=name, display_name=display_name))


def test_what_can_be_searched() -> None:
    fields = {sample.field for sample in SEARCHED}
    assert fields >= {"location", "charge_point", "user", "id_tag", "tariff", "tariff_group"}


@pytest.mark.parametrize("sample", SEARCHED, ids=lambda sample: sample.field)
async def test_the_index_lives_with_its_resource(api: Api, client: Client, sample: Sample) -> None:
    made = await sample.make(client)
    filed = await grams(api, made.name)
    assert filed
    await sample.update(client, sample.message(name=made.name, external_id="else"))
    assert await grams(api, made.name) == filed
    await sample.delete(client, made.name)
    assert await grams(api, made.name) == set()


async def test_a_new_name_is_found_and_the_old_one_is_not(api: Api, client: Client) -> None:
    made = await LOCATIONS.make(client, location_id="a")
    await rename(client, made.name, "Überseehafen")
    assert ids(await all_of(LOCATIONS, client, text="SEEHÄF")) == ["a"]
    assert await all_of(LOCATIONS, client, text="cafe") == []
    assert await grams(api, made.name) == search.grams_of("uberseehafen den haag")


async def test_changes_of_one_transaction_leave_what_came_last(api: Api) -> None:
    def work(unit: Any) -> None:
        row = {"name": "locations/a", "display_name": "A", "time_zone": "UTC"}
        times = {"create_time": unit.now, "update_time": unit.now}
        unit.execute(Location.insert(**row, **times, search_text="first"))
        search.add(unit, Location, "locations/a", unit.now, "first")
        for text in ("second", "first", "third"):
            search.change(unit, Location, "locations/a", text)
            changed = Location.update(search_text=text).where(Location.name == "locations/a")
            unit.execute(changed)

    try:
        await api.lane.write(work)
    except IntegrityError as error:
        raise AssertionError("a gram was filed twice") from error
    assert await grams(api, "locations/a") == search.grams_of("third")


async def test_every_text_filter_knows_no_case_and_no_accents(client: Client) -> None:
    user = await USERS.make(client)
    await USERS.update(client, USERS.message(name=user.name, given_name="Zoë", company="Ångström"))
    assert [each.name for each in await all_of(USERS, client, text="angstrom ZOE")] == [user.name]
    assert [each.name for each in await all_of(USERS, client, text="ada@")] == []
    tariff = await TARIFFS.make(client)
    assert await all_of(TARIFFS, client, text="NÍGHT day") == [tariff]
    decomposed = unicodedata.normalize("NFD", "nïght")
    assert await all_of(TARIFFS, client, text=decomposed) == [tariff]


async def test_tags_are_found_by_their_token_and_their_label(client: Client) -> None:
    tag = await ID_TAGS.make(client)
    assert await all_of(ID_TAGS, client, text=tag.token[2:].lower()) == [tag]
    assert await all_of(ID_TAGS, client, text=f"rÍng {tag.token[:4]}") == [tag]
    assert await all_of(ID_TAGS, client, text=tag.token, user="users/nobody") == []


async def test_a_partner_finds_its_own(api: Api, client: Client) -> None:
    made = await LOCATIONS.make(client)
    own = Location.update(partner="partners/p").where(Location.name == made.name)
    await LOCATIONS.make(client)
    await api.lane.write(lambda unit: unit.execute(own))
    request = ListLocationsRequest(text="übersee")

    def page(database: Database) -> bytes:
        return locations.listing.page(request, Reader(database), "partners/p")

    found = LOCATIONS.pb.ListLocationsResponse.FromString(await api.reads.read(page))
    assert ids(found.locations) == ids([made])


@pytest.mark.parametrize("order_by", ["", "create_time desc", "token"])
async def test_what_few_have_is_found_without_going_over_the_others(
    api: Api, client: Client, order_by: str
) -> None:
    await ID_TAGS.make(client)
    reader = api.reads.at_once()
    if reader is None:
        pytest.skip("PostgreSQL goes by what it counted in the tables")
    asked: list[Any] = []

    class Listening(Reader):
        def all(self, statement: Any, **values: Any) -> list[tuple[Any, ...]]:
            asked.append(statement.bind(self.database, values))
            return super().all(statement, **values)

    request = ID_TAGS.pb.ListIdTagsRequest(text="04ab", order_by=order_by)
    assert id_tags.listing.page(request, Listening(reader.database), None)
    sql, values = asked[-1]
    rows = reader.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    plan = [row[-1] for row in rows]
    assert plan[0].endswith("USING PRIMARY KEY (collection=? AND gram=?)"), plan
    assert "SCAN" not in "".join(plan)
    assert ("USE TEMP B-TREE FOR ORDER BY" in plan) == (order_by == "token")
