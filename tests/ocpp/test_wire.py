"""Frames over a socket (cases 8, 16, 17, 18, 19, 20, 28): what is answered, what is only noted."""

import asyncio
import contextlib
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from server.domain.commands import Reset, ResetKind
from server.store import models
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.raw_charger import AVAILABLE, BOOT, RawCharger

OPEN = "chargePoints/OPEN"


@pytest.mark.parametrize("message_id", ["x" * 60, 7, "", "ä€😀", "a\0b", 2**62])
async def test_the_message_id_is_echoed_as_it_came(
    charger: RawCharger, message_id: str | int
) -> None:
    assert (await charger.call("Heartbeat", message_id=message_id))[0] == 3


@pytest.mark.parametrize(
    "frame",
    ["hello", "{}", "[]", "[2]", '[2,null,"Heartbeat",{}]', '[9,"1",{}]', b"\xff\x00"],
)
async def test_what_has_no_answer_in_1_6_is_noted_and_counted(
    platform: Platform, charger: RawCharger, frame: Any
) -> None:
    await charger.ask("BootNotification", BOOT)
    await charger.send(frame)
    assert await charger.ask("Heartbeat")
    entry = (await platform.messages())[1]
    assert entry.violation.startswith("refused: ")
    assert entry.answer is None
    platform.bridge.stations.tell_seen()
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.violation_count == 1
    await charger.send(frame)
    await charger.still_there()
    await platform.bridge.stations.disconnect(OPEN, "enough")
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.violation_count == 2


@pytest.mark.parametrize("frame", ['[2,"5"]', '[2,"5",7,{}]', '[2,"5","Heartbeat",[1]]'])
async def test_a_call_of_the_wrong_shape_is_a_formation_violation(
    charger: RawCharger, frame: str
) -> None:
    await charger.send(frame)
    kind, message_id, code, _, details = await charger.receive()
    assert (kind, message_id, code, details) == (4, "5", "FormationViolation", {})


@pytest.mark.parametrize(
    "frame", ['[2,"5","Heartbeat"]', '[2,"5","Heartbeat",null]', b'[2,"5","Heartbeat",{}]']
)
async def test_no_payload_is_an_empty_one(charger: RawCharger, frame: str | bytes) -> None:
    await charger.send(frame)
    kind, message_id, payload = await charger.receive()
    assert (kind, message_id) == (3, "5")
    assert payload["currentTime"].endswith("Z")


async def test_no_payload_where_fields_are_needed(charger: RawCharger) -> None:
    await charger.send('[2,"5","BootNotification"]')
    assert (await charger.receive())[:3] == [4, "5", "OccurenceConstraintViolation"]


async def test_a_message_in_fragments(charger: RawCharger) -> None:
    text = json.dumps([2, "5", "BootNotification", BOOT])
    await charger.connection.send([text[:5], text[5:30], text[30:]])
    assert (await charger.receive())[:2] == [3, "5"]


async def test_ten_calls_get_ten_answers_in_order(charger: RawCharger) -> None:
    actions = ["Heartbeat", "Nonsense", "StatusNotification", "Authorize", "Reset"] * 2
    payloads = {"StatusNotification": AVAILABLE, "Authorize": {"idTag": "AAAA"}}
    for number, action in enumerate(actions):
        await charger.send([2, str(number), action, payloads.get(action, {})])
    answers = [await charger.receive() for _ in actions]
    assert [answer[1] for answer in answers] == [str(number) for number in range(10)]
    assert [answer[0] for answer in answers] == [3, 4, 3, 3, 4] * 2


async def test_both_sides_may_call_at_once(platform: Platform, charger: RawCharger) -> None:
    command = asyncio.create_task(platform.bridge.stations.command(OPEN, Reset(ResetKind.SOFT), 10))
    asked = await charger.receive()
    assert asked[2] == "Reset"
    assert await charger.ask("Heartbeat")  # ours still waits for its answer
    await charger.send([2, asked[1], "Heartbeat", {}])  # the same id, the other direction
    assert (await charger.receive())[:2] == [3, asked[1]]
    await charger.send([3, asked[1], {"status": "Accepted"}])
    assert (await command).accepted


async def test_the_same_call_again_gets_the_first_answer(
    platform: Platform, charger: RawCharger
) -> None:
    first = await charger.call("Heartbeat", message_id="1")
    assert await charger.call("Heartbeat", message_id="1") == first
    status = [2, "2", "StatusNotification", AVAILABLE]
    for _ in range(3):  # without waiting
        await charger.send(status)
    assert [await charger.receive() for _ in range(3)] == [[3, "2", {}]] * 3
    entries = await platform.messages("StatusNotification")
    repeated = [entry for entry in entries if entry.violation and "again" in entry.violation]
    assert len(repeated) == 2
    assert len(await platform.events("evse.hardware_status_changed")) == 1


async def test_the_same_id_with_something_else_is_another_call(charger: RawCharger) -> None:
    await charger.ask("BootNotification", BOOT)
    assert (await charger.call("Heartbeat", message_id="1"))[0] == 3
    answer = await charger.call("Authorize", {"idTag": "AAAA"}, message_id="1")
    assert answer[1]["idTagInfo"]["status"] == "Accepted"


