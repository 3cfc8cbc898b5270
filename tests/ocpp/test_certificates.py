"""Certificates as 1.6 says and hears them."""

from typing import Any

import pytest

from server.domain import commands
from server.domain.certificates import CertificateHash, CertificateUse, HashAlgorithm
from server.domain.commands import Command, CommandAnswer
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.test_commands import send

ROOT = CertificateHash(HashAlgorithm.SHA384, "aa", "bb", "cc")
HASHES = {
    "hashAlgorithm": "SHA384",
    "issuerNameHash": "aa",
    "issuerKeyHash": "bb",
    "serialNumber": "cc",
}
SAID: list[tuple[Command, str, dict[str, Any], dict[str, Any], CommandAnswer]] = [
    (
        commands.InstallCertificate(CertificateUse.MANUFACTURER_ROOT, "PEM"),
        "InstallCertificate",
        {"certificateType": "ManufacturerRootCertificate", "certificate": "PEM"},
        {"status": "Failed"},
        CommandAnswer("Failed", False),
    ),
    (
        commands.DeleteCertificate(ROOT),
        "DeleteCertificate",
        {"certificateHashData": HASHES},
        {"status": "Accepted"},
        CommandAnswer("Accepted", True),
    ),
    (
        commands.GetInstalledCertificates(CertificateUse.CENTRAL_SYSTEM_ROOT),
        "GetInstalledCertificateIds",
        {"certificateType": "CentralSystemRootCertificate"},
        {"status": "Accepted", "certificateHashData": [HASHES]},
        CommandAnswer("Accepted", True, certificates=(ROOT,)),
    ),
    (
        commands.GetInstalledCertificates(CertificateUse.CENTRAL_SYSTEM_ROOT),
        "GetInstalledCertificateIds",
        {"certificateType": "CentralSystemRootCertificate"},
        {"status": "NotFound"},
        CommandAnswer("NotFound", True),
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
