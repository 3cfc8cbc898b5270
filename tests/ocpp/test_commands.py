"""Commands: what goes out, what comes back, and what when nothing does (case 18)."""

import asyncio
import json
from typing import Any

import pytest

from server.domain import commands
from server.domain.commands import (
    Availability,
    ChangeAvailability,
    Command,
    CommandAnswer,
    ExtendedTriggerMessage,
    Reset,
    ResetKind,
    TriggeredMessage,
    TriggerMessage,
    UnlockConnector,
)
from server.domain.device_commands import GetConfiguration, SetConfiguration
from server.domain.device_model import Mutability, Setting, Told
from server.domain.errors import Outcome, RefusedError
from server.store import models
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger

OPEN = "chargePoints/OPEN"
UNLOCK = UnlockConnector(1, 1)
SOFT, HARD = Reset(ResetKind.SOFT), Reset(ResetKind.HARD)


def send(
    platform: Platform, command: Command, timeout: float = 10
) -> "asyncio.Task[CommandAnswer]":
    """Gives the command; the task is its answer."""
    return asyncio.create_task(platform.bridge.stations.command(OPEN, command, timeout))


async def refusal(waiting: Any) -> RefusedError:
    """How it was refused."""
    with pytest.raises(RefusedError) as caught:
        await waiting
    return caught.value


SAID: list[tuple[Command, str, dict[str, Any], dict[str, Any], bool]] = [
    (
        commands.StartTransaction(2, 1, "AAAA", 7),
        "RemoteStartTransaction",
        {"idTag": "AAAA", "connectorId": 2},
        {"status": "Accepted"},
        True,
    ),
    (
        commands.StartTransaction(0, 0, "AAAA", 7),
        "RemoteStartTransaction",
        {"idTag": "AAAA"},
        {"status": "Rejected"},
        False,
    ),
    (
        commands.StopTransaction("12"),
        "RemoteStopTransaction",
        {"transactionId": 12},
        {"status": "Accepted"},
        True,
    ),
    (UnlockConnector(1, 1), "UnlockConnector", {"connectorId": 1}, {"status": "Unlocked"}, True),
    (
        UnlockConnector(1, 1),
        "UnlockConnector",
        {"connectorId": 1},
        {"status": "UnlockFailed"},
        False,
    ),
    (
        UnlockConnector(1, 1),
        "UnlockConnector",
        {"connectorId": 1},
        {"status": "NotSupported"},
        False,
    ),
    (SOFT, "Reset", {"type": "Soft"}, {"status": "Accepted"}, True),
    (HARD, "Reset", {"type": "Hard"}, {"status": "Rejected"}, False),
    (
        ChangeAvailability(0, Availability.INOPERATIVE),
        "ChangeAvailability",
        {"connectorId": 0, "type": "Inoperative"},
        {"status": "Scheduled"},
        True,
    ),
    (
        ChangeAvailability(2, Availability.OPERATIVE),
        "ChangeAvailability",
        {"connectorId": 2, "type": "Operative"},
        {"status": "Accepted"},
        True,
    ),
    (
        SetConfiguration("HeartbeatInterval", "60"),
        "ChangeConfiguration",
        {"key": "HeartbeatInterval", "value": "60"},
        {"status": "RebootRequired"},
        True,
    ),
    (
        SetConfiguration("Nonsense", ""),
        "ChangeConfiguration",
        {"key": "Nonsense", "value": ""},
        {"status": "NotSupported"},
        False,
    ),
    (
        TriggerMessage(TriggeredMessage.METER_VALUES, 1),
        "TriggerMessage",
        {"requestedMessage": "MeterValues", "connectorId": 1},
        {"status": "Accepted"},
        True,
    ),
    (
        TriggerMessage(TriggeredMessage.LOG_STATUS_NOTIFICATION),
        "TriggerMessage",
        {"requestedMessage": "DiagnosticsStatusNotification"},
        {"status": "NotImplemented"},
        False,
    ),
    (
        ExtendedTriggerMessage(TriggeredMessage.SIGN_CERTIFICATE),
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
        {"status": "Accepted"},
        True,
    ),
    (
        ExtendedTriggerMessage(TriggeredMessage.LOG_STATUS_NOTIFICATION, 2),
        "ExtendedTriggerMessage",
        {"requestedMessage": "LogStatusNotification", "connectorId": 2},
        {"status": "NotImplemented"},
        False,
    ),
]


