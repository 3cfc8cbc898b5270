"""Transactions told by chargers whose clocks cannot be believed, over a socket (case 21)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ampline.v1.session_pb2 import Session
from server.store import models
from server.work.sessions.session_rows import SessionWarning, warnings_of
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import BOOT, RawCharger
from tests.ocpp.v2x import booted, both_versions
from tests.ocpp.v2x_transaction import Told
from tests.work.network import minutes_ago as time_ago

MINUTE = 60_000_000


def wrong(minutes: float) -> str:
    """So many minutes after a clock began, in 1970."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )


def right(minutes: float) -> str:
    """So many minutes before the test began: the same text each time."""
    return time_ago(minutes).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin(time: str, meter_wh: int = 1_000) -> dict[str, Any]:
    return {"connectorId": 1, "idTag": "AAAA", "meterStart": meter_wh, "timestamp": time}


def value(wh: int, time: str) -> dict[str, Any]:
    return {"timestamp": time, "sampledValue": [{"value": str(wh)}]}


def measured(transaction: int | None, *values: dict[str, Any]) -> dict[str, Any]:
    named = {} if transaction is None else {"transactionId": transaction}
    return {"connectorId": 1, "meterValue": [*values], **named}


def finish(transaction: int, time: str, **more: Any) -> dict[str, Any]:
    return {"transactionId": transaction, "meterStop": 6_000, "timestamp": time, **more}


async def course(platform: Platform) -> tuple[list[int], list[SessionWarning]]:
    """Minutes from the start of the one session to each of its values, and to its end; and what
    is doubtful about it."""
    session = await platform.one(models.Session)
    times = [row.time for row in await platform.rows(models.MeterValue)]
    ends = [] if session.stop_time is None else [session.stop_time]
    minutes = [round((time - session.start_time) / MINUTE) for time in (*times, *ends)]
    return minutes, warnings_of(session.warnings)


async def minutes_ago(platform: Platform) -> int:
    """How long ago the one session began."""
    session = await platform.one(models.Session)
    began = datetime.fromtimestamp(session.start_time / 1_000_000, UTC)
    return round((datetime.now(UTC) - began).total_seconds() / 60)


async def test_a_time_without_an_offset_is_at_the_chargers_own_clock(platform: Platform) -> None:
    kathmandu = timedelta(hours=5, minutes=45)
    await platform.update(models.ChargePoint, "chargePoints/OPEN", clock_time_zone="Asia/Kathmandu")
    charger = await platform.connect()
    there = (time_ago(30) + kathmandu).strftime("%Y-%m-%dT%H:%M:%S")
    number = (await charger.ask("StartTransaction", begin(there)))["transactionId"]
    assert await minutes_ago(platform) == 30
    await charger.ask("StopTransaction", finish(number, right(10)))
    assert await course(platform) == ([20], [])


async def test_a_clock_in_1970_is_replaced(platform: Platform, charger: RawCharger) -> None:
    await charger.ask("BootNotification", BOOT)
    assert (await charger.ask("StartTransaction", begin(wrong(0.2))))["transactionId"] > 0
    assert await minutes_ago(platform) == 0


async def test_what_comes_in_one_message_keeps_its_distances(
    platform: Platform, charger: RawCharger
) -> None:
    """Of a clock that was right at the start."""
    number = (await charger.ask("StartTransaction", begin(right(60))))["transactionId"]
    values = [value(2_000, wrong(10)), value(4_000, wrong(20))]
    await charger.ask("StopTransaction", finish(number, wrong(30), transactionData=values))
    assert await course(platform) == ([40, 50, 60], [SessionWarning.TIME_REPLACED])
    assert (await platform.one(models.Session)).energy_wh == 5_000


async def test_what_waited_for_the_connection_keeps_its_distances(
    platform: Platform, charger: RawCharger
) -> None:
    """A visit that is told at once when it is long over, message by message."""
    number = (await charger.ask("StartTransaction", begin(wrong(1))))["transactionId"]
    assert await minutes_ago(platform) == 0
    await charger.ask("MeterValues", measured(number, value(2_000, wrong(11))))
    assert await minutes_ago(platform) == 10
    await charger.ask("MeterValues", measured(number, value(4_000, wrong(21))))
    await charger.ask("StopTransaction", finish(number, wrong(31)))
    assert await course(platform) == ([10, 20, 30], [SessionWarning.TIME_REPLACED])
    assert await minutes_ago(platform) == 30
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    assert session.metered_us == 30 * MINUTE
    told = [row.told_time for row in await platform.rows(models.MeterValue)]
    assert told == [11 * MINUTE, 21 * MINUTE]  # as the charger said it


