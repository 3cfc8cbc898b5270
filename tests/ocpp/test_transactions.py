"""Transactions as a charger of 1.6 tells them, over a socket (cases 9 to 15, 23, 25, 30)."""

from functools import partial
from typing import Any

import pytest

from ampline.v1.session_pb2 import Session
from ampline.v1.user_pb2 import User
from server.store import models
from server.work.sessions import expiry
from server.work.sessions.session_rows import SessionWarning, warnings_of
from tests.ocpp.conftest import RULES, Platform
from tests.ocpp.raw_charger import AVAILABLE, BOOT, RawCharger
from tests.work.network import minutes_ago

OPEN = "chargePoints/OPEN"


def at(minutes: float) -> str:
    """So many minutes after the beginning, which was an hour before the test's."""
    return minutes_ago(60 - minutes).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin(minutes: float = 0, **change: Any) -> dict[str, Any]:
    start = {"connectorId": 1, "idTag": "AAAA", "meterStart": 1_000, "timestamp": at(minutes)}
    return {**start, **change}


def finish(transaction: int, **change: Any) -> dict[str, Any]:
    stop = {"transactionId": transaction, "meterStop": 6_000, "timestamp": at(30)}
    return {**stop, **change}


def measured(wh: str, minutes: float, **change: Any) -> dict[str, Any]:
    value = {"timestamp": at(minutes), "sampledValue": [{"value": wh}]}
    return {"connectorId": 1, "meterValue": [value], **change}


async def test_a_whole_visit(platform: Platform, charger: RawCharger) -> None:
    await charger.ask("BootNotification", BOOT)
    await charger.ask("StatusNotification", AVAILABLE)
    asked = await charger.ask("Authorize", {"idTag": "AAAA"})
    assert asked["idTagInfo"]["status"] == "Accepted"
    started = await charger.ask("StartTransaction", begin())
    assert started["idTagInfo"]["status"] == "Accepted"
    transaction = started["transactionId"]
    assert await charger.ask("MeterValues", measured("3000", 10, transactionId=transaction)) == {}
    stopped = await charger.ask("StopTransaction", finish(transaction, idTag="AAAA"))
    assert stopped["idTagInfo"]["status"] == "Accepted"
    session = await platform.one(models.Session)
    assert session.state == Session.FINISHED
    assert (session.energy_wh, session.user) == (5_000, "users/ann")
    assert session.ocpp_transaction_id == str(transaction)
    assert [event.type for event in await platform.events("session.*")] == []
    told = [event.type for event in await platform.events() if event.type.startswith("session.")]
    assert told[0] == "session.started"
    assert "session.meter_values" in told
    assert "session.stopped" in told


@pytest.mark.parametrize("again", ["1", "2"])
async def test_a_start_sent_again_is_the_same_transaction(platform: Platform, again: str) -> None:
    start = begin()
    first = await platform.connect()
    answer = await first.call("StartTransaction", start, message_id="1")
    second = await platform.connect()
    assert await second.call("StartTransaction", start, message_id=again) == answer
    assert len(await platform.rows(models.Session)) == 1


async def test_an_unknown_card_gets_a_transaction_of_its_own(
    platform: Platform, charger: RawCharger
) -> None:
    await charger.ask("BootNotification", BOOT)
    ids = set()
    for connector in (1, 2):
        start = begin(minutes=60, connectorId=connector, idTag="nobody")
        answer = await charger.ask("StartTransaction", start)
        assert answer["idTagInfo"]["status"] == "Invalid"
        ids.add(answer["transactionId"])
    assert len(ids) == 2
    assert all(0 < number < 2**31 for number in ids)
    states = [row.state for row in await platform.rows(models.Session)]
    assert states == [Session.FAILED] * 2


async def test_each_start_is_a_transaction_of_its_own(
    platform: Platform, charger: RawCharger
) -> None:
    starts = [
        begin(0),
        begin(1, connectorId=2),
        begin(2, idTag="BBBB"),  # on connector 1, where one is open
        begin(-3 * 24 * 60, connectorId=3),
    ]
    ids = [(await charger.ask("StartTransaction", start))["transactionId"] for start in starts]
    assert len(set(ids)) == 4
    first = await platform.one(models.Session, models.Session.ocpp_transaction_id == str(ids[0]))
    assert first.state == Session.FINISHED


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 4711])
async def test_a_stop_of_something_unknown_is_answered_and_kept(
    platform: Platform, charger: RawCharger, number: int
) -> None:
    assert await charger.ask("StopTransaction", finish(number)) == {}
    assert len(await platform.rows(models.Session)) == 1
    assert await charger.ask("StopTransaction", finish(number)) == {}


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1])
async def test_a_stop_without_its_id_finds_the_one_that_fits(
    platform: Platform, charger: RawCharger, number: int
) -> None:
    await charger.ask("StartTransaction", begin())
    stop = finish(number, idTag="AAAA")
    answer = await charger.ask("StopTransaction", stop)
    assert answer["idTagInfo"]["status"] == "Accepted"
    assert await charger.ask("StopTransaction", stop) == answer
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)


async def test_of_two_stops_the_first_counts(platform: Platform, charger: RawCharger) -> None:
    number = (await charger.ask("StartTransaction", begin()))["transactionId"]
    for meter in (6_000, 9_000):
        assert await charger.ask("StopTransaction", finish(number, meterStop=meter)) == {}
    assert (await platform.one(models.Session)).energy_wh == 5_000


