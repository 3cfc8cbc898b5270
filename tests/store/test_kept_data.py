"""What migrations make of rows that are older than they are."""

import shutil
from pathlib import Path

import pytest
from peewee import Database

from server.domain.quadtree import Position, code_of
from server.resources.search import fold
from server.store import filing, search
from server.store.database import MIGRATIONS, is_postgresql, migrate
from server.store.migrations.initial import people
from server.store.migrations.initial.network import Location
from server.store.models import IdTag, MeterValue, SearchGram
from server.store.models import Location as LocationNow
from tests.store.test_migrations import empty, folder, make_empty  # noqa: F401 - fixtures

TIMES = {"create_time": 5, "update_time": 6, "version": 1}
SUVA, NOWHERE = "locations/suva", "locations/nowhere"


def _before(number: str, empty: Database, folder: Path) -> None:  # noqa: F811
    """Runs the migrations below that number."""

    def others(_: str, names: list[str]) -> list[str]:
        return [name for name in names if name[:4].isdecimal() and name >= number]

    migrate(empty, shutil.copytree(MIGRATIONS, folder / "before", ignore=others))


@pytest.fixture
def old(empty: Database, tmp_path: Path) -> Database:  # noqa: F811
    """A database from before text filters had an index and locations a place on the map."""
    _before("0030", empty, tmp_path)
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


def test_logs_keep_their_rows_in_their_indexes(empty: Database, tmp_path: Path) -> None:  # noqa: F811
    """What was filed, and what was not yet."""
    _before("0280", empty, tmp_path)
    sqlite = not is_postgresql(empty)
    with empty.connection_context():
        for number in range(1, 9):
            filed = "FALSE" if sqlite and number > 5 else "TRUE"
            session = "NULL" if number % 3 == 0 else f"'sessions/{number % 3}'"
            empty.execute_sql(
                "INSERT INTO meter_value (number, charge_point, session, time, record_time,"
                f" not_billed, fingerprint, body, filed) VALUES ({number}, 'c', {session},"
                f" {100 - number}, 1, FALSE, {number}, '', {filed})"
            )
        if sqlite:
            empty.execute_sql("UPDATE filing SET upto = 5 WHERE log = 'meter_value'")
    migrate(empty)
    columns = (MeterValue.time, MeterValue.number)
    query = MeterValue.select(*columns).where(MeterValue.session == "sessions/1").order_by(*columns)
    with empty.connection_context():
        found = [number for _, number in filing.along(query, MeterValue.session).tuples()]
        assert found == [7, 4, 1]
        if sqlite:
            entries = empty.execute_sql("SELECT number FROM meter_value_session_time_number")
            assert {number for (number,) in entries.fetchall()} == {1, 2, 4, 5, 7, 8}
            upto = empty.execute_sql("SELECT upto FROM filing WHERE log = 'meter_value'")
            assert upto.fetchall() == [(8,)]