@pytest.mark.parametrize(("command", "action", "payload", "answer", "accepted"), SAID)
async def test_what_is_said_and_heard(
    platform: Platform,
    charger: RawCharger,
    command: Command,
    action: str,
    payload: dict[str, Any],
    answer: dict[str, Any],
    accepted: bool,
) -> None:
    waiting = send(platform, command)
    assert await charger.answer(answer) == (action, payload)
    assert await waiting == CommandAnswer(answer["status"], accepted)
    (entry,) = await platform.messages(action)
    assert entry.direction == 2
    assert json.loads(entry.call)[2:] == [action, payload]
    assert json.loads(entry.answer)[2] == answer
    assert entry.call_time <= entry.answer_time


async def test_configuration_is_told_without_secrets(
    platform: Platform, charger: RawCharger
) -> None:
    waiting = send(platform, GetConfiguration(("HeartbeatInterval", "AuthorizationKey", "X")))
    answer = {
        "configurationKey": [
            {"key": "HeartbeatInterval", "readonly": False, "value": "60"},
            {"key": "AuthorizationKey", "readonly": False, "value": "sesame"},
            {"key": "NumberOfConnectors", "readonly": True},
        ],
        "unknownKey": ["X"],
    }
    action, payload = await charger.answer(answer)
    assert (action, payload["key"][0]) == ("GetConfiguration", "HeartbeatInterval")
    assert await waiting == CommandAnswer(
        "",
        True,
        (
            Told(Setting("HeartbeatInterval"), "60", Mutability.READ_WRITE),
            Told(Setting("AuthorizationKey"), "", Mutability.READ_WRITE),
            Told(Setting("NumberOfConnectors"), "", Mutability.READ_ONLY),
        ),
        ("X",),
    )
    assert "sesame" not in str([entry.answer for entry in await platform.messages()])


async def test_all_configuration_is_asked_for_without_keys(
    platform: Platform, charger: RawCharger
) -> None:
    waiting = send(platform, GetConfiguration())
    assert await charger.answer({}) == ("GetConfiguration", {})
    assert (await waiting).accepted


async def test_secrets_are_masked_in_the_log(platform: Platform, charger: RawCharger) -> None:
    waiting = send(platform, SetConfiguration("AuthorizationKey", "sesame"))
    _, payload = await charger.answer({"status": "Accepted"})
    assert payload["value"] == "sesame"
    await waiting
    (entry,) = await platform.messages()
    assert "sesame" not in entry.call
    assert "AuthorizationKey" in entry.call


async def test_who_is_not_connected_is_offline_at_once(platform: Platform) -> None:
    error = await refusal(send(platform, SOFT))
    assert (error.outcome, error.reason) == (Outcome.UNAVAILABLE, "CHARGER_OFFLINE")
    charger = await platform.connect()
    await charger.ask("Heartbeat")
    await platform.bridge.stations.disconnect(OPEN, "away")
    error = await refusal(send(platform, SOFT))
    assert "T" in error.metadata["last_seen_time"]


async def test_a_callerror_is_the_chargers_error(platform: Platform, charger: RawCharger) -> None:
    waiting = send(platform, SOFT)
    _, message_id, *_ = await charger.receive()
    await charger.send([4, message_id, "InternalError", "smoke", {}])
    error = await refusal(waiting)
    assert (error.outcome, error.reason) == (Outcome.FAILED_PRECONDITION, "CHARGER_ERROR")
    assert error.metadata == {"error_code": "InternalError", "error_description": "smoke"}
    (entry,) = await platform.messages("Reset")
    assert entry.error_code == "InternalError"


@pytest.mark.parametrize("payload", [{}, {"status": "Perhaps"}, {"status": 5}, None, "text", [1]])
async def test_a_useless_answer_is_the_chargers_error(
    platform: Platform, charger: RawCharger, payload: Any
) -> None:
    waiting = send(platform, SOFT)
    await charger.answer(payload)
    error = await refusal(waiting)
    assert (error.reason, error.metadata["error_code"]) == ("CHARGER_ERROR", "FormationViolation")


async def test_an_answer_with_too_much_is_understood(
    platform: Platform, charger: RawCharger
) -> None:
    waiting = send(platform, SOFT)
    await charger.answer({"status": "Accepted", "more": 1})
    assert (await waiting).accepted


