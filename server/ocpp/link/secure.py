"""TLS between a charger's socket and its TCP connection (OpenSSL's engine, in memory).

Not asyncio's own: that cuts a charger whose certificate does not hold before anybody knows whose
it is, and keeps a large buffer for each connection. Here whoever has a certificate proves that the
key is his, and what the certificate is worth is told to the gate, which answers over HTTP.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, cast

from cryptography.x509 import Certificate
from OpenSSL import SSL, crypto

RECORD = 16_384
"""Bytes in a TLS record, at most."""

UNABLE_TO_GET_CRL = 3
"""X509_V_ERR_UNABLE_TO_GET_CRL: of this authority we have no list of what it revoked."""

_PROBLEMS = {
    9: "not valid yet",
    10: "expired",
    18: "signed by itself",
    19: "from an authority that is not known here",
    20: "from an authority that is not known here",
    21: "from an authority that is not known here",
    23: "revoked",
    26: "not made for clients",
}
"""X509_V_ERR_…"""

Failed = Callable[[str, str], None]
"""Told of the address and the reason of a TLS handshake that failed."""


class Secured(NamedTuple):
    """What a TLS handshake has proven."""

    certificate: Certificate | None
    """The charger's own, whose key it has."""
    problem: str
    """Why that certificate is worth nothing; empty = it is good."""


class SecureTransport(asyncio.Transport, asyncio.Protocol):
    """To the TCP connection a protocol, to the socket within a transport."""

    __slots__ = ("_closed", "_engine", "_failed", "_guest", "_open", "_raw")

    def __init__(self, context: SSL.Context, guest: asyncio.Protocol, failed: Failed) -> None:
        super().__init__()
        self._engine = SSL.Connection(context)
        self._engine.set_accept_state()
        self._guest = guest
        self._failed = failed
        self._open = False
        self._closed = False
        self._raw: asyncio.Transport

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection is there; the socket within waits as long as for its handshake."""
        self._raw = cast(asyncio.Transport, transport)
        self._guest.connection_made(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came, of the TLS handshake or behind it."""
        if self._closed:
            return
        try:
            self._engine.bio_write(data)
            if not self._open:
                self._shake_hands()
            if self._open:
                self._read()
        except SSL.Error as error:
            self._break(error)

    def eof_received(self) -> None:
        """The other side has closed its half."""
        self._guest.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection is over."""
        self._closed = True
        self._guest.connection_lost(exc)

    def pause_writing(self) -> None:
        """The charger does not read."""
        self._guest.pause_writing()

    def resume_writing(self) -> None:
        """It has read."""
        self._guest.resume_writing()

    # What the socket within does with it

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """`secured`: what the handshake has proven. Else the TCP connection's."""
        if name == "secured":
            return self._secured() if self._open else default
        return self._raw.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Sends; before the handshake is done there is nothing to say."""
        if self._open and not self._closed:
            try:
                self._engine.sendall(bytes(data))
            except SSL.Error as error:
                self._break(error)
            else:
                self._flush()

    def can_write_eof(self) -> bool:
        """TLS ends as a whole."""
        return False

    def close(self) -> None:
        """Says so, and closes when all is sent."""
        if self._open and not self._closed:
            self._closed = True
            with suppress(SSL.Error):  # it has broken down before
                self._engine.shutdown()
            self._flush()
        self._raw.close()

    def abort(self) -> None:
        """Cuts the connection."""
        self._closed = True
        self._raw.abort()

    def is_closing(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._closed or self._raw.is_closing()

    def pause_reading(self) -> None:
        """Stops reading."""
        self._raw.pause_reading()

    def resume_reading(self) -> None:
        """Reads again."""
        if not self._raw.is_closing():
            self._raw.resume_reading()

    # Inside

    def _shake_hands(self) -> None:
        try:
            self._engine.do_handshake()
            self._open = True
        except SSL.WantReadError:
            pass
        self._flush()

    def _read(self) -> None:
        while not self._closed:
            try:
                data = self._engine.recv(RECORD)
            except SSL.WantReadError:
                break
            except SSL.ZeroReturnError:
                self._guest.eof_received()
                break
            self._guest.data_received(data)
        self._flush()

    def _flush(self) -> None:
        while not self._raw.is_closing():
            try:
                self._raw.write(self._engine.bio_read(RECORD))
            except SSL.WantReadError:
                return

    def _break(self, error: SSL.Error) -> None:
        """Sends the alert that OpenSSL has written, and gives up."""
        self._closed = True
        self._flush()
        if not self._open:
            name = self._raw.get_extra_info("peername")
            self._failed(str(name[0]) if isinstance(name, tuple) else "", reason_of(error))
        self._raw.close()

    def _secured(self) -> Secured:
        certificate = self._engine.get_peer_certificate(as_cryptography=True)
        return Secured(certificate, self._engine.get_app_data() or "")


def judge(connection: SSL.Connection, _: crypto.X509, error: int, __: int, ok: int) -> bool:
    """OpenSSL's verdict on one certificate of a chain: kept if it is a no, and lived with."""
    if not ok and error != UNABLE_TO_GET_CRL and not connection.get_app_data():
        connection.set_app_data(problem_of(error))
    return True


def problem_of(error: int) -> str:
    """An X.509 error, in words for an operator."""
    return _PROBLEMS.get(error, f"not to be trusted (X.509 error {error})")


def reason_of(error: SSL.Error) -> str:
    """OpenSSL's own words."""
    stack = error.args[0] if error.args else ()
    words = [entry[-1] for entry in stack if isinstance(entry, tuple)] if stack else []
    return ", ".join(words) or type(error).__name__
