"""Sessions that the platform ends: what their charger hears, at once or when it is back."""

from collections.abc import AsyncIterator

import pytest

from ampline.v1.session_pb2 import Session
from server.domain.facts import StopReason
from server.relay.stops import Stops
from server.store import models
from server.work.sessions import remote
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import BOOT, RawCharger
from tests.ocpp.test_transactions import OPEN, at, begin, finish, measured
from tests.work.network import add_prices


@pytest.fixture
async def stops(platform: Platform) -> AsyncIterator[Stops]:
    """What tells chargers, when the test says so."""
    made = Stops(platform.lane, platform.reads, platform.bridge.stations)
    yield made
    await made.close()


async def told_to_stop(charger: RawCharger, stops: Stops, transaction: int) -> None:
    """The charger hears it, and says yes."""
    (stop,) = await stops.tick()
    assert stop.transaction_id == str(transaction)
    action, asked = await charger.answer({"status": "Accepted"})
    assert (action, asked) == ("RemoteStopTransaction", {"transactionId": transaction})
    await stops.told()


async def test_a_prepaid_session_ends_before_the_balance_is_gone(
    platform: Platform, stops: Stops
) -> None:
    with platform.database.connection_context():
        add_prices()
    await platform.update(models.ChargePoint, OPEN, tariff_group="tariffGroups/standard")
    await platform.update(models.User, "users/ann", balance_micros=2_500_000)
    charger = await platform.connect()
    await charger.ask("BootNotification", BOOT)
    transaction = (await charger.ask("StartTransaction", begin()))["transactionId"]
    told = {"transactionId": transaction}
    await charger.ask("MeterValues", measured("2000", 59, **told))
    assert await stops.tick() == []
    await charger.ask("MeterValues", measured("5990", 60, **told))
    await told_to_stop(charger, stops, transaction)
    last = finish(transaction, timestamp=at(60), reason="Remote")
    await charger.ask("StopTransaction", last)
    session = await platform.one(models.Session)
    assert (session.state, session.stop_reason) == (Session.FINISHED, StopReason.BALANCE_EXCEEDED)
    user = await platform.one(models.User)
    assert user.balance_micros == 0
    assert await stops.tick() == []


async def test_a_charger_that_was_away_is_told_when_it_is_back(
    platform: Platform, stops: Stops
) -> None:
    charger = await platform.connect()
    await charger.ask("BootNotification", BOOT)
    transaction = (await charger.ask("StartTransaction", begin()))["transactionId"]
    await charger.hang_up()
    await platform.until(lambda: away(platform))
    await platform.lane.write(lambda unit: remote.stop_all(unit, "users/ann"))
    assert len(await stops.tick()) == 1
    await stops.told()
    back = await platform.connect()
    await back.ask("BootNotification", BOOT)
    session = await platform.one(models.Session)
    await platform.update(models.Session, session.name, stop_due_time=1)
    await told_to_stop(back, stops, transaction)


async def away(platform: Platform) -> bool:
    """Whether the server has seen that it hung up."""
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    return row.connected_since is None