async def test_what_came_late_has_the_time_that_its_clock_says(
    platform: Platform, charger: RawCharger
) -> None:
    """What was told at once says how far the clock is off; what is older waited somewhere."""
    number = (await charger.ask("StartTransaction", begin(wrong(1))))["transactionId"]
    await charger.ask("MeterValues", measured(number, value(4_000, wrong(21))))
    await charger.ask("MeterValues", measured(number, value(2_000, wrong(11))))
    await charger.ask("StopTransaction", finish(number, wrong(21)))
    assert (await course(platform))[0] == [20, 10, 20]


async def test_a_clock_that_was_set_in_between_tells_no_distance(
    platform: Platform, charger: RawCharger
) -> None:
    number = (await charger.ask("StartTransaction", begin(right(60))))["transactionId"]
    stop = finish(number, right(30), transactionData=[value(2_000, wrong(10))])
    await charger.ask("StopTransaction", stop)
    assert (await course(platform))[0] == [60, 30]


async def test_a_start_was_before_what_came_after_it(
    platform: Platform, charger: RawCharger
) -> None:
    """The clock was set, and the rest was told when the connection was back."""
    number = (await charger.ask("StartTransaction", begin(wrong(1))))["transactionId"]
    await charger.ask("MeterValues", measured(number, value(2_000, right(40))))
    await charger.ask("StopTransaction", finish(number, right(10)))
    assert (await course(platform))[0] == [0, 30]
    assert await minutes_ago(platform) == 40


@both_versions
async def test_steps_that_waited_keep_their_distances(platform: Platform, subprotocol: str) -> None:
    charger, told = await booted(platform, subprotocol), Told()
    steps = {
        1: told.started(),
        2: told.turned("Charging", 0),
        11: told.metered(3_000, 0),
        21: told.turned("SuspendedEV", 0),
        31: told.ended(),
    }
    for minutes, step in steps.items():
        for timed in (step, *step.get("meterValue", [])):
            timed["timestamp"] = wrong(minutes)
        await charger.ask("TransactionEvent", step)
    assert await course(platform) == ([0, 10, 30, 30], [SessionWarning.TIME_REPLACED])
    session = await platform.one(models.Session)
    assert session.energy_wh == 5_000
    assert (session.metered_us, session.idle_us) == (20 * MINUTE, 10 * MINUTE)


@pytest.mark.parametrize("in_session", [True, False])
@pytest.mark.parametrize("pipelined", [True, False])
async def test_values_that_are_sent_again_are_stored_once(
    platform: Platform, charger: RawCharger, in_session: bool, pipelined: bool
) -> None:
    number = None
    if in_session:
        number = (await charger.ask("StartTransaction", begin(right(60))))["transactionId"]
    for time in (wrong(10), right(20)):
        told = measured(number, value(2_000, time))
        for again in range(3):
            await charger.send([2, f"{time} {again}", "MeterValues", told])
            if not pipelined:
                await charger.receive()
        for _ in range(3 if pipelined else 0):
            await charger.receive()
    assert len(await platform.rows(models.MeterValue)) == 2


async def test_values_after_the_stop_that_are_sent_again_are_stored_once(
    platform: Platform, charger: RawCharger
) -> None:
    number = (await charger.ask("StartTransaction", begin(right(60))))["transactionId"]
    await charger.ask("StopTransaction", finish(number, right(30)))
    for time in (wrong(10), right(20), wrong(10), right(20)):
        await charger.ask("MeterValues", measured(number, value(7_000, time)))
    assert len(await platform.rows(models.MeterValue)) == 2
    assert len(await platform.events("session.meter_values")) == 2


async def test_equal_values_of_two_connectors_are_two(
    platform: Platform, charger: RawCharger
) -> None:
    for connector in (1, 2, 1, 2):
        told = {**measured(None, value(0, right(5))), "connectorId": connector}
        await charger.ask("MeterValues", told)
    assert len(await platform.rows(models.MeterValue)) == 2


async def test_a_stop_of_nothing_known_that_is_sent_again_is_kept_once(
    platform: Platform, charger: RawCharger
) -> None:
    for _ in range(2):
        await charger.ask("StopTransaction", finish(4711, wrong(10), idTag="AAAA"))
    session = await platform.one(models.Session)
    assert SessionWarning.TIME_REPLACED in warnings_of(session.warnings)
