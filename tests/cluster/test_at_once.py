"""What two nodes write about the same at once: the second sees what the first has done."""

from functools import partial

import pytest
from peewee import Database

from server.domain.facts import OcppVersion
from server.store.database import is_postgresql
from server.store.lane import WriteLane
from server.store.models import ChargePoint, Event
from server.work.stations import connections
from server.work.stations.connections import AVAILABLE, Connection
from tests.cluster.overlap import overlapping

CP = "chargePoints/CP"


@pytest.fixture(autouse=True)
def several_writers(database: Database) -> None:
    if not is_postgresql(database):
        pytest.skip("SQLite has one writer at a time")


def connection(node: str, since: int) -> Connection:
    return Connection(CP, "CP", node, since, OcppVersion.OCPP_1_6, "192.0.2.1")


@pytest.fixture
def connected(database: Database) -> Connection:
    """A charger, connected to a node."""
    made, lane = connection("one", 1), WriteLane(database)
    ChargePoint.create(
        name=CP, display_name="CP", location="locations/L", create_time=0, update_time=0
    )
    lane.write_now(partial(connections.connected, connection=made))
    lane.close()
    return made


def told(kind: str) -> int:
    return int(Event.select().where(Event.type == kind).count())


async def test_a_charger_that_came_elsewhere_is_not_gone_with_its_old_connection(
    database: Database, database_url: str, connected: Connection
) -> None:
    comes = partial(connections.connected, connection=connection("two", 2))
    leaves = partial(connections.disconnected, connection=connected, reason="", last_seen=1)
    await overlapping(database, database_url, comes, leaves)
    row = ChargePoint.get(ChargePoint.name == CP)
    assert (row.connected_node, row.connected_since) == ("two", 2)
    assert row.network_status == AVAILABLE
    assert told("charge_point.disconnected") == 1


async def test_what_a_dead_node_held_two_others_note_once(
    database: Database, database_url: str, connected: Connection
) -> None:
    await overlapping(database, database_url, connections.lost, connections.lost)
    assert told("charge_point.disconnected") == 1
    assert told("charge_point.network_status_changed") == 2
