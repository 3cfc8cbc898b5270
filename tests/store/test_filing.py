"""Logs that come into their indexes in bulk: whoever reads them does not notice."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from server.store import models
from server.store.database import is_postgresql
from server.store.filing import along
from server.store.models import MeterValue, OcppMessage
from server.store.models.base import Log
from server.store.statements import Append
from server.store.transactions import Task, Transactions
from server.store.unit import Unit

MOST = 8
SAMPLES = Append(
    MeterValue, ("charge_point", "session", "time", "record_time", "fingerprint", "body")
)
MESSAGES = Append(OcppMessage, ("charge_point", "direction", "ocpp_version", "call_time"))
LOGS = [log for log in vars(models).values() if isinstance(log, type) and issubclass(log, Log)]


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


def sample(session: str | None, time: int) -> tuple[object, ...]:
    """A row of `SAMPLES`."""
    return "chargePoints/c", session, time, 1, 0, b""


def of_session(session: str) -> Any:
    """The query of a session's samples, as a list would have it."""
    columns = (MeterValue.time, MeterValue.number)
    query = MeterValue.select(*columns).where(MeterValue.session == session)
    return along(query.order_by(*columns), MeterValue.session)


def times(database: Database, session: str, limit: int = 1000) -> list[int]:
    """The times of a session's samples."""
    with database.connection_context():
        return [time for time, _ in of_session(session).limit(limit).tuples().execute(database)]


def filed(database: Database) -> dict[str, int]:
    """Up to which number each log is filed."""
    return dict(database.execute_sql("SELECT log, upto FROM filing").fetchall())


def unfiled(database: Database) -> int:
    """How many samples are in no index yet; and that the index has all others, and nothing else."""
    if is_postgresql(database):
        return 0
    with database.connection_context():
        upto = filed(database)["meter_value"]
        columns = (MeterValue.session, MeterValue.time, MeterValue.number)
        told = MeterValue.select(*columns).where(MeterValue.session.is_null(False))
        ought = sorted(told.where(MeterValue.number <= upto).tuples().execute(database))
        entries = database.execute_sql("SELECT * FROM meter_value_session_time_number")
        assert [*entries.fetchall()] == ought
        return int(MeterValue.select().where(MeterValue.number > upto).count(database))


class Deed(NamedTuple):
    """What somebody does to the log, to samples at these times."""

    verb: str
    times: list[int]


def _added(database: Database, held: list[tuple[str | None, int]], deed: Deed) -> None:
    rows = [("ab"[time % 2] if time % 5 else None, time) for time in deed.times]
    commit(database, SAMPLES, *(sample(*row) for row in rows))
    held += rows


def _deleted(database: Database, held: list[tuple[str | None, int]], deed: Deed) -> None:
    with database.connection_context():
        MeterValue.delete().where(MeterValue.time.in_(deed.times)).execute(database)
    held[:] = [row for row in held if row[1] not in deed.times]


def _moved(database: Database, held: list[tuple[str | None, int]], deed: Deed) -> None:
    """Earlier; what was of no session is of one then, and the other way round."""
    swapped = {"a": None, "b": "b", None: "a"}
    with database.connection_context():
        for session in (None, "a"):
            change = MeterValue.update(time=MeterValue.time - 100, session=swapped[session])
            own = MeterValue.session.is_null() if session is None else MeterValue.session == session
            change.where(own & MeterValue.time.in_(deed.times)).execute(database)
    held[:] = [
        (swapped[session], time - 100) if time in deed.times and session != "b" else (session, time)
        for session, time in held
    ]


DEEDS: dict[str, Callable[[Database, list[tuple[str | None, int]], Deed], None]] = {
    "add": _added,
    "delete": _deleted,
    "move": _moved,
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds=st.lists(
        st.builds(
            Deed,
            st.sampled_from(["add", "add", "add", *DEEDS]),
            st.lists(st.integers(0, 50), min_size=1, max_size=12),
        ),
        max_size=10,
    )
)
def test_every_row_is_found_once_and_in_order(database: Database, deeds: list[Deed]) -> None:
    with database.connection_context():
        MeterValue.delete().execute(database)
    held: list[tuple[str | None, int]] = []
    for deed in deeds:
        DEEDS[deed.verb](database, held, deed)
        assert unfiled(database) < MOST
    for session in "ab":
        wanted = sorted(time for name, time in held if name == session)
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
    if is_postgresql(database):
        pytest.skip("has every row in its indexes at once")
    commit(database, SAMPLES, sample("a", 1))
    commit(database, MESSAGES, *(("chargePoints/c", 1, 1, time) for time in range(MOST)))
    with database.connection_context():
        upto = filed(database)
    assert (upto["meter_value"], upto["ocpp_message"]) == (0, MOST)
    assert unfiled(database) == 1


@pytest.mark.parametrize("log", LOGS)
def test_every_index_of_a_log_leads_to_its_rows(database: Database, log: Any) -> None:
    """Where a page begins it is sought, and its order is the index's."""
    if is_postgresql(database):
        pytest.skip("its plans are by statistics")
    key = log._meta.primary_key
    for index in log.indexes:
        first, *others = (log._meta.columns[column] for column in index.columns)
        behind = others[0] < 7
        query = log.select(*others).where((first == "x") & behind)
        query = query.order_by(*(column.desc() for column in others)).limit(50)
        sql, values = along(query, first).sql()
        with database.connection_context():
            plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        begins = f"{first.column_name}=? AND {others[0].column_name}<?"
        filed = plan[plan.index("RIGHT") :]
        assert plan[0] == "MERGE (UNION ALL)"
        assert plan[2].startswith(
            f"SEARCH {log._meta.table_name} USING INTEGER PRIMARY KEY (rowid>?"
        )
        assert filed[1] == f"SEARCH {index.name} USING PRIMARY KEY ({begins})"
        assert filed[2:] in (
            [],
            [f"SEARCH {log._meta.table_name} USING INTEGER PRIMARY KEY (rowid=?)"],
        )
        assert key in others


def test_what_is_filed_is_not_looked_at_twice(database: Database) -> None:
    """Nor is a page dearer for a history that is long."""
    if is_postgresql(database):
        pytest.skip("every row is in its indexes at once")
    for _ in range(40):
        commit(database, SAMPLES, *(sample("a", time) for time in range(50)))
    columns = (MeterValue.time, MeterValue.number)
    query = MeterValue.select(*columns).where(
        (MeterValue.session == "a") & (MeterValue.number > 0) & (MeterValue.time <= 40)
    )
    query = along(query.order_by(*(column.desc() for column in columns)), MeterValue.session)
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    with database.connection_context():
        connection: Any = database.connection()
        connection.set_progress_handler(count, 1)
        found = query.limit(5).tuples().execute(database)
        assert [*found] == [(40, 50 * batch + 41) for batch in range(39, 34, -1)]
        connection.set_progress_handler(None, 0)
    assert steps < 1000