@pytest.mark.parametrize("change", [{}, {"transactionId": 4711}])
async def test_values_that_name_no_transaction_go_to_the_one_that_runs(
    platform: Platform, charger: RawCharger, change: dict[str, Any]
) -> None:
    await charger.ask("StartTransaction", begin())
    assert await charger.ask("MeterValues", measured("3000", 10, **change)) == {}
    kept = await platform.one(models.MeterValue)
    assert kept.session == (await platform.one(models.Session)).name
    assert kept.register_wh == 3_000


async def test_values_of_the_main_meter_stand_with_the_session_and_leave_its_bill_alone(
    platform: Platform, charger: RawCharger
) -> None:
    number = (await charger.ask("StartTransaction", begin()))["transactionId"]
    assert await charger.ask("MeterValues", measured("3000", 10, connectorId=0)) == {}
    assert await charger.ask("MeterValues", measured("2000", 20, transactionId=number)) == {}
    await charger.ask("StopTransaction", finish(number))
    session = await platform.one(models.Session)
    kept = await platform.rows(models.MeterValue)
    assert [(row.session, row.register_wh) for row in kept] == [
        (session.name, None),
        (session.name, 2_000),
    ]
    assert session.energy_wh == 5_000
    assert warnings_of(session.warnings) == []


async def test_values_without_any_transaction_are_kept(
    platform: Platform, charger: RawCharger
) -> None:
    for value in ("100", "NaN"):
        assert await charger.ask("MeterValues", measured(value, 10)) == {}
    kept = await platform.rows(models.MeterValue)
    assert [row.register_wh for row in kept] == [100, None]
    assert [row.session for row in kept] == [None, None]


async def test_values_after_the_stop_leave_the_session_closed(
    platform: Platform, charger: RawCharger
) -> None:
    number = (await charger.ask("StartTransaction", begin()))["transactionId"]
    await charger.ask("StopTransaction", finish(number))
    late = measured("7000", 40, transactionId=number)
    assert await charger.ask("MeterValues", late) == {}
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    assert (await platform.one(models.MeterValue)).session == session.name


async def test_the_last_values_come_with_the_stop(platform: Platform, charger: RawCharger) -> None:
    number = (await charger.ask("StartTransaction", begin()))["transactionId"]
    values = measured("2000", 5)["meterValue"] + measured("4000", 15)["meterValue"]
    await charger.ask("StopTransaction", finish(number, transactionData=values))
    kept = [row.register_wh for row in await platform.rows(models.MeterValue)]
    assert kept == [2_000, 4_000]


async def test_a_register_that_begins_anew_counts_in_pieces(
    platform: Platform, charger: RawCharger
) -> None:
    number = (await charger.ask("StartTransaction", begin()))["transactionId"]
    for wh, minutes in (("3000", 10), ("0", 15), ("1500", 20)):
        await charger.ask("MeterValues", measured(wh, minutes, transactionId=number))
    await charger.ask("StopTransaction", finish(number, meterStop=2_000))
    session = await platform.one(models.Session)
    assert session.energy_wh == 2_000 + 2_000  # 1000 to 3000, then 0 to 2000
    warnings = warnings_of(session.warnings)
    assert SessionWarning.METER_WENT_BACKWARDS in warnings


async def test_a_charger_that_redials_all_the_time_loses_nothing(platform: Platform) -> None:
    async def redialled() -> RawCharger:
        await platform.chargers[-1].hang_up()
        return await platform.connect()  # without a BootNotification

    charger = await platform.connect()
    await charger.ask("BootNotification", BOOT)
    number = (await charger.ask("StartTransaction", begin()))["transactionId"]
    for minutes in (5, 10, 15):
        charger = await redialled()
        values = measured(str(1_000 + 100 * minutes), minutes, transactionId=number)
        assert await charger.ask("MeterValues", values) == {}
    charger = await redialled()
    assert await charger.ask("StopTransaction", finish(number)) == {}
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    assert len(await platform.rows(models.MeterValue)) == 3


async def test_a_dead_session_does_not_block_its_card_for_ever(platform: Platform) -> None:
    dead, other = await platform.connect(), await platform.connect("OTHER")
    await dead.ask("StartTransaction", begin())
    refused = await other.ask("StartTransaction", begin(60))
    assert refused["idTagInfo"]["status"] == "ConcurrentTx"
    await dead.ask("StatusNotification", {**AVAILABLE, "status": "Charging", "timestamp": at(1)})
    await dead.ask("StatusNotification", {**AVAILABLE, "timestamp": at(10)})
    closed = await platform.lane.write(partial(expiry.close_lost, rules=RULES))
    assert closed == 1
    accepted = await other.ask("StartTransaction", begin(60, connectorId=2))
    assert accepted["idTagInfo"]["status"] == "Accepted"


async def test_a_user_may_have_as_many_sessions_as_the_rule_says(platform: Platform) -> None:
    await platform.update(models.User, "users/ann", concurrency=User.UNLIMITED)
    for identity in ("OPEN", "OTHER"):
        charger = await platform.connect(identity)
        answer = await charger.ask("StartTransaction", begin(50))
        assert answer["idTagInfo"]["status"] == "Accepted"
    states = [row.state for row in await platform.rows(models.Session)]
    assert states == [Session.ACTIVE] * 2
