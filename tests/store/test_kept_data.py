"""What migrations make of rows that are older than they are."""

import shutil
from pathlib import Path

import pytest
from peewee import Database

from server.domain.quadtree import Position, code_of
from server.resources.search import fold
from server.store import search
from server.store.database import MIGRATIONS, migrate
from server.store.migrations.initial import people
from server.store.migrations.initial.network import Location
from server.store.models import IdTag, SearchGram
from server.store.models import Location as LocationNow
from tests.store.test_migrations import empty, folder, make_empty  # noqa: F401 - fixtures

TIMES = {"create_time": 5, "update_time": 6, "version": 1}
SUVA, NOWHERE = "locations/suva", "locations/nowhere"


@pytest.fixture
def old(empty: Database, tmp_path: Path) -> Database:  # noqa: F811
    """A database from before text filters had an index and locations a place on the map."""
    before = tmp_path / "before"
    shutil.copytree(MIGRATIONS, before, ignore=lambda _, names: [*filter(_is_newer, names)])
    migrate(empty, before)
    with empty.connection_context(), empty.bind_ctx([Location, people.IdTag]):
        place = {"time_zone": "UTC", "state": 1, **TIMES}
        Location.insert(
            name=SUVA,
            display_name="Sūva Harbour",
            search_text="suva harbour",
            position=b"\x32\x00",
            latitude=-18.14,
            longitude=178.42,
            **place,
        ).execute()
        Location.insert(name=NOWHERE, display_name="?", search_text="?", **place).execute()
        people.IdTag.insert(
            name="idTags/a",
            token="04AÉ",
            token_key="04aé",
            kind=1,
            state=1,
            label="Zoë’s card",
            **TIMES,
        ).execute()
    return empty


def _is_newer(name: str) -> bool:
    return name[:4].isdecimal() and name >= "0030"


def test_what_could_be_searched_still_can(old: Database) -> None:
    migrate(old)
    with old.connection_context():
        filed = {
            name: {row.gram for row in SearchGram.select().where(SearchGram.name == name)}
            for name in (SUVA, NOWHERE, "idTags/a")
        }
        (tag,) = IdTag.select()
        assert {row.create_time for row in SearchGram.select()} == {5}
        assert {row.collection for row in SearchGram.select()} == {"location", "id_tag"}
    assert tag.search_text == fold("04AÉ", "Zoë’s card")
    assert filed == {
        SUVA: search.grams_of("suva harbour"),
        NOWHERE: set(),
        "idTags/a": search.grams_of(tag.search_text),
    }


def test_locations_are_put_on_the_map(old: Database) -> None:
    migrate(old)
    with old.connection_context():
        cells = {row.name: row.geo_cell for row in LocationNow.select()}
    assert cells == {SUVA: code_of(Position(-18.14, 178.42)), NOWHERE: None}
