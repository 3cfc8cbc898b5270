"""PostgreSQL: no answer leaves before the log of its commit is on the disk.

An answer comes; at that moment PostgreSQL is asked up to where its log is flushed.
Afterwards `pg_waldump` tells where in the log the commit of each acknowledged fact
stands: it must lie before what was flushed when its answer came.
"""

import asyncio
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from ampline.v1.user_pb2 import AddBalanceRequest
from server.store.database import open_database
from server.store.lane import WriteLane
from server.store.unit import Unit
from tests.faults.network import euros, made, make_network
from tests.faults.node import Node, started
from tests.ocpp.raw_charger import BOOT, RawCharger, dial

pytestmark = pytest.mark.skipif(
    os.environ.get("AMPLINE_TEST_DATABASE") != "postgresql", reason="PostgreSQL's log"
)
STATIONS, MESSAGES, CALLS = 3, 40, 40
_SYNCING = ("fsync", "full_page_writes")
_COMMIT = re.compile(r"tx: +(\d+), lsn: ([0-9A-F]+)/([0-9A-F]+),.* desc: COMMIT")


@pytest.fixture(autouse=True)
def on_the_disk(database_url: str) -> Iterator[None]:
    """PostgreSQL as it comes; the tests' own does not wait for the disk otherwise."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        _let_it_sync(connection, "on")
        yield
        _let_it_sync(connection, "off")


def _let_it_sync(connection: "psycopg.Connection[Any]", value: str) -> None:
    for setting in _SYNCING:
        connection.execute(f"ALTER SYSTEM SET {setting} = {value}".encode())
    connection.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 30
    while any(_told(connection, setting) != value for setting in _SYNCING):
        assert time.monotonic() < deadline


def _told(connection: "psycopg.Connection[Any]", setting: str) -> str:
    row = connection.execute(f"SHOW {setting}".encode()).fetchone()
    assert row is not None
    return str(row[0])


class Log:
    """Where PostgreSQL's log is flushed to, asked as soon as an answer came."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self.flushed_at: dict[tuple[str, str], int] = {}
        """How far the log was flushed when the answer to a fact came: by table and key."""
        self._start = self._one("SELECT pg_current_wal_lsn()")

    def answered(self, table: str, key: str) -> None:
        """The answer for this row just came."""
        self.flushed_at[table, key] = _position(self._one("SELECT pg_current_wal_flush_lsn()"))

    def committed_at(self) -> dict[tuple[str, str], int]:
        """Where the commit that made each row stands in the log."""
        commits = self._commits()
        return {
            (table, key): commits[int(self._one(_MADE_BY[table], key))]
            for table, key in self.flushed_at
        }

    def _commits(self) -> dict[int, int]:
        end = self._one("SELECT pg_current_wal_flush_lsn()")
        folder = Path(self._one("SHOW data_directory")) / "pg_wal"
        program = Path(psutil.Process(self._connection.info.backend_pid).exe())
        waldump = program.with_name("pg_waldump")  # of the same version
        dump = subprocess.run(
            [waldump, "--path", folder, "--rmgr=Transaction", "--start", self._start, "--end", end],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,  # it ends with a complaint where the log ends
        )
        return {
            int(number): _position(f"{high}/{low}")
            for number, high, low in _COMMIT.findall(dump.stdout)
        }

    def _one(self, query: str, *values: str) -> str:
        row = self._connection.execute(query, values).fetchone()
        assert row is not None
        return str(row[0])


_MADE_BY = {
    "balance_entry": "SELECT xmin::text FROM balance_entry WHERE name = %s",
    "meter_value": "SELECT xmin::text FROM meter_value WHERE register_wh = %s::bigint",
}
"""Rows of these tables are written once and never changed: `xmin` made them."""


def _position(text: str) -> int:
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


async def measure(node: Node, log: Log, number: int) -> None:
    """A station tells of one reading after the other."""
    async with RawCharger(await dial(node.charger_url(f"CP{number}"))) as charger:
        await charger.ask("BootNotification", BOOT)
        for message in range(MESSAGES):
            register = number * 1_000_000 + message
            value = {"timestamp": _time(message), "sampledValue": [{"value": str(register)}]}
            await charger.ask("MeterValues", {"connectorId": 1, "meterValue": [value]})
            log.answered("meter_value", str(register))


async def move_money(node: Node, log: Log) -> None:
    """A client adds to a balance again and again."""
    request = AddBalanceRequest(name="users/u0", amount=euros(1))
    for _ in range(CALLS):
        answer: Any = await made(node.api.users.AddBalance, request)
        log.answered("balance_entry", answer.balance_entry.name)


async def test_no_answer_leaves_before_its_log_is_flushed(
    tmp_path: Path, database_url: str
) -> None:
    async with asyncio.timeout(100), started(Node(tmp_path, database_url)) as node:
        await make_network(node, stations=STATIONS, drivers=1)
        log = Log(database_url)
        async with asyncio.TaskGroup() as work:
            for number in range(STATIONS):
                work.create_task(measure(node, log, number))
            work.create_task(move_money(node, log))
        assert await node.stop() == 0
    committed_at = log.committed_at()
    assert len(committed_at) == STATIONS * MESSAGES + CALLS
    late = [fact for fact, end in log.flushed_at.items() if committed_at[fact] >= end]
    assert late == []


def _time(message: int) -> str:
    return f"2026-11-01T10:{message:02}:00Z"


def test_the_log_would_tell_of_a_commit_that_is_not_flushed(database_url: str) -> None:
    """With asynchronous commits answers do come too early, and `Log` sees it."""
    log = Log(database_url)
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SET synchronous_commit = off")
        for number in range(200):
            other.execute(
                "INSERT INTO meter_value (charge_point, time, record_time, register_wh,"
                " not_billed, fingerprint, body) VALUES ('x', 1, 1, %s, FALSE, 1, '')",
                (number,),
            )
            log.answered("meter_value", str(number))
        other.execute("SET synchronous_commit = on")
        other.execute("INSERT INTO counter VALUES ('flushed', 1)")
    committed_at = log.committed_at()
    assert any(committed_at[fact] >= end for fact, end in log.flushed_at.items())


def test_whatever_the_databases_default_the_lane_commits_to_the_disk(database_url: str) -> None:
    database = open_database(database_url)
    with database.connection_context():
        database.execute_sql(f"ALTER DATABASE {database_url_name(database_url)} SET {_OFF}")
    lane = WriteLane(database)
    try:
        assert lane.write_now(_shown("synchronous_commit")) == "on"
        assert lane.write_now(_shown("fsync")) == "on"
        assert lane.write_now(_shown("full_page_writes")) == "on"
    finally:
        lane.close()


_OFF = "synchronous_commit = off"


def database_url_name(url: str) -> str:
    """The database that a URL names."""
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def _shown(setting: str) -> Any:
    def job(unit: Unit) -> str:
        return str(unit.database.execute_sql(f"SHOW {setting}").fetchone()[0])

    return job
