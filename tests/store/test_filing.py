"""Logs that come into their indexes in bulk: whoever reads them does not notice."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from server.store.database import is_postgresql
from server.store.filing import whole
from server.store.models import Filing, MeterValue, OcppMessage
from server.store.statements import Append
from server.store.transactions import Task, Transactions
from server.store.unit import Unit

MOST = 8
SAMPLES = Append(
    MeterValue, ("charge_point", "session", "time", "record_time", "fingerprint", "body")
)
MESSAGES = Append(OcppMessage, ("charge_point", "direction", "ocpp_version", "call_time"))


@pytest.fixture(autouse=True)
def small_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rows are many."""
    monkeypatch.setattr(MeterValue, "MOST_UNFILED", MOST)
    monkeypatch.setattr(OcppMessage, "MOST_UNFILED", MOST)


def commit(database: Database, log: Append, *rows: tuple[object, ...]) -> None:
    """Appends the rows to the log in one transaction."""

    def job(unit: Unit) -> None:
        for row in rows:
            unit.append(log, row)

    task = Task(job)
    Transactions(database, lambda _: None).commit([task])
    assert task.error is None


def sample(session: str, time: int) -> tuple[object, ...]:
    """A row of `SAMPLES`."""
    return "chargePoints/c", session, time, 1, 0, b""


def times(database: Database, session: str, limit: int = 1000) -> list[int]:
    """The times of a session's samples, as a list would show them."""
    query = MeterValue.select(MeterValue.number, MeterValue.time).where(
        MeterValue.session == session
    )
    with database.connection_context():
        found = whole(query, MeterValue.time, MeterValue.number).limit(limit).tuples()
        return [time for _, time in found.execute(database)]


def unfiled(database: Database) -> int:
    """How many samples are in no index yet."""
    with database.connection_context():
        return int(MeterValue.select().where(~MeterValue.filed).count(database))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    batches=st.lists(
        st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 50)), min_size=1, max_size=12),
        max_size=8,
    )
)
def test_every_row_is_found_once_and_in_order(
    database: Database, batches: list[list[tuple[str, int]]]
) -> None:
    with database.connection_context():
        MeterValue.delete().execute(database)
    for batch in batches:
        commit(database, SAMPLES, *(sample(session, time) for session, time in batch))
        assert unfiled(database) < MOST
    for session in "ab":
        wanted = sorted(time for batch in batches for name, time in batch if name == session)
        assert times(database, session) == wanted
        assert times(database, session, limit=3) == wanted[:3]


def test_a_log_that_was_emptied_begins_anew(database: Database) -> None:
    """SQLite gives numbers again that were given before."""
    commit(database, SAMPLES, *(sample("old", time) for time in range(2 * MOST)))
    with database.connection_context():
        MeterValue.delete().execute(database)
    for time in range(3 * MOST):
        commit(database, SAMPLES, sample("new", time))
        assert times(database, "new") == list(range(time + 1))
        assert unfiled(database) < MOST


def test_numbers_that_are_given_again_in_bulk(database: Database) -> None:
    commit(database, SAMPLES, *(sample("old", time) for time in range(MOST)))
    with database.connection_context():
        MeterValue.delete().where(MeterValue.time > 2).execute(database)
    commit(database, SAMPLES, *(sample("new", time) for time in range(MOST - 1)))
    assert times(database, "new") == list(range(MOST - 1))
    assert times(database, "old") == [0, 1, 2]


def test_each_log_is_filed_by_itself(database: Database) -> None:
    commit(database, SAMPLES, sample("a", 1))
    commit(database, MESSAGES, *(("chargePoints/c", 1, 1, time) for time in range(MOST)))
    with database.connection_context():
        upto = {row.log: row.upto for row in Filing.select().execute(database)}
    if is_postgresql(database):
        assert set(upto.values()) == {2**63 - 1}
        assert unfiled(database) == 0
    else:
        assert upto["meter_value"] == 0
        assert upto["ocpp_message"] == MOST
        assert unfiled(database) == 1


def test_filed_rows_are_found_by_the_index(database: Database) -> None:
    query = MeterValue.select(MeterValue.number, MeterValue.time).where(MeterValue.session == "a")
    sql, values = whole(query, MeterValue.time, MeterValue.number).limit(5).sql()
    if is_postgresql(database):
        pytest.skip("its plans are by statistics")
    with database.connection_context():
        plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any("meter_value_session_time_number (session=?)" in step for step in plan), plan
    assert any("INTEGER PRIMARY KEY (rowid>?)" in step for step in plan), plan
    assert plan[0].startswith("MERGE"), plan


def test_what_is_filed_is_not_looked_at_twice(database: Database) -> None:
    """Where a query has a bound of the key of its own, which is far from the newest rows."""
    if is_postgresql(database):
        pytest.skip("every row is filed at once")
    for _ in range(40):
        commit(database, SAMPLES, *(sample("a", time) for time in range(50)))
    query = MeterValue.select(MeterValue.number).where(MeterValue.number > 0)
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    with database.connection_context():
        connection: Any = database.connection()
        connection.set_progress_handler(count, 1)
        found = whole(query, MeterValue.number.desc()).limit(5).tuples().execute(database)
        assert [number for (number,) in found] == [2000, 1999, 1998, 1997, 1996]
        connection.set_progress_handler(None, 0)
    assert steps < 1000
