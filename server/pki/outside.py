"""Authorities elsewhere: one that is asked by EST (RFC 7030), and operators who sign by hand."""

import asyncio
import base64
import ssl
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from server.domain.certificates import CertificateKind, SigningRefusedError

PATIENCE = 20.0
"""Seconds that the authority has for an answer."""

LARGEST = 1_000_000
"""Bytes of an answer."""


class ByHand:
    """Operators see who asks, have it signed where they will, and bring the certificate."""

    async def sign(self, kind: CertificateKind, request: str) -> str | None:
        """Nothing yet."""
        return None


class EstAuthority(NamedTuple):
    """An authority that speaks EST; `url` is its `https://…/.well-known/est`."""

    url: str
    credentials: str = ""
    """`username:password`, if it wants to know who asks."""
    context: ssl.SSLContext | None = None

    async def sign(self, kind: CertificateKind, request: str) -> str | None:
        """The certificate with its chain, PEM. SigningRefusedError: it says no.

        OSError, ValueError: it cannot be reached or understood, or wants to be asked again.
        """
        if kind is not CertificateKind.CHARGE_POINT:
            raise SigningRefusedError("the authority is asked for charge points' own alone")
        return await asyncio.to_thread(self._enroll, request)

    def _enroll(self, request: str) -> str:
        wanted = x509.load_pem_x509_csr(request.encode())
        body = base64.encodebytes(wanted.public_bytes(serialization.Encoding.DER))
        try:
            status, answer = self._ask("simpleenroll", body)
        except HTTPError as error:
            if 400 <= error.code < 500:
                raise SigningRefusedError(f"the authority answered {error.code}") from None
            raise
        if status == 202:
            raise OSError("the authority has to look at it first")  # RFC 7030, 4.2.3: ask again
        made = _certificates(answer)[0]
        _, known = self._ask("cacerts", None)
        chain = _leading_up(made, _certificates(known))
        return "".join(
            each.public_bytes(serialization.Encoding.PEM).decode() for each in (made, *chain)
        )

    def _ask(self, operation: str, body: bytes | None) -> tuple[int, bytes]:
        headers = {"Accept": "application/pkcs7-mime"}
        if body is not None:
            headers |= {
                "Content-Type": "application/pkcs10",
                "Content-Transfer-Encoding": "base64",
            }
        if self.credentials:
            token = base64.b64encode(self.credentials.encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        asked = Request(f"{self.url.rstrip('/')}/{operation}", data=body, headers=headers)  # noqa: S310 - an operator's setting
        with urlopen(asked, timeout=PATIENCE, context=self.context) as answer:  # noqa: S310 - as above
            return answer.status, answer.read(LARGEST)


def _certificates(answer: bytes) -> list[x509.Certificate]:
    return pkcs7.load_der_pkcs7_certificates(base64.b64decode(answer))


def _leading_up(made: x509.Certificate, known: list[x509.Certificate]) -> list[x509.Certificate]:
    """Those between the certificate and its root, in their order; the root is known already."""
    by_subject = {each.subject: each for each in known}
    chain: list[x509.Certificate] = []
    above = by_subject.get(made.issuer)
    while above is not None and above.subject != above.issuer and above not in chain:
        chain.append(above)
        above = by_subject.get(above.issuer)
    return chain
