"""Block M: chargers of 2.0.1 ask about cars' certificates, and others answer."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from server.pki.elsewhere import CertificatesElsewhere
from tests.ocpp.authority import Authority
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.test_signing import BOOT_201

CONTRACT = {"iso15118SchemaVersion": "urn:iso:15118:2:2013", "action": "Install", "exiRequest": "x"}
NOT_ENABLED = {"status": "Failed", "statusInfo": {"reasonCode": "NotEnabled"}}


@dataclass
class Elsewhere:
    """A provider of contracts, and a responder of an authority."""

    authority: Authority
    port: int = 0
    contract: dict[str, Any] = field(
        default_factory=lambda: {"status": "Accepted", "exiResponse": "y" * 7_000}
    )
    asked: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where both are."""
        return f"http://127.0.0.1:{self.port}"

    async def give_contract(self, request: web.Request) -> web.Response:
        """As a provider does."""
        self.asked.append(await request.json())
        return web.json_response(self.contract)

    async def tell_status(self, request: web.Request) -> web.Response:
        """As a responder does: good, whatever it is."""
        told = ocsp.load_der_ocsp_request(await request.read())
        self.asked.append(told.serial_number)
        root, now = self.authority.certificate, datetime.now(UTC)
        made = ocsp.OCSPResponseBuilder().add_response_by_hash(
            told.issuer_name_hash,
            told.issuer_key_hash,
            told.serial_number,
            told.hash_algorithm,
            ocsp.OCSPCertStatus.GOOD,
            now,
            now,
            None,
            None,
        )
        signed = made.responder_id(ocsp.OCSPResponderEncoding.HASH, root)
        answer = signed.sign(self.authority.key, hashes.SHA256())
        return web.Response(body=answer.public_bytes(serialization.Encoding.DER))


@pytest.fixture
async def elsewhere(authority: Authority) -> AsyncIterator[Elsewhere]:
    """The provider and the responder, listening."""
    told = Elsewhere(authority)
    served = web.Application()
    served.router.add_post("/contracts", told.give_contract)
    served.router.add_post("/ocsp", told.tell_status)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.port = runner.addresses[0][1]
    yield told
    await runner.cleanup()


async def booted(platform: Platform) -> RawCharger:
    """A charger of 2.0.1."""
    charger = await platform.connect(subprotocols=("ocpp2.0.1",))
    await charger.ask("BootNotification", BOOT_201)
    return charger


def status_of(authority: Authority, url: str) -> dict[str, Any]:
    """GetCertificateStatus of the authority's own certificate."""
    root = authority.certificate
    made = ocsp.OCSPRequestBuilder().add_certificate(root, root, hashes.SHA256()).build()
    return {
        "ocspRequestData": {
            "hashAlgorithm": "SHA256",
            "issuerNameHash": made.issuer_name_hash.hex(),
            "issuerKeyHash": made.issuer_key_hash.hex(),
            "serialNumber": f"{root.serial_number:x}",
            "responderURL": url,
        }
    }


async def test_where_nobody_is_asked_the_answer_says_so(
    platform: Platform, authority: Authority
) -> None:
    charger = await booted(platform)
    answer = await charger.ask("Get15118EVCertificate", CONTRACT)
    assert answer == {**NOT_ENABLED, "exiResponse": ""}
    url = "http://127.0.0.1:1/ocsp"
    assert await charger.ask("GetCertificateStatus", status_of(authority, url)) == NOT_ENABLED


async def test_a_contract_comes_of_its_provider(
    make_platform: PlatformMaker, elsewhere: Elsewhere
) -> None:
    services = CertificatesElsewhere(f"{elsewhere.url}/contracts")
    platform = await make_platform(certificates=services)
    charger = await booted(platform)
    answer = await charger.ask("Get15118EVCertificate", CONTRACT)
    assert answer == {"status": "Accepted", "exiResponse": "y" * 7_000}
    assert elsewhere.asked == [CONTRACT]
    assert (await platform.messages("Get15118EVCertificate"))[0].answer
    elsewhere.contract = {"status": "Failed", "exiResponse": ""}
    answer = await charger.ask("Get15118EVCertificate", CONTRACT)
    assert answer["statusInfo"]["reasonCode"] == "Refused"
    elsewhere.contract = {"status": "Accepted", "exiResponse": "y" * 7_501}
    answer = await charger.ask("Get15118EVCertificate", CONTRACT)
    assert answer["statusInfo"]["reasonCode"] == "TooLong"


async def test_a_status_comes_of_a_responder_that_may_be_asked(
    make_platform: PlatformMaker, elsewhere: Elsewhere, authority: Authority
) -> None:
    services = CertificatesElsewhere(responders=frozenset({"127.0.0.1"}))
    charger = await booted(await make_platform(certificates=services))
    asked = status_of(authority, f"{elsewhere.url}/ocsp")
    answer = await charger.ask("GetCertificateStatus", asked)
    told = ocsp.load_der_ocsp_response(base64.b64decode(answer["ocspResult"]))
    assert told.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert elsewhere.asked == [authority.certificate.serial_number]
    other = status_of(authority, f"http://localhost:{elsewhere.port}/ocsp")
    assert await charger.ask("GetCertificateStatus", other) == NOT_ENABLED
    nothing = status_of(authority, f"{elsewhere.url}/nothing")
    answer = await charger.ask("GetCertificateStatus", nothing)
    assert answer["statusInfo"]["reasonCode"] == "NoAnswer"
    assert len(elsewhere.asked) == 1