async def test_ids_begin_anew_with_a_connection(platform: Platform) -> None:
    start = {"connectorId": 1, "idTag": "AAAA", "meterStart": 0}
    first = await platform.connect()
    answer = await first.call("Heartbeat", message_id="1")
    second = await platform.connect()
    again = await second.call("Heartbeat", message_id="1")
    assert again[0] == 3
    assert again != answer
    started = await second.call(
        "StartTransaction", {**start, "timestamp": "2020-01-01T00:00:00Z"}, message_id="2"
    )
    assert started[1]["transactionId"] > 0


@pytest.mark.parametrize(
    "frame",
    [
        '[3,"unknown",{}]',
        '[4,"unknown","InternalError","",{}]',
        '[3,"unknown","text"]',
        '[4,"un\\u0000known","E\\u0000","",{}]',
    ],
)
async def test_an_answer_to_nothing_is_noted(
    platform: Platform, charger: RawCharger, frame: str
) -> None:
    await charger.send(frame)
    assert await charger.ask("Heartbeat")
    noted = (await platform.messages())[0]
    assert noted.violation == "an answer to nothing that was asked"
    assert noted.answer == frame


async def test_a_message_beyond_a_mebibyte_closes_with_1009(
    platform: Platform, charger: RawCharger
) -> None:
    await charger.ask("BootNotification", BOOT)
    with contextlib.suppress(ConnectionClosed):
        await charger.send([2, "1", "DataTransfer", {"vendorId": "v", "data": "x" * 5_000_000}])
    assert await charger.closed() == 1009
    entry = (await platform.messages())[-1]
    assert "1009" in entry.violation


async def test_a_long_message_below_it_is_heard(charger: RawCharger) -> None:
    answer = await charger.ask("DataTransfer", {"vendorId": "v", "data": "x" * 1_000_000})
    assert answer == {"status": "UnknownVendorId"}


async def test_our_own_fault_tells_nothing_of_what_went_wrong(
    platform: Platform, charger: RawCharger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("server.ocpp.duties.transfers.reported", broken)
    answer = await charger.call("FirmwareStatusNotification", {"status": "Idle"})
    assert answer == [4, "InternalError", "an error of the central system", {}]
    assert await charger.ask("Heartbeat")
    (entry,) = await platform.messages("FirmwareStatusNotification")
    assert entry.error_code == "InternalError"
    assert "secret" not in entry.answer


async def test_what_nobody_thought_of_is_our_own_fault_too(
    charger: RawCharger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("the secret of the house")

    monkeypatch.setattr("server.ocpp.visit.understand", broken)
    for _ in range(2):
        answer = await charger.call("Heartbeat", message_id="1")
        assert answer[:2] == [4, "InternalError"]


async def test_a_deep_message_harms_nobody(charger: RawCharger) -> None:
    deep = "[" * 900 + '"\\u0000"' + "]" * 900
    await charger.send(f'[2,"1","Authorize",{{"idTag":"A","more":{deep}}}]')
    assert (await charger.receive())[1] == "1"
    await charger.send("[" * 100_000)
    assert await charger.ask("Heartbeat")


async def test_every_frame_is_in_the_log(platform: Platform, charger: RawCharger) -> None:
    await charger.ask("BootNotification", BOOT)
    (entry,) = await platform.messages()
    assert (entry.charge_point, entry.direction, entry.ocpp_version) == (OPEN, 1, 1)
    assert (entry.action, entry.message_id) == ("BootNotification", "1")
    assert json.loads(entry.call) == [2, "1", "BootNotification", BOOT]
    assert json.loads(entry.answer)[2]["status"] == "Accepted"
    assert entry.call_time <= entry.answer_time
    assert (entry.error_code, entry.violation) == (None, None)


async def test_who_floods_is_slowed_down_and_others_are_not(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(messages_per_second=5)
    flooder, other = await platform.connect(), await platform.connect("OTHER")
    for number in range(140):  # 100 at once, then 5 a second
        await flooder.send([2, str(number), "Heartbeat", {}])
    for _ in range(100):
        await flooder.receive()
    for _ in range(20):
        assert await other.ask("Heartbeat")
    assert (
        len(await platform.rows(models.OcppMessage, models.OcppMessage.charge_point == OPEN)) < 120
    )
    assert [(await flooder.receive())[1] for _ in range(5)] == [str(n) for n in range(100, 105)]
    flooder.connection.transport.abort()


async def test_calls_before_a_boot_are_answered_and_flagged(
    platform: Platform, charger: RawCharger
) -> None:
    assert await charger.ask("Heartbeat")
    await charger.ask("BootNotification", BOOT)
    assert await charger.ask("Heartbeat")
    again = await platform.connect()
    assert await again.ask("Heartbeat")
    flags = [entry.violation for entry in await platform.messages("Heartbeat")]
    assert flags == ["before any BootNotification", None, None]
