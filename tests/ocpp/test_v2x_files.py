"""Firmware, logs and local lists of chargers of 2.0.1 and 2.1."""

from datetime import UTC, datetime
from functools import partial

from ampline.v1.charge_point_log_pb2 import ChargePointLog
from ampline.v1.firmware_update_pb2 import FirmwareUpdate
from server.domain import commands
from server.domain.authorization import TokenKind
from server.domain.commands import CommandAnswer, LogKind, Retries
from server.domain.local_lists import Entry, EntryStatus, Part
from server.work.rules import Rules
from server.work.stations import firmware_updates, logs
from server.work.stations.firmware_updates import FirmwareWanted
from server.work.stations.logs import LogWanted
from tests.ocpp.conftest import Platform
from tests.ocpp.test_commands import send
from tests.ocpp.test_v2x_commands import ACCEPTED, YES, Case
from tests.ocpp.v2x import booted, both_versions

CP = "chargePoints/OPEN"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "2026-03-01T12:00:00.000Z"
URI = f"https://ampline.example/files/{'s' * 43}/"
FIRMWARE = {"location": URI, "retrieveDateTime": TEXT}
SAID: list[Case] = [
    (
        commands.GetLog(8, LogKind.SECURITY, URI, NOON, None, Retries(1)),
        "GetLog",
        {
            "logType": "SecurityLog",
            "requestId": 8,
            "log": {"remoteLocation": URI, "oldestTimestamp": TEXT},
            "retries": 1,
        },
        {"status": "AcceptedCanceled", "filename": "security.log"},
        CommandAnswer("AcceptedCanceled", True, file_name="security.log"),
    ),
    (
        commands.GetDiagnostics(URI, None, NOON, number=9),
        "GetLog",
        {
            "logType": "DiagnosticsLog",
            "requestId": 9,
            "log": {"remoteLocation": URI, "latestTimestamp": TEXT},
        },
        YES,
        ACCEPTED,
    ),
    (
        commands.UpdateFirmware(URI, NOON, Retries(2, 60), 10),
        "UpdateFirmware",
        {"requestId": 10, "firmware": FIRMWARE, "retries": 2, "retryInterval": 60},
        YES,
        ACCEPTED,
    ),
    (
        commands.UpdateSignedFirmware(11, URI, NOON, NOON, "PEM", "c2ln"),
        "UpdateFirmware",
        {
            "requestId": 11,
            "firmware": {
                **FIRMWARE,
                "installDateTime": TEXT,
                "signingCertificate": "PEM",
                "signature": "c2ln",
            },
        },
        {"status": "InvalidCertificate"},
        CommandAnswer("InvalidCertificate", False),
    ),
    (
        commands.PublishFirmware(12, URI, "ab" * 16),
        "PublishFirmware",
        {"requestId": 12, "location": URI, "checksum": "ab" * 16},
        YES,
        ACCEPTED,
    ),
    (
        commands.UnpublishFirmware("ab" * 16),
        "UnpublishFirmware",
        {"checksum": "ab" * 16},
        {"status": "DownloadOngoing"},
        CommandAnswer("DownloadOngoing", False),
    ),
    (
        commands.SendLocalList(
            Part(
                4,
                False,
                (
                    Entry("gone", TokenKind.KEYCODE, None),
                    Entry("AAAA", TokenKind.RFID, EntryStatus.ACCEPTED, NOON, "family"),
                ),
            )
        ),
        "SendLocalList",
        {
            "versionNumber": 4,
            "updateType": "Differential",
            "localAuthorizationList": [
                {"idToken": {"idToken": "gone", "type": "KeyCode"}},
                {
                    "idToken": {"idToken": "AAAA", "type": "ISO14443"},
                    "idTokenInfo": {
                        "status": "Accepted",
                        "cacheExpiryDateTime": TEXT,
                        "groupIdToken": {"idToken": "family", "type": "Central"},
                    },
                },
            ],
        },
        {"status": "VersionMismatch"},
        CommandAnswer("VersionMismatch", False),
    ),
    (
        commands.SendLocalList(Part(5, True, ())),
        "SendLocalList",
        {"versionNumber": 5, "updateType": "Full"},
        YES,
        ACCEPTED,
    ),
]


@both_versions
async def test_what_is_said_and_heard(platform: Platform, subprotocol: str) -> None:
    charger = await booted(platform, subprotocol)
    for command, action, asked, answer, meaning in SAID:
        sending = send(platform, command)
        assert await charger.answer(answer) == (action, asked)
        assert await sending == meaning
    log = str([entry.call for entry in await platform.messages()])
    assert "/files/***" in log
    assert "s" * 43 not in log
    assert "AAAA" not in log
    assert "family" not in log


@both_versions
async def test_words_find_their_transfer_by_its_number(
    platform: Platform, subprotocol: str
) -> None:
    charger = await booted(platform, subprotocol)
    asked = LogWanted(CP, LogKind.DIAGNOSTICS, "GetLog")
    log = await platform.lane.write(partial(logs.prepare, rules=Rules(), wanted=asked))
    wanted = FirmwareWanted(CP, uri=URI)
    update = await platform.lane.write(
        partial(firmware_updates.prepare, rules=Rules(), wanted=wanted)
    )
    await charger.ask("LogStatusNotification", {"status": "Uploading", "requestId": log.number})
    told = {"status": "SignatureVerified", "requestId": update.number}
    await charger.ask("FirmwareStatusNotification", told)
    (event,) = await platform.events("charge_point.log_status")
    changed = event.charge_point_transfer_status.charge_point_log
    assert (changed.name, changed.state) == (log.name, ChargePointLog.UPLOADING)
    (event,) = await platform.events("charge_point.firmware_status")
    moved = event.charge_point_transfer_status.firmware_update
    assert (moved.name, moved.state) == (update.name, FirmwareUpdate.DOWNLOADED)