@pytest.mark.parametrize(
    "command",
    [
        commands.StartTransaction(1, 1, "x" * 21, 7),
        commands.StopTransaction("not a number"),
        SetConfiguration("k" * 51, "v"),
    ],
)
async def test_what_the_version_cannot_say_is_not_sent(
    platform: Platform, charger: RawCharger, command: Command
) -> None:
    error = await refusal(send(platform, command))
    assert (error.outcome, error.reason) == (Outcome.FAILED_PRECONDITION, "FEATURE_NOT_SUPPORTED")
    assert error.metadata["ocpp_version"] == "OCPP_1_6"
    assert await charger.ask("Heartbeat")


async def test_one_at_a_time_in_order(platform: Platform, charger: RawCharger) -> None:
    waiting = [send(platform, command) for command in (SOFT, HARD, SOFT)]
    for kind in ("Soft", "Hard", "Soft"):
        frame = await charger.receive()
        assert frame[3] == {"type": kind}
        assert await charger.ask("Heartbeat")  # and nothing else came meanwhile
        await charger.send([3, frame[1], {"status": "Accepted"}])
    assert all([(await each).accepted for each in waiting])


async def test_chargers_do_not_wait_for_each_other(platform: Platform, charger: RawCharger) -> None:
    other = await platform.connect("OTHER")
    stuck = send(platform, SOFT)
    await charger.receive()
    waiting = asyncio.create_task(platform.bridge.stations.command("chargePoints/OTHER", HARD, 10))
    assert (await other.answer({"status": "Accepted"}))[0] == "Reset"
    assert (await waiting).accepted
    stuck.cancel()


async def test_a_late_answer_is_noted_and_never_given_to_the_next(
    platform: Platform, charger: RawCharger
) -> None:
    slow = send(platform, SOFT, timeout=0.1)
    first = await charger.receive()
    error = await refusal(slow)
    assert (error.outcome, error.reason) == (Outcome.DEADLINE_EXCEEDED, "CHARGER_TIMEOUT")
    following = send(platform, HARD)
    second = await charger.receive()
    await charger.send([3, first[1], {"status": "Accepted"}])
    await charger.send([3, second[1], {"status": "Rejected"}])
    assert (await following).status == "Rejected"
    late, on_time = await platform.messages("Reset")
    assert late.violation.startswith("LATE")
    assert json.loads(late.answer)[2] == {"status": "Accepted"}
    assert on_time.violation is None


async def test_the_queue_counts_as_waiting(platform: Platform, charger: RawCharger) -> None:
    first = send(platform, SOFT)
    asked = await charger.receive()
    error = await refusal(send(platform, HARD, timeout=0.1))
    assert (error.reason, error.metadata["sent"]) == ("CHARGER_TIMEOUT", "false")
    await charger.send([3, asked[1], {"status": "Accepted"}])
    assert (await first).accepted
    assert await charger.ask("Heartbeat")
    assert len(await platform.messages("Reset")) == 1


async def test_who_goes_away_takes_an_unsent_command_along(
    platform: Platform, charger: RawCharger
) -> None:
    first = send(platform, SOFT)
    asked = await charger.receive()
    unsent = send(platform, HARD)
    await charger.still_there()
    unsent.cancel()
    with pytest.raises(asyncio.CancelledError):
        await unsent
    await charger.send([3, asked[1], {"status": "Accepted"}])
    assert (await first).accepted
    assert await charger.ask("Heartbeat")
    assert len(await platform.messages("Reset")) == 1


async def test_a_sent_command_keeps_its_turn_when_its_caller_goes(
    platform: Platform, charger: RawCharger
) -> None:
    gone = send(platform, SOFT)
    asked = await charger.receive()
    gone.cancel()
    following = send(platform, HARD)
    assert await charger.ask("Heartbeat")  # the next one waits for the answer
    await charger.send([3, asked[1], {"status": "Accepted"}])
    assert (await charger.answer({"status": "Accepted"}))[1] == {"type": "Hard"}
    assert (await following).accepted
    first, _ = await platform.messages("Reset")
    assert json.loads(first.answer)[2] == {"status": "Accepted"}


async def test_when_the_connection_breaks_all_that_waits_fails(
    platform: Platform, charger: RawCharger
) -> None:
    waiting = [send(platform, command) for command in (SOFT, HARD)]
    await charger.receive()
    charger.connection.transport.abort()
    for each in waiting:
        assert (await refusal(each)).reason == "CHARGER_OFFLINE"
    assert len(await platform.rows(models.OcppMessage)) == 1
