"""Chargers ask for certificates, get them, come in by them, and renew them."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from ampline.v1.charge_point_certificate_pb2 import ChargePointCertificate as Certificate
from server.domain.certificates import CertificateKind, SigningRefusedError
from server.pki.outside import ByHand
from server.pki.own import OwnAuthority, kept_or_made
from server.relay.signing import Signing
from server.store import models
from server.store.clock import now_us
from server.work.ports import CertificateAuthority
from server.work.rules import Rules
from server.work.stations import certificates
from tests.ocpp.authority import (
    Authority,
    Identity,
    key_pem,
    new_key,
    request_for,
    tls_settings,
)
from tests.ocpp.conftest import PASSWORD, Platform, PlatformMaker
from tests.ocpp.raw_charger import BOOT, RawCharger
from tests.ocpp.secured import CERTIFICATE, in_force, refusal, register

DAY = 86_400
VALIDITY = timedelta(days=90)
BOOT_201 = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}


class Clockwork:
    """The signing of a platform, with a clock that a test sets."""

    def __init__(self, platform: Platform, authority: CertificateAuthority) -> None:
        self.ahead = 0
        self._signing = Signing(
            platform.lane,
            platform.reads,
            platform.bridge.stations,
            authority,
            renewal=30 * DAY,
            now=lambda: now_us() + self.ahead * 1_000_000,
        )
        self.tick = self._signing.tick


@pytest.fixture
def own(tmp_path: Path) -> OwnAuthority:
    """The platform's own authority."""
    return kept_or_made(tmp_path / "data", VALIDITY)


@pytest.fixture
def clockwork(platform: Platform, own: OwnAuthority) -> Clockwork:
    """The platform's signing."""
    return Clockwork(platform, own)


async def ask(charger: RawCharger, request: str) -> str:
    """Asks for a certificate; whether somebody will see to it."""
    return str((await charger.ask("SignCertificate", {"csr": request}))["status"])


async def handed_over(charger: RawCharger, clockwork: Clockwork, status: str = "Accepted") -> str:
    """Lets it be signed, and then handed to the charger; returns the chain."""
    await clockwork.tick()
    ticking = asyncio.create_task(clockwork.tick())
    action, payload = await charger.answer({"status": status})
    await ticking
    assert action == "CertificateSigned"
    return str(payload["certificateChain"])


async def states(platform: Platform) -> list[int]:
    """How far each certificate came, the oldest first."""
    return [row.state for row in await platform.rows(models.ChargePointCertificate)]


async def test_a_certificate_is_asked_for_signed_and_handed_over(
    platform: Platform, charger: RawCharger, clockwork: Clockwork, own: OwnAuthority
) -> None:
    key = new_key()
    assert await ask(charger, request_for("OPEN", key=key)) == "Accepted"
    chain = await handed_over(charger, clockwork)
    (made,) = x509.load_pem_x509_certificates(chain.encode())
    made.verify_directly_issued_by(own.chain[0])
    assert made.public_key() == key.public_key()
    assert made.subject.rfc4514_string() == "CN=OPEN"
    row = await platform.one(models.ChargePointCertificate)
    assert (row.state, row.key_kind) == (Certificate.INSTALLED, "EC secp256r1")
    assert (row.serial_number, row.certificate_chain) == (f"{made.serial_number:x}", chain)
    assert row.expire_time - row.begin_time == pytest.approx(
        VALIDITY.total_seconds() * 1e6, rel=0.01
    )
    told = await platform.events("charge_point.certificate_changed")
    assert [each.charge_point_certificate_changed.certificate.state for each in told] == [
        Certificate.REQUESTED,
        Certificate.SIGNED,
        Certificate.INSTALLED,
    ]
    assert {each.charge_point for each in told} == {"chargePoints/OPEN"}
    assert (await platform.messages("CertificateSigned"))[0].error_code is None


