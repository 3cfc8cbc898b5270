"""The bridge's TLS: its certificate, whose certificates count, and what is spoken.

Everything stands in files, which are read again when one of them has changed, or when somebody
says so (SIGHUP). New connections get what was read last; those that are open go on.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from OpenSSL import SSL, crypto

from server.ocpp.link.secure import judge, problem_of

log = logging.getLogger(__name__)

CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
)
"""Of TLS 1.2, the best first: OCPP's four (A00.FR.318, A00.FR.319), and what RSA can do better.
TLS 1.3 brings its own."""


class TlsFiles(NamedTuple):
    """PEM files. Several certificates are of several kinds of keys, each with its key."""

    certificates: Sequence[Path]
    """Each with the chain that leads to its root."""
    keys: Sequence[Path]
    client_authorities: Sequence[Path] = ()
    """Whose certificates count as a charger's; lists of what they revoked may stand there too."""


class Tls:
    """What a new connection gets. OSError, ValueError: a file is missing, or has something else
    in it than it should."""

    def __init__(self, files: TlsFiles, own_authorities: Sequence[x509.Certificate] = ()) -> None:
        self._files = files
        self._own_authorities = own_authorities
        self._stamps = self._stamp()
        self.context = self._made()

    def reload(self) -> None:
        """Reads the files again; what cannot be used leaves everything as it was."""
        self._stamps = self._stamp()
        try:
            self.context = self._made()
        except (OSError, ValueError) as error:
            log.error("TLS goes on with what it had: %s", error)  # noqa: TRY400 - says it all
        else:
            log.info("TLS has read its files again")

    def look_again(self) -> None:
        """Reads the files again if one of them has changed."""
        if self._stamp() != self._stamps:
            self.reload()

    def judge(self, certificate: x509.Certificate) -> str:
        """Why a certificate is worth nothing of which a proxy tells; empty = it is good."""
        store = self.context.get_cert_store()
        assert store is not None
        checked = crypto.X509StoreContext(store, crypto.X509.from_cryptography(certificate))
        try:
            checked.verify_certificate()
        except crypto.X509StoreContextError as error:
            return problem_of(error.errors[0])
        return ""

    def _stamp(self) -> list[tuple[int, int, int] | None]:
        return [_stamp_of(path) for paths in self._files for path in paths]

    def _made(self) -> SSL.Context:
        try:
            return context_of(self._files, self._own_authorities)
        except (SSL.Error, crypto.Error) as error:
            named = ", ".join(str(path) for paths in self._files for path in paths)
            raise ValueError(f"no certificates with their keys: {named}: {error}") from error


def context_of(files: TlsFiles, own_authorities: Sequence[x509.Certificate]) -> SSL.Context:
    """How TLS is spoken."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_cipher_list(":".join(CIPHERS).encode())
    # A resumed session would bring a certificate of earlier, which nobody has looked at.
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_options(
        SSL.OP_NO_TICKET
        | SSL.OP_NO_COMPRESSION
        | SSL.OP_NO_RENEGOTIATION
        | SSL.OP_CIPHER_SERVER_PREFERENCE
    )
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)
    for certificate, key in zip(files.certificates, files.keys, strict=True):
        context.use_certificate_chain_file(str(certificate))
        context.use_privatekey_file(str(key))
    context.check_privatekey()
    if files.client_authorities or own_authorities:
        _ask_for_certificates(context, files.client_authorities, own_authorities)
    return context


def _ask_for_certificates(
    context: SSL.Context, files: Sequence[Path], own: Sequence[x509.Certificate]
) -> None:
    """Asks, and requires none: chargers that have a password come by the same port."""
    store = context.get_cert_store()
    assert store is not None
    for path in files:
        context.load_verify_locations(str(path))
        if b"BEGIN X509 CRL" in path.read_bytes():
            store.set_flags(crypto.X509StoreFlags.CRL_CHECK)
    for certificate in own:
        store.add_cert(crypto.X509.from_cryptography(certificate))
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_CLIENT_ONCE, judge)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None  # somebody is about to replace it
    return told.st_mtime_ns, told.st_size, told.st_ino
