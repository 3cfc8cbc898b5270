"""An authority elsewhere, asked by EST (RFC 7030) over TLS."""

import base64
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

from server.domain.certificates import CertificateKind, SigningRefusedError
from server.pki.outside import EstAuthority
from tests.ocpp.authority import Authority, new_key, request_for

OWN = CertificateKind.CHARGE_POINT


@dataclass
class EstServer:
    """A server of EST that signs with an authority below a root."""

    folder: Path
    status: int = 200
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = Authority(self.folder)
        key = new_key()
        self.below = x509.load_pem_x509_certificate(self.root.below("Chargers", key).encode())
        self.issuing = Authority(self.folder, "Chargers", key)

    def answer(self, path: str, body: bytes, credentials: str) -> bytes:
        """The certificates in an answer."""
        self.seen.append(credentials)
        if path.endswith("/cacerts"):
            told = [self.root.certificate, self.below]
        else:
            wanted = x509.load_der_x509_csr(base64.b64decode(body))
            told = [self.issuing.answering(wanted)]
        return base64.encodebytes(serialize_certificates(told, Encoding.DER))


@pytest.fixture
def est(tmp_path: Path) -> Iterator[tuple[EstServer, EstAuthority]]:
    """A server, and our way to it."""
    told = EstServer(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._respond(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._respond(b"")

        def _respond(self, body: bytes) -> None:
            answer = told.answer(self.path, body, self.headers["Authorization"])
            self.send_response(told.status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    own = told.root.server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.certificate, own.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"https://127.0.0.1:{server.server_port}/.well-known/est"
    yield told, EstAuthority(url, "ampline:secret", told.root.trusting())
    server.shutdown()
    thread.join()
    server.server_close()


async def test_it_signs_and_its_chain_comes_along(est: tuple[EstServer, EstAuthority]) -> None:
    server, authority = est
    chain = await authority.sign(OWN, request_for("CP1"))
    assert chain
    made, above = x509.load_pem_x509_certificates(chain.encode())
    made.verify_directly_issued_by(above)
    assert above == server.below
    assert server.seen == ["Basic " + base64.b64encode(b"ampline:secret").decode()] * 2


async def test_it_may_want_to_be_asked_again(est: tuple[EstServer, EstAuthority]) -> None:
    server, authority = est
    server.status = 202
    with pytest.raises(OSError, match="look at it first"):
        await authority.sign(OWN, request_for("CP1"))


async def test_it_may_say_no_or_fail(est: tuple[EstServer, EstAuthority]) -> None:
    server, authority = est
    server.status = 403
    with pytest.raises(SigningRefusedError, match="403"):
        await authority.sign(OWN, request_for("CP1"))
    server.status = 500
    with pytest.raises(OSError, match="500"):
        await authority.sign(OWN, request_for("CP1"))
    with pytest.raises(SigningRefusedError):
        await authority.sign(CertificateKind.V2G, request_for("CP1"))
