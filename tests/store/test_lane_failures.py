"""A job that fails takes no neighbour along, whatever it did before, on either database."""

from typing import Any

import pytest
from peewee import Database, IntegrityError, PeeweeException

from server.store.database import is_postgresql
from server.store.models import Counter
from server.store.unit import Unit
from tests.store.conftest import Lane
from tests.store.marks import (
    Job,
    UnwillingError,
    counted,
    find,
    kept,
    mark,
    mark_and_tell,
    refuse,
    write_and_refuse,
)


def twice(unit: Unit) -> None:
    """Breaks a unique index."""
    mark("twice")(unit)
    mark("twice")(unit)


def unreadable(unit: Unit) -> None:
    """A SELECT that the database refuses: PostgreSQL ends the transaction over it."""
    unit.database.execute_sql("SELECT nothing FROM nowhere")


def hidden(unit: Unit) -> str:
    """A statement that failed, and a job that goes on as if nothing were wrong."""
    try:
        unreadable(unit)
    except PeeweeException:
        return "fine"
    raise AssertionError("there is a table of that name")


FAILING = [refuse, write_and_refuse, twice, unreadable]


@pytest.mark.parametrize("failing", FAILING)
@pytest.mark.parametrize("place", [0, 2, 4])
async def test_it_fails_and_the_others_are_kept(
    lane: Lane, database: Database, failing: Job, place: int
) -> None:
    jobs: list[Job] = [mark(f"m{number}") for number in range(4)]
    jobs.insert(place, failing)
    outcomes = await lane.batch(*jobs)
    assert isinstance(outcomes.pop(place), Exception)
    assert all(isinstance(number, int) for number in outcomes)
    assert kept(database) == ["m0", "m1", "m2", "m3"]


@pytest.mark.parametrize("failing", FAILING)
async def test_many_fail_and_the_others_are_kept_in_order(
    lane: Lane, database: Database, failing: Job
) -> None:
    jobs = [failing if number % 3 == 0 else mark(f"m{number}") for number in range(40)]
    outcomes = await lane.batch(*jobs)
    failed = [number for number, outcome in enumerate(outcomes) if not isinstance(outcome, int)]
    assert failed == [number for number in range(40) if number % 3 == 0]
    assert kept(database) == [f"m{number}" for number in range(40) if number % 3]


async def test_what_failed_before_it_wrote_costs_nobody_a_second_run(lane: Lane) -> None:
    units: list[Unit] = []
    jobs = [counted(job, units) for job in (mark("a"), refuse, mark("b"), refuse, mark("c"))]
    await lane.batch(*jobs)
    assert len(units) == 5
    assert len(set(units)) == 1


@pytest.mark.parametrize("failing", [write_and_refuse, twice, unreadable, hidden])
async def test_no_job_runs_more_than_three_times(lane: Lane, failing: Job) -> None:
    runs: list[list[Unit]] = [[] for _ in range(30)]
    jobs = [failing if number % 7 == 6 else mark(f"m{number}") for number in range(30)]
    await lane.batch(*map(counted, jobs, runs))
    assert max(map(len, runs)) <= 3


async def test_one_bad_job_costs_three_commits_not_one_for_each(lane: Lane) -> None:
    units: list[Unit] = []
    jobs: list[Job] = [counted(mark(f"m{number}"), units) for number in range(60)]
    jobs.insert(30, counted(twice, units))
    await lane.batch(*jobs)
    assert len(set(units)) == 4  # the one that failed, and three that were kept


async def test_a_job_that_hides_a_failed_statement_is_never_told_what_was_not_kept(
    lane: Lane, database: Database
) -> None:
    before, hiding, behind = await lane.batch(mark("before"), hidden, mark("behind"))
    assert isinstance(before, int)
    assert isinstance(behind, int)
    assert kept(database) == ["before", "behind"]
    if is_postgresql(database):
        assert isinstance(hiding, PeeweeException)
    else:
        assert hiding == "fine"  # SQLite undoes the statement alone


async def test_events_of_what_failed_are_not_told(lane: Lane, database: Database) -> None:
    def tell_and_fail(unit: Unit) -> None:
        mark_and_tell("never kept")(unit)
        raise UnwillingError

    await lane.batch(mark_and_tell("a"), tell_and_fail, mark_and_tell("b"))
    with database.connection_context():
        rows = database.execute_sql('SELECT "position", "body" FROM "event" ORDER BY "position"')
        assert [(place, bytes(body)) for place, body in rows] == [(1, b"a"), (2, b"b")]
    assert lane.told[-1] == 2


@pytest.mark.parametrize("failing", [twice, unreadable])
async def test_errors_come_as_peewees_whichever_way_the_statement_went(
    lane: Lane, failing: Job
) -> None:
    (error,) = await lane.batch(failing)
    assert isinstance(error, PeeweeException)
    assert isinstance(error, IntegrityError) == (failing is twice)


async def test_a_query_of_peewees_fails_alone_as_well(lane: Lane, database: Database) -> None:
    def insert(unit: Unit) -> Any:
        return unit.execute(Counter.insert(name="first", value=5_000))

    first, again, behind = await lane.batch(insert, insert, mark("behind"))
    assert not isinstance(first, Exception)
    assert isinstance(again, IntegrityError)
    assert isinstance(behind, int)
    assert kept(database) == ["first", "behind"]


async def test_stop_iteration_is_answered_as_well(lane: Lane) -> None:
    def run_out(_: Unit) -> object:
        return next(iter(()))

    failed, found = await lane.batch(run_out, find("nothing"))
    assert isinstance(failed, RuntimeError)
    assert found is None