WEAK = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    ("request_text", "problem"),
    [
        ("nothing of the kind", "no readable"),
        (request_for("CP1"), "common name"),
        (request_for("OPEN", key=WEAK), "RSA of 2048"),
    ],
)
async def test_what_is_not_signed(
    platform: Platform, charger: RawCharger, request_text: str, problem: str
) -> None:
    assert await ask(charger, request_text) == "Rejected"
    row = await platform.one(models.ChargePointCertificate)
    assert row.state == Certificate.DECLINED
    assert problem in row.problem
    assert row.due_time is None


async def test_the_organization_is_asked_for(make_platform: PlatformMaker) -> None:
    platform = await make_platform(Rules(charger_organization="Voltage Ltd"))
    charger = await platform.connect()
    assert await ask(charger, request_for("OPEN", "Somebody")) == "Rejected"
    assert await ask(charger, request_for("OPEN", "Voltage Ltd")) == "Accepted"


async def test_the_newest_request_counts(platform: Platform, charger: RawCharger) -> None:
    for _ in range(3):
        assert await ask(charger, request_for("OPEN")) == "Accepted"
    assert await states(platform) == [Certificate.REQUESTED]


async def test_a_charger_that_does_not_take_it(
    platform: Platform, charger: RawCharger, clockwork: Clockwork
) -> None:
    await ask(charger, request_for("OPEN"))
    await handed_over(charger, clockwork, "Rejected")
    row = await platform.one(models.ChargePointCertificate)
    assert (row.state, row.problem) == (Certificate.REFUSED, "the charge point answered Rejected")
    assert row.due_time is None


async def test_a_charger_that_is_away_gets_it_later(
    platform: Platform, charger: RawCharger, clockwork: Clockwork
) -> None:
    await ask(charger, request_for("OPEN"))
    await clockwork.tick()
    await charger.hang_up()
    await clockwork.tick()
    assert await states(platform) == [Certificate.SIGNED]
    again = await platform.connect()
    clockwork.ahead = 3600
    ticking = asyncio.create_task(clockwork.tick())
    assert (await again.answer({"status": "Accepted"}))[0] == "CertificateSigned"
    await ticking
    assert await states(platform) == [Certificate.INSTALLED]


async def test_two_nodes_do_it_once(
    platform: Platform, charger: RawCharger, clockwork: Clockwork, own: OwnAuthority
) -> None:
    other = Clockwork(platform, own)
    await ask(charger, request_for("OPEN"))
    await asyncio.gather(clockwork.tick(), other.tick())
    told = await platform.events("charge_point.certificate_changed")
    assert len(told) == 2


async def test_it_is_renewed_in_time(
    platform: Platform, charger: RawCharger, clockwork: Clockwork
) -> None:
    await ask(charger, request_for("OPEN"))
    await handed_over(charger, clockwork)
    clockwork.ahead = 59 * DAY
    await clockwork.tick()
    assert not await platform.messages("ExtendedTriggerMessage")
    clockwork.ahead = 61 * DAY
    ticking = asyncio.create_task(clockwork.tick())
    action, asked = await charger.answer({"status": "Accepted"})
    await ticking
    assert (action, asked) == (
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
    )
    await clockwork.tick()
    assert len(await platform.messages("ExtendedTriggerMessage")) == 1
    await ask(charger, request_for("OPEN"))
    await handed_over(charger, clockwork)
    older, newer = await platform.rows(models.ChargePointCertificate)
    assert (older.state, newer.state) == (Certificate.INSTALLED, Certificate.INSTALLED)
    assert older.due_time is None
    assert newer.due_time == newer.expire_time - 30 * DAY * 1_000_000


async def test_what_an_operator_signs(
    platform: Platform, charger: RawCharger, authority: Authority
) -> None:
    by_hand = Clockwork(platform, ByHand())
    key = new_key()
    await ask(charger, request_for("OPEN", key=key))
    await by_hand.tick()
    await by_hand.tick()
    row = await platform.one(models.ChargePointCertificate)
    assert (row.state, row.due_time) == (Certificate.REQUESTED, None)
    other = authority.signed("OPEN", new_key())
    with pytest.raises(SigningRefusedError, match="another key"):
        await platform.lane.write(partial(certificates.signed, name=row.name, chain=other))
    chain = authority.signed("OPEN", key)
    await platform.lane.write(partial(certificates.signed, name=row.name, chain=chain))
    ticking = asyncio.create_task(by_hand.tick())
    assert (await charger.answer({"status": "Accepted"}))[1] == {"certificateChain": chain}
    await ticking
    assert await states(platform) == [Certificate.INSTALLED]


