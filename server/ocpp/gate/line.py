"""How a charger came: from where, by TLS or not, and with which certificate.

The bridge's own TLS port knows. At the plain port a proxy of ours may say it, in headers that count
from nobody else: X-Forwarded-For, X-Forwarded-Proto, and Envoy's X-Forwarded-Client-Cert, which has
the certificate itself.
"""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple
from urllib.parse import unquote

from cryptography import x509
from cryptography.x509.oid import NameOID
from websockets.http11 import Request

from server.domain.addresses import remote_address
from server.ocpp.link.secure import Secured
from server.ocpp.link.socket import Socket

Judge = Callable[[x509.Certificate], str]
"""Why a certificate is worth nothing; empty = it is good."""

_BETWEEN = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""The commas between what several proxies said, not those within quotes."""
_CERTIFICATE = re.compile(r'(?:^|;)\s*Cert="([^"]*)"', re.IGNORECASE)


class Presented(NamedTuple):
    """A charger's certificate, whose key it has."""

    common_name: str
    serial_number: int
    problem: str
    """Why it is worth nothing; empty = it is good."""


class Line(NamedTuple):
    """How a charger came."""

    address: str
    by_tls: bool = False
    certificate: Presented | None = None


def line_of(socket: Socket, request: Request, trusted: Collection[str], judge: Judge) -> Line:
    """How whoever knocks came; `judge` says what a certificate is worth of which we are told."""
    headers = request.headers
    address = remote_address(socket.peer, headers.get_all("X-Forwarded-For"), trusted)
    secured = socket.secured
    if secured is None and socket.peer in trusted:
        secured = _told(
            headers.get_all("X-Forwarded-Proto"),
            headers.get_all("X-Forwarded-Client-Cert"),
            judge,
        )
    return Line(address) if secured is None else Line(address, True, _presented(secured))


def _told(protocols: list[str], certificates: list[str], judge: Judge) -> Secured | None:
    if protocols[-1:] != ["https"]:
        return None
    nearest = _BETWEEN.split(certificates[-1])[-1] if certificates else ""
    found = _CERTIFICATE.search(nearest)
    if found is None:
        return Secured(None, "")
    try:
        certificate = x509.load_pem_x509_certificate(unquote(found[1]).encode())
    except ValueError:
        return Secured(None, "")
    return Secured(certificate, judge(certificate))


def _presented(secured: Secured) -> Presented | None:
    certificate = secured.certificate
    if certificate is None:
        return None
    return Presented(common_name(certificate.subject), certificate.serial_number, secured.problem)


def common_name(subject: x509.Name) -> str:
    """The last common name, as OpenSSL's tools tell it; empty if there is none."""
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    value = names[-1].value if names else ""
    return value if isinstance(value, str) else ""
