"""What chargers ask with every message has an index of its own, however long the history."""

from collections import defaultdict

import pytest
from peewee import Database

from server.store.database import is_postgresql
from server.store.statements import Statement
from server.work.money import corporate, earnings, settlements
from server.work.sessions import (
    authorization,
    clocks,
    extensions,
    limits,
    meter_log,
    metered_rows,
    readings,
    session_rows,
    stopping,
)

FOUND_BY = (
    ("session_ocpp_transaction_id_charge_point", metered_rows._BY_TRANSACTION),
    ("session_ocpp_transaction_id_charge_point", metered_rows._STEPPED_BY_TRANSACTION),
    ("session_start_key_charge_point", session_rows._BY_START_KEY),
    ("session_open_charge_point", session_rows._AT_IN_STATE),
    ("session_evse_start_time_name", extensions._BEFORE),
    ("session_open_user", authorization._RUNNING),
    ("session_watch_time", limits._DUE),
    ("session_open_company", corporate._HELD),
    ("earning_open", settlements._OPEN),
    ("earning_session", earnings._SO_FAR),
    ("session_stop_due_time", stopping._DUE),
    ("meter_value_apart_time", meter_log.KNOWN_APART),
    ("meter_value_told_time", meter_log.KNOWN_REPLACED),
)
FOUND_ALONG = (
    ("meter_value_session_time_number (session=? AND time=?)", meter_log.KNOWN),
    ("meter_value_session_time_number (session=? AND time>?)", readings._SINCE),
    ("meter_value_session_time_number (session=?)", clocks._MOVE_VALUES),
)


@pytest.mark.parametrize(("index", "statement"), FOUND_BY)
def test_sqlite_takes_the_index_that_was_meant(
    database: Database, index: str, statement: Statement
) -> None:
    if is_postgresql(database):
        pytest.skip("goes by what it counted in the tables")
    plan = plan_of(database, statement)
    assert f"INDEX {index} (" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(("entries", "statement"), FOUND_ALONG)
def test_sqlite_goes_along_the_index_of_a_log(
    database: Database, entries: str, statement: Statement
) -> None:
    if is_postgresql(database):
        pytest.skip("has ordinary indexes")
    name, columns = entries.split(" ", 1)
    plan = plan_of(database, statement)
    assert f"SEARCH {name} USING PRIMARY KEY {columns}" in plan
    assert "SEARCH meter_value USING INTEGER PRIMARY KEY (rowid>?)" in plan  # what is not filed
    assert "SCAN" not in plan


def plan_of(database: Database, statement: Statement) -> str:
    sql, values = statement.bind(database, defaultdict(str))
    with database.connection_context():
        rows = database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return "\n".join(row[-1] for row in rows)