async def test_a_certificate_of_ours_lets_in_until_it_is_revoked(
    make_platform: PlatformMaker, authority: Authority, own: OwnAuthority, tmp_path: Path
) -> None:
    settings = {**tls_settings(authority), "ocpp_client_authorities": ()}
    platform = await make_platform(authorities=own.chain, **settings)
    clockwork = Clockwork(platform, own)
    charger = await platform.connect("CP1", PASSWORD, tls=authority.trusting())
    key = new_key()
    await ask(charger, request_for("CP1", key=key))
    chain = await handed_over(charger, clockwork)
    identity = Identity(tmp_path / "own.pem", tmp_path / "own.key")
    identity.certificate.write_text(chain)
    identity.key.write_bytes(key_pem(key))
    await register(platform, CERTIFICATE)
    again = await platform.connect("CP1", tls=authority.trusting(identity))
    assert (await again.ask("BootNotification", BOOT))["status"] == "Accepted"
    assert await in_force(platform) == CERTIFICATE
    row = await platform.one(models.ChargePointCertificate)
    revoke = partial(certificates.revoked, name=row.name, problem="stolen")
    await platform.lane.write(revoke)
    told = await refusal(platform, tls=authority.trusting(identity))
    assert told == "InvalidChargePointCertificate: the certificate is revoked"
    await platform.lane.write(partial(certificates.forget, charge_point="chargePoints/CP1"))
    assert "revoked" in await refusal(platform, tls=authority.trusting(identity))


@pytest.mark.parametrize(
    ("said", "kind", "requested"),
    [
        ({}, CertificateKind.CHARGE_POINT, "SignChargingStationCertificate"),
        (
            {"certificateType": "ChargingStationCertificate"},
            CertificateKind.CHARGE_POINT,
            "SignChargingStationCertificate",
        ),
    ],
)
async def test_the_same_in_2_0_1(
    platform: Platform,
    clockwork: Clockwork,
    said: dict[str, Any],
    kind: CertificateKind,
    requested: str,
) -> None:
    charger = await platform.connect(subprotocols=("ocpp2.0.1",))
    await charger.ask("BootNotification", BOOT_201)
    asked = {"csr": request_for("OPEN"), **said}
    assert (await charger.ask("SignCertificate", asked))["status"] == "Accepted"
    await clockwork.tick()
    ticking = asyncio.create_task(clockwork.tick())
    action, payload = await charger.answer({"status": "Accepted"})
    await ticking
    assert (action, payload["certificateType"]) == (
        "CertificateSigned",
        "ChargingStationCertificate",
    )
    row = await platform.one(models.ChargePointCertificate)
    assert (row.state, row.kind) == (Certificate.INSTALLED, kind)
    clockwork.ahead = 61 * DAY
    ticking = asyncio.create_task(clockwork.tick())
    assert await charger.answer({"status": "Accepted"}) == (
        "TriggerMessage",
        {"requestedMessage": requested},
    )
    await ticking


async def test_our_authority_is_none_of_iso_15118s(
    platform: Platform, clockwork: Clockwork
) -> None:
    charger = await platform.connect(subprotocols=("ocpp2.0.1",))
    await charger.ask("BootNotification", BOOT_201)
    asked = {"csr": request_for("OPEN"), "certificateType": "V2GCertificate"}
    assert (await charger.ask("SignCertificate", asked))["status"] == "Accepted"
    await clockwork.tick()
    row = await platform.one(models.ChargePointCertificate)
    assert (row.state, row.kind) == (Certificate.DECLINED, CertificateKind.V2G)
    assert "15118" in row.problem
