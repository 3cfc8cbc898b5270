"""What chargers of OCPP 2.0.1 and 2.1 tell of themselves, and the frames they do it in."""

import pytest

from ampline.v1 import charge_point_pb2
from server.domain.facts import EvseStatus, OcppVersion, StationStatus
from server.ocpp.dialect201 import OCPP_2_0_1, OCPP_2_1
from server.store import models
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import AVAILABLE, BOOT, ONLY_2_1, SAYS, TIME, booted, both_versions, connected


async def refused(charger: RawCharger, frame: object) -> list[object]:
    """The CALLERROR that a frame gets: its id and its code."""
    await charger.send(frame)
    kind, message_id, code, description, details = await charger.receive()
    assert kind == 4, code
    assert description
    assert details == {}
    return [message_id, code]


@both_versions
async def test_a_boot_is_registered(platform: Platform, subprotocol: str) -> None:
    charger = await connected(platform, subprotocol)
    answer = await charger.ask("BootNotification", BOOT)
    assert answer["status"] == "Accepted"
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == "chargePoints/OPEN")
    assert (row.vendor, row.model, row.serial_number) == ("Vendor", "Model", "S-1")
    assert (row.firmware_version, row.iccid, row.imsi) == ("2.1.0", "8931", "204")
    (event,) = await platform.events("charge_point.booted")
    assert event.charge_point_booted.reason == "PowerUp"
    assert row.ocpp_version == event.charge_point_booted.ocpp_version
    assert OcppVersion(row.ocpp_version).name.removeprefix("OCPP_").replace("_", ".") in subprotocol


@pytest.mark.parametrize(
    ("offered", "allowed", "chosen"),
    [
        (("ocpp2.1", "ocpp2.0.1", "ocpp1.6"), (), "ocpp2.1"),
        (("ocpp1.6", "ocpp2.0.1"), (), "ocpp1.6"),
        (("ocpp9", "ocpp2.0.1", "ocpp1.6"), (), "ocpp2.0.1"),
        (("ocpp2.1", "ocpp2.0.1", "ocpp1.6"), (OcppVersion.OCPP_2_0_1,), "ocpp2.0.1"),
    ],
)
async def test_the_first_version_that_both_allow_is_spoken(
    platform: Platform, offered: tuple[str, ...], allowed: tuple[int, ...], chosen: str
) -> None:
    message = charge_point_pb2.ChargePoint(allowed_ocpp_versions=allowed)  # type: ignore[arg-type]
    await platform.update(
        models.ChargePoint,
        "chargePoints/OPEN",
        allowed_ocpp_versions=message.SerializeToString() or None,
    )
    charger = await platform.connect(subprotocols=offered)
    assert charger.connection.subprotocol == chosen


async def test_before_any_boot_nothing_else_is_heard(platform: Platform) -> None:
    charger = await connected(platform)
    assert await refused(charger, [2, "1", "StatusNotification", AVAILABLE]) == [
        "1",
        "SecurityError",
    ]
    assert await platform.rows(models.Evse) == []
    await charger.ask("BootNotification", BOOT)
    assert (await charger.call("StatusNotification", AVAILABLE, "1"))[0] == 3


async def test_what_comes_right_behind_a_boot_waits_for_its_answer(platform: Platform) -> None:
    charger = await connected(platform)
    await charger.send([2, "1", "BootNotification", BOOT])
    await charger.send([2, "2", "StatusNotification", AVAILABLE])
    assert [(await charger.receive())[:2] for _ in range(2)] == [[3, "1"], [3, "2"]]


async def test_acceptance_outlives_the_connection(platform: Platform) -> None:
    charger = await booted(platform)
    await charger.hang_up()
    again = await connected(platform)
    assert await again.ask("StatusNotification", AVAILABLE) == {}


async def test_who_was_rejected_is_not_heard(platform: Platform) -> None:
    charger = await booted(platform)
    await platform.update(models.ChargePoint, "chargePoints/OPEN", state=2)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Rejected"
    assert (await charger.call("Heartbeat"))[1] == "SecurityError"
    await charger.hang_up()
    again = await connected(platform)
    assert (await again.call("Heartbeat"))[1] == "SecurityError"
    await platform.update(models.ChargePoint, "chargePoints/OPEN", state=1)
    assert (await again.ask("BootNotification", BOOT))["status"] == "Accepted"
    assert "currentTime" in await again.ask("Heartbeat")


async def test_who_is_pending_may_report_and_no_more(platform: Platform) -> None:
    await platform.update(models.ChargePoint, "chargePoints/OPEN", registration_status="Pending")
    charger = await connected(platform)
    assert await charger.ask("NotifyReport", SAYS["NotifyReport"]) == {}
    assert (await charger.call("StatusNotification", AVAILABLE))[1] == "SecurityError"


