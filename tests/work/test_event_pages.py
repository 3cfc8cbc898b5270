"""Pages of the event log: every event that is wanted once, and never a look at too many."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from server.store import filing
from server.store.database import is_postgresql
from server.store.models import Event, EventHead
from server.work import event_pages
from server.work.event_pages import Stretch
from server.work.ports import EventFilter

COUNT, FILED, LOOKED_AT, LIMIT = 120, 70, 20, 7
ANY = frozenset[str]()


@pytest.fixture
def log(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A log of few events, of which a page looks at fewer; on SQLite some are filed."""
    monkeypatch.setattr(event_pages, "LOOKED_AT", LOOKED_AT)
    with database.connection_context():
        Event.insert_many(map(_event, range(1, FILED + 1))).execute()
        if not is_postgresql(database):
            monkeypatch.setattr(Event, "MOST_UNFILED", FILED)
            filing.catch_up(database, Event)
        Event.insert_many(map(_event, range(FILED + 1, COUNT + 1))).execute()
        EventHead.update(position=COUNT).execute()
        yield database


def _event(position: int) -> dict[str, object]:
    return {
        "position": position,
        "type": f"kind{position % 3}.told",
        "subject": f"sessions/{position % 10}",
        "charge_point": f"chargePoints/{position % 5}",
        "location": f"locations/{position % 11}",
        "partner": None if position % 4 else "partners/p",
        "record_time": position,
        "body": b"",
    }


def is_wanted(event: dict[str, object], wanted: EventFilter) -> bool:
    kind = str(event["type"])
    types = {each.removesuffix("*") for each in wanted.types}
    return (
        (not types or kind.startswith(tuple(types)))
        and (not wanted.subjects or event["subject"] in wanted.subjects)
        and (not wanted.charge_points or event["charge_point"] in wanted.charge_points)
        and (not wanted.locations or event["location"] in wanted.locations)
        and (wanted.partner is None or event["partner"] == wanted.partner)
        and not kind.startswith(tuple(wanted.hidden))
    )


def some(*values: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


FILTERS = st.builds(
    EventFilter,
    some("kind0.told", "kind1.*", "kind2.told", "kind3.*"),
    some("sessions/1", "sessions/2", "sessions/99"),
    some("chargePoints/1", "chargePoints/2"),
    some("locations/1", "locations/99"),
    st.sampled_from([None, "partners/p"]),
    some("kind2."),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=FILTERS, newest_first=st.booleans(), after=st.sampled_from([0, 50, 118, COUNT]))
def test_every_event_comes_once_and_in_order(
    log: Database, wanted: EventFilter, newest_first: bool, after: int
) -> None:
    found: list[int] = []
    beyond: int | None = None
    for _ in range(COUNT):
        rows, last = event_pages.page(log, wanted, Stretch(after, beyond, newest_first), LIMIT + 1)
        found += [row.position for row in rows[:LIMIT]]
        beyond = rows[LIMIT - 1].position if len(rows) > LIMIT else last
        if beyond is None:
            break
    told = map(_event, range(after + 1, COUNT + 1))
    every = [event["position"] for event in told if is_wanted(event, wanted)]
    assert found == (every[::-1] if newest_first else every)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    wanted=FILTERS,
    after=st.sampled_from([0, 50, 118, COUNT]),
    upto=st.sampled_from([1, FILED, 119, COUNT]),
)
def test_what_is_read_up_to_a_position_comes_once_and_in_order(
    log: Database, wanted: EventFilter, after: int, upto: int
) -> None:
    found: list[int] = []
    reached = after
    for _ in range(COUNT):
        if reached >= upto:
            break
        rows, there = event_pages.wanted_after(log, wanted, reached, upto, LIMIT)
        assert reached < there <= upto
        found += [row.position for row in rows]
        reached = there
    told = map(_event, range(after + 1, upto + 1))
    assert found == [event["position"] for event in told if is_wanted(event, wanted)]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_page_stops_where_it_has_looked_at_enough(log: Database, newest_first: bool) -> None:
    nowhere = EventFilter(ANY, ANY, ANY, frozenset({"locations/99"}), None, ANY)
    rows, last = event_pages.page(log, nowhere, Stretch(0, None, newest_first), LIMIT)
    assert (rows, last) == ([], COUNT + 1 - LOOKED_AT if newest_first else LOOKED_AT)
    assert event_pages.wanted_after(log, nowhere, 5, COUNT, LIMIT) == ([], 5 + LOOKED_AT)
    both = EventFilter(frozenset({"kind0.told"}), ANY, ANY, frozenset({"locations/99"}), None, ANY)
    rows, last = event_pages.page(log, both, Stretch(0, None, newest_first), LIMIT)
    assert rows == []
    assert last == (COUNT - 3 * (LOOKED_AT - 1) if newest_first else 3 * LOOKED_AT)


def test_what_an_index_has_is_looked_at_to_its_end(log: Database) -> None:
    rare = EventFilter(ANY, frozenset({"sessions/99"}), ANY, ANY, None, ANY)
    assert event_pages.page(log, rare, Stretch(0, None, False), LIMIT) == ([], None)
    own = EventFilter(ANY, ANY, ANY, ANY, "partners/p", ANY)
    rows, last = event_pages.page(log, own, Stretch(0, None, False), COUNT)
    assert (len(rows), last) == (COUNT // 4, None)


@pytest.mark.parametrize("newest_first", [False, True])
def test_what_several_have_is_sorted_a_piece_at_a_time(log: Database, newest_first: bool) -> None:
    """Half of what is looked at may be of each of the two."""
    two = EventFilter(ANY, ANY, frozenset({"chargePoints/1", "chargePoints/2"}), ANY, None, ANY)
    rows, last = event_pages.page(log, two, Stretch(0, None, newest_first), COUNT)
    wanted = [position for position in range(1, COUNT + 1) if position % 5 in {1, 2}]
    found = wanted[-LOOKED_AT + 1 :][::-1] if newest_first else wanted[: LOOKED_AT - 1]
    assert [row.position for row in rows] == found
    assert last == found[-1]
