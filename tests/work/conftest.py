"""A small network in a database, and a lane to work on it."""

from collections.abc import Iterator

import pytest
from peewee import Database

from server.store.lane import WriteLane
from server.work.rules import Rules
from tests.work.bridge import Bridge
from tests.work.network import Write, add_people, add_places, add_prices, begin_now


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def lane(network: Database) -> Iterator[WriteLane]:
    lane = WriteLane(network)
    yield lane
    lane.close()


@pytest.fixture
def write(lane: WriteLane) -> Write:
    """Runs a verb as the bridge would: on the lane, committed when it returns."""
    return lane.write_now


@pytest.fixture
def network(database: Database) -> Database:
    """A location, a charge point with two EVSEs, a tariff of 0.50 EUR/kWh, a user with 100 EUR."""
    begin_now()
    with database.connection_context():
        add_places()
        add_prices()
        add_people()
    return database


@pytest.fixture
def bridge(write: Write, rules: Rules) -> Bridge:
    return Bridge(write, rules)