@both_versions
async def test_every_message_is_answered(platform: Platform, subprotocol: str) -> None:
    charger = await booted(platform, subprotocol)
    dialect = {"ocpp2.0.1": OCPP_2_0_1, "ocpp2.1": OCPP_2_1}[subprotocol]
    says = {**SAYS, **(ONLY_2_1 if dialect is OCPP_2_1 else {})}
    answered = {a for a, exchange in dialect.exchanges.items() if exchange.response}
    assert set(says) == answered
    for action, payload in says.items():
        answer = await charger.ask(action, payload)
        exchange = dialect.exchanges[action]
        assert exchange.response is not None
        assert exchange.response.is_valid(answer), action
        (logged,) = [row for row in await platform.messages(action) if row.call_time][-1:]
        assert logged.answer
        assert not logged.violation
    assert len(await platform.events("charge_point.firmware_status")) == 2


async def test_what_only_2_1_has_is_unknown_to_2_0_1(platform: Platform) -> None:
    charger = await booted(platform)
    for action, payload in ONLY_2_1.items():
        assert (await charger.call(action, payload))[1] == "NotImplemented"


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ("no JSON", ["-1", "RpcFrameworkError"]),
        ({}, ["-1", "RpcFrameworkError"]),
        ([2], ["-1", "RpcFrameworkError"]),
        ([2, None, "Heartbeat", {}], ["-1", "RpcFrameworkError"]),
        ([2, "1", 7, {}], ["1", "FormatViolation"]),
        ([2, "1", "Heartbeat", [1]], ["1", "FormatViolation"]),
        ([9, "1", "Heartbeat", {}], ["1", "MessageTypeNotSupported"]),
        ([6, "1", "Heartbeat", {}], ["1", "MessageTypeNotSupported"]),
        ([2, "1", "Hartbeat", {}], ["1", "NotImplemented"]),
        ([2, "1", "Reset", {"type": "OnIdle"}], ["1", "NotSupported"]),
        ([2, "1", "StatusNotification", {}], ["1", "OccurrenceConstraintViolation"]),
        (
            [2, "1", "StatusNotification", {**AVAILABLE, "evseId": "one"}],
            ["1", "TypeConstraintViolation"],
        ),
        (
            [2, "1", "StatusNotification", {**AVAILABLE, "connectorStatus": "Fine"}],
            ["1", "PropertyConstraintViolation"],
        ),
        (
            [2, "1", "StatusNotification", {**AVAILABLE, "evseId": 1000}],
            ["1", "PropertyConstraintViolation"],
        ),
    ],
)
async def test_wrong_frames_have_an_answer(
    platform: Platform, frame: object, answer: list[str]
) -> None:
    charger = await booted(platform)
    assert await refused(charger, frame) == answer
    assert "currentTime" in await charger.ask("Heartbeat")


async def test_a_field_too_many_is_a_format_violation_strictly(platform: Platform) -> None:
    await platform.update(models.ChargePoint, "chargePoints/OPEN", strict_ocpp=True)
    charger = await booted(platform)
    frame = [2, "1", "StatusNotification", {**AVAILABLE, "extra": 1}]
    assert await refused(charger, frame) == ["1", "FormatViolation"]


async def test_what_2_1_sends_without_waiting_gets_no_answer(platform: Platform) -> None:
    charger = await booted(platform, "ocpp2.1")
    stream = {"id": 1, "pending": 0, "basetime": TIME, "data": [{"t": 0, "v": "1"}]}
    await charger.send([6, "1", "NotifyPeriodicEventStream", stream])
    await charger.send([6, "2", "NotifyPeriodicEventStream", {}])
    await charger.send([5, "3", "FormatViolation", "no good", {}])
    assert "currentTime" in await charger.ask("Heartbeat")
    first, second = await platform.messages("NotifyPeriodicEventStream")
    assert (first.answer, first.violation) == (None, None)
    assert second.violation.startswith("refused")
    (disliked,) = [row for row in await platform.messages() if row.message_id == "3"]
    assert "our answer: FormatViolation no good" in disliked.violation
    assert (await charger.call("NotifyPeriodicEventStream", stream))[1] == "NotSupported"


async def test_statuses_are_of_evses_and_of_the_station(platform: Platform) -> None:
    charger = await booted(platform)
    occupied = {**AVAILABLE, "evseId": 2, "connectorStatus": "Occupied"}
    await charger.ask("StatusNotification", occupied)
    await charger.ask(
        "StatusNotification",
        {**AVAILABLE, "evseId": 0, "connectorId": 0, "connectorStatus": "Faulted"},
    )
    evse = await platform.one(models.Evse)
    assert evse.name == "chargePoints/OPEN/evses/2"
    assert evse.hardware_status == EvseStatus.OCCUPIED
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == "chargePoints/OPEN")
    assert row.hardware_status == StationStatus.FAULTED


@both_versions
@pytest.mark.parametrize(("token", "status"), [("AAAA", "Accepted"), ("BBBB", "Unknown")])
async def test_a_token_is_authorized(
    platform: Platform, subprotocol: str, token: str, status: str
) -> None:
    charger = await booted(platform, subprotocol)
    answer = await charger.ask("Authorize", {"idToken": {"idToken": token, "type": "ISO14443"}})
    assert answer["idTokenInfo"]["status"] == status
    (event,) = await platform.events("authorization.decided")
    assert event.authorization_decided.accepted is (status == "Accepted")
