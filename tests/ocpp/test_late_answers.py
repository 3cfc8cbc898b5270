"""Answers that come when nobody waits for them any more, and callers who go away."""

import asyncio

import orjson
import pytest

from server.domain.commands import CommandAnswer
from server.domain.device_commands import SetConfiguration
from server.work.gone import Gone
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.test_commands import HARD, OPEN, SOFT, refusal, send


async def test_nobody_is_asked_what_nobody_waits_for(
    platform: Platform, charger: RawCharger
) -> None:
    first = send(platform, SOFT)
    asked = await charger.receive()
    gone: Gone = asyncio.get_running_loop().create_future()
    stations = platform.bridge.stations
    unsent = asyncio.create_task(stations.command(OPEN, HARD, 10, gone))
    await charger.still_there()
    gone.set_result(None)
    assert (await refusal(unsent)).reason == "CALLER_GONE"
    assert (await refusal(stations.command(OPEN, HARD, 10, gone))).reason == "CALLER_GONE"
    await charger.send([3, asked[1], {"status": "Accepted"}])
    assert (await first).accepted
    assert await charger.ask("Heartbeat")
    assert len(await platform.messages("Reset")) == 1


async def test_a_late_answer_is_heard_all_the_same(platform: Platform, charger: RawCharger) -> None:
    heard: asyncio.Future[CommandAnswer] = asyncio.get_running_loop().create_future()
    stations = platform.bridge.stations
    asking = stations.command(OPEN, SOFT, 0.1, late=heard.set_result)
    error, asked = await asyncio.gather(refusal(asking), charger.receive())
    assert error.reason == "CHARGER_TIMEOUT"
    await charger.send([3, asked[1], {"status": "Rejected"}])
    assert await asyncio.wait_for(heard, 10) == CommandAnswer("Rejected", False)


@pytest.mark.parametrize("how", ["late", "left", "at that moment"])
async def test_what_is_told_is_kept_though_nobody_waits(
    platform: Platform, charger: RawCharger, how: str
) -> None:
    asking = send(platform, SetConfiguration("K", "9"), timeout=0.1 if how == "late" else 10)
    asked = await charger.receive()
    if how == "late":
        assert (await refusal(asking)).reason == "CHARGER_TIMEOUT"
    answer = [3, asked[1], {"status": "Accepted"}]
    if how == "at that moment":
        (visit,) = platform.bridge.stations
        visit.receive(orjson.dumps(answer))
    if how != "late":
        asking.cancel()
    await charger.send(answer)

    async def told() -> bool:
        return bool(await platform.events("charge_point.configuration_changed"))

    await platform.until(told)
