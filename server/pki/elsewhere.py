"""Cars' certificates (ISO 15118) are others': contracts come of a provider, statuses of responders.

A provider is asked over HTTPS with the JSON of Get15118EVCertificate, and answers with that of its
answer: `{"status": "Accepted", "exiResponse": "…"}`. Responders speak OCSP (RFC 6960); chargers
name them, so only those are asked whose hosts the settings name.
"""

import base64
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from server.domain.certificate_questions import (
    NOT_ENABLED,
    CertificateAnswer,
    CertificateQuestion,
    ContractAnswer,
    ContractAsked,
    StatusAnswer,
    StatusAsked,
    unanswered,
)
from server.domain.certificates import HashAlgorithm

log = logging.getLogger(__name__)

PATIENCE = aiohttp.ClientTimeout(total=20)
"""Chargers wait for 30 s, most of them."""

LARGEST = 100_000
"""Bytes of an answer."""

_ALGORITHMS: Mapping[HashAlgorithm, hashes.HashAlgorithm] = {
    HashAlgorithm.SHA256: hashes.SHA256(),
    HashAlgorithm.SHA384: hashes.SHA384(),
    HashAlgorithm.SHA512: hashes.SHA512(),
}


class CertificatesElsewhere(NamedTuple):
    """The port `CertificateServices`."""

    provider_url: str = ""
    """Of contracts; empty = there is none."""
    responders: frozenset[str] = frozenset()
    """The hosts that may be asked."""

    async def answer(self, question: CertificateQuestion) -> CertificateAnswer:
        """Asks; whatever goes wrong is told in the answer, and logged here."""
        try:
            if isinstance(question, ContractAsked):
                return await self._contract(question)
            return await self._status(question)
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            log.warning("a question about certificates was not answered: %r", error)
            return unanswered(question, "NoAnswer")

    async def _contract(self, asked: ContractAsked) -> ContractAnswer:
        if not self.provider_url:
            return ContractAnswer(problem=NOT_ENABLED)
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(
                self.provider_url, json=dict(asked.payload), allow_redirects=False
            ) as response,
        ):
            response.raise_for_status()
            told: Any = await response.json(content_type=None)
        exi = told.get("exiResponse") if isinstance(told, dict) else None
        if not isinstance(exi, str) or told.get("status") != "Accepted":
            return ContractAnswer(problem="Refused")
        return ContractAnswer(exi)

    async def _status(self, asked: StatusAsked) -> StatusAnswer:
        url = urlsplit(asked.responder_url)
        if url.scheme not in {"http", "https"} or url.hostname not in self.responders:
            return StatusAnswer(problem=NOT_ENABLED)
        headers = {"Content-Type": "application/ocsp-request"}
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(
                asked.responder_url,
                data=_request(asked),
                headers=headers,
                allow_redirects=False,
            ) as response,
        ):
            response.raise_for_status()
            told = await response.content.read(LARGEST)
        if ocsp.load_der_ocsp_response(told).response_status.name != "SUCCESSFUL":
            return StatusAnswer(problem="Refused")
        return StatusAnswer(base64.b64encode(told).decode())


def _request(asked: StatusAsked) -> bytes:
    """An OCSP request, DER. ValueError: the hashes are none."""
    told = asked.certificate
    made = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        bytes.fromhex(told.issuer_name_hash),
        bytes.fromhex(told.issuer_key_hash),
        int(told.serial_number, 16),
        _ALGORITHMS[told.algorithm],
    )
    return made.build().public_bytes(serialization.Encoding.DER)
