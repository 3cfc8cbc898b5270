"""Firmware, logs, reservations, vendors' messages, and what the security whitepaper adds."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from server.domain import commands
from server.domain.commands import Command, CommandAnswer, LogKind, Retries
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.test_commands import refusal, send

ROOT = "CentralSystemRootCertificate"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URI = "https://files.example/folder/"

SAID: list[tuple[Command, str, dict[str, Any], dict[str, Any], CommandAnswer]] = [
    (
        commands.UpdateFirmware(URI, NOON, Retries(3, 60)),
        "UpdateFirmware",
        {
            "location": URI,
            "retrieveDate": "2026-03-01T12:00:00.000Z",
            "retries": 3,
            "retryInterval": 60,
        },
        {},
        CommandAnswer("", True),
    ),
    (
        commands.UpdateSignedFirmware(7, URI, NOON, NOON, "PEM", "c2lnbmF0dXJl"),
        "SignedUpdateFirmware",
        {
            "requestId": 7,
            "firmware": {
                "location": URI,
                "retrieveDateTime": "2026-03-01T12:00:00.000Z",
                "installDateTime": "2026-03-01T12:00:00.000Z",
                "signingCertificate": "PEM",
                "signature": "c2lnbmF0dXJl",
            },
        },
        {"status": "InvalidCertificate"},
        CommandAnswer("InvalidCertificate", False),
    ),
    (
        commands.GetDiagnostics(URI, NOON, NOON),
        "GetDiagnostics",
        {
            "location": URI,
            "startTime": "2026-03-01T12:00:00.000Z",
            "stopTime": "2026-03-01T12:00:00.000Z",
        },
        {"fileName": "log.zip"},
        CommandAnswer("", True, file_name="log.zip"),
    ),
    (
        commands.GetLog(8, LogKind.SECURITY, URI, NOON, None, Retries(1)),
        "GetLog",
        {
            "logType": "SecurityLog",
            "requestId": 8,
            "log": {"remoteLocation": URI, "oldestTimestamp": "2026-03-01T12:00:00.000Z"},
            "retries": 1,
        },
        {"status": "AcceptedCanceled", "filename": "security.log"},
        CommandAnswer("AcceptedCanceled", True, file_name="security.log"),
    ),
    (
        commands.ReserveNow(9, 2, 1, "AAAA", NOON, "family"),
        "ReserveNow",
        {
            "connectorId": 2,
            "expiryDate": "2026-03-01T12:00:00.000Z",
            "idTag": "AAAA",
            "parentIdTag": "family",
            "reservationId": 9,
        },
        {"status": "Occupied"},
        CommandAnswer("Occupied", False),
    ),
    (
        commands.CancelReservation(9),
        "CancelReservation",
        {"reservationId": 9},
        {"status": "Accepted"},
        CommandAnswer("Accepted", True),
    ),
    (
        commands.ClearCache(),
        "ClearCache",
        {},
        {"status": "Rejected"},
        CommandAnswer("Rejected", False),
    ),
    (
        commands.GetLocalListVersion(),
        "GetLocalListVersion",
        {},
        {"listVersion": -1},
        CommandAnswer("", True, list_version=-1),
    ),
    (
        commands.SendDataTransfer("v", "m", "d"),
        "DataTransfer",
        {"vendorId": "v", "messageId": "m", "data": "d"},
        {"status": "Accepted", "data": "back"},
        CommandAnswer("Accepted", True, data="back"),
    ),
    (
        commands.SendDataTransfer("v"),
        "DataTransfer",
        {"vendorId": "v"},
        {"status": "UnknownVendorId"},
        CommandAnswer("UnknownVendorId", False),
    ),
    (
        commands.CustomCall("GetInstalledCertificateIds", {"certificateType": ROOT}),
        "GetInstalledCertificateIds",
        {"certificateType": ROOT},
        {"status": "NotFound"},
        CommandAnswer("", True, data='{"status":"NotFound"}'),
    ),
]


@pytest.mark.parametrize(("command", "action", "payload", "answer", "heard"), SAID)
async def test_what_is_said_and_heard(
    platform: Platform,
    charger: RawCharger,
    command: Command,
    action: str,
    payload: dict[str, Any],
    answer: dict[str, Any],
    heard: CommandAnswer,
) -> None:
    waiting = send(platform, command)
    assert await charger.answer(answer) == (action, payload)
    assert await waiting == heard
    (entry,) = await platform.messages(action)
    assert json.loads(entry.call)[2:] == [action, payload]


@pytest.mark.parametrize(
    "command",
    [
        commands.CustomCall("Nonsense", {}),
        commands.CustomCall("BootNotification", {}),
        commands.CustomCall("Reset", {"type": "Gently"}),
        commands.CustomCall("Reset", {}),
        commands.SendDataTransfer("v" * 256),
    ],
    ids=["unknown", "a charger's own", "a wrong value", "a value missing", "too long"],
)
async def test_what_the_version_cannot_say_is_not_sent(
    platform: Platform, charger: RawCharger, command: Command
) -> None:
    error = await refusal(send(platform, command))
    assert error.reason == "FEATURE_NOT_SUPPORTED"
    assert await platform.messages() == []


async def test_secrets_in_a_custom_call_are_masked_in_the_log(
    platform: Platform, charger: RawCharger
) -> None:
    payload = {"key": "AuthorizationKey", "value": "sesame"}
    waiting = send(platform, commands.CustomCall("ChangeConfiguration", payload))
    assert await charger.answer({"status": "Accepted"}) == ("ChangeConfiguration", payload)
    await waiting
    assert "sesame" not in str([entry.call for entry in await platform.messages()])


async def test_a_security_event_is_told_with_its_own_time(
    platform: Platform, charger: RawCharger
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    report = {
        "type": "TamperDetectionActivated",
        "timestamp": before.isoformat(),
        "techInfo": "lid",
    }
    assert await charger.ask("SecurityEventNotification", report) == {}
    (event,) = await platform.events("charge_point.security_event")
    told = event.charge_point_security_event
    assert (told.type, told.tech_info) == (report["type"], "lid")
    assert event.time.ToDatetime(UTC) == before
    assert event.subject == "chargePoints/OPEN"


@pytest.mark.parametrize(
    ("action", "type_"),
    [
        ("LogStatusNotification", "charge_point.log_status"),
        ("SignedFirmwareStatusNotification", "charge_point.firmware_status"),
    ],
)
async def test_how_a_transfer_goes_is_told_with_its_number(
    platform: Platform, charger: RawCharger, action: str, type_: str
) -> None:
    word = "Uploading" if action.startswith("Log") else "Downloading"
    assert await charger.ask(action, {"status": word, "requestId": 8}) == {}
    (event,) = await platform.events(type_)
    told = event.charge_point_transfer_status
    assert (told.status, told.transfer_number) == (word, 8)


async def test_nobody_signs_certificates_here(charger: RawCharger) -> None:
    assert await charger.ask("SignCertificate", {"csr": "PEM"}) == {"status": "Rejected"}
