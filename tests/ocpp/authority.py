"""Certificates that a test makes: an authority, a server's, chargers'."""

import itertools
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey
_numbers = itertools.count(1)


def new_key() -> Key:
    """A private key."""
    return ec.generate_private_key(ec.SECP256R1())


def named(common_name: str, organization: str = "") -> x509.Name:
    """A distinguished name."""
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def key_pem(key: Key) -> bytes:
    """A private key as a file has it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def pem_of(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, as files."""

    certificate: Path
    key: Path


@dataclass
class Authority:
    """Signs what a test wants signed; its files are in `folder`."""

    folder: Path
    name: str = "Test root"
    key: Key = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.certificate = self._sign(named(self.name), self.key, days=365, is_authority=True)
        self.file = self._written(f"{self.name}.pem", pem_of(self.certificate).encode())

    def server(self, name: str = "server") -> Identity:
        """For a server at this machine."""
        at = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        return self._issued(name, named("localhost"), at, ExtendedKeyUsageOID.SERVER_AUTH)

    def charger(
        self,
        identity: str,
        days: float = 30,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    ) -> Identity:
        """For a charger; with days below 0 it has expired."""
        return self._issued(f"charger {identity}", named(identity), [], usage, days)

    def signed(self, identity: str, key: Key) -> str:
        """A charger's certificate for a key of its own, as text."""
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        return pem_of(self._sign(named(identity), key, days=30, usage=usage))

    def below(self, name: str, key: Key) -> str:
        """An authority below this one, as text."""
        return pem_of(self._sign(named(name), key, days=100, is_authority=True))

    def answering(self, request: x509.CertificateSigningRequest) -> x509.Certificate:
        """What was asked for."""
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        return self._sign(request.subject, request, days=30, usage=usage)

    def trusting(self, identity: Identity | None = None) -> ssl.SSLContext:
        """What a client of ours needs: our authority, and its own certificate if it has one."""
        context = ssl.create_default_context(cafile=str(self.file))
        if identity:
            context.load_cert_chain(identity.certificate, identity.key)
        return context

    def revoked(self, *identities: Identity) -> Path:
        """A file with the authority, and the list of those that it revoked."""
        now = datetime.now(UTC)
        made = x509.CertificateRevocationListBuilder(
            self.certificate.subject, now - timedelta(days=1), now + timedelta(days=1)
        )
        for identity in identities:
            told = x509.load_pem_x509_certificate(identity.certificate.read_bytes())
            entry = x509.RevokedCertificateBuilder(told.serial_number, now - timedelta(hours=1))
            made = made.add_revoked_certificate(entry.build())
        told_list = made.sign(self.key, hashes.SHA256())
        text = told_list.public_bytes(serialization.Encoding.PEM)
        return self._written("revoked.pem", self.file.read_bytes() + text)

    def _issued(
        self,
        file: str,
        subject: x509.Name,
        at: Sequence[x509.GeneralName],
        usage: x509.ObjectIdentifier,
        days: float = 30,
    ) -> Identity:
        key, file = new_key(), f"{file} {next(_numbers)}"
        certificate = self._sign(subject, key, days=days, at=at, usage=usage)
        return Identity(
            self._written(f"{file}.pem", pem_of(certificate).encode()),
            self._written(f"{file}.key", key_pem(key)),
        )

    def _sign(
        self,
        subject: x509.Name,
        key: Key | x509.CertificateSigningRequest,
        *,
        days: float,
        is_authority: bool = False,
        at: Sequence[x509.GeneralName] = (),
        usage: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(named(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=100))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if at:
            made = made.add_extension(x509.SubjectAlternativeName(at), critical=False)
        if usage:
            made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def _written(self, name: str, content: bytes) -> Path:
        file = self.folder / name
        file.write_bytes(content)
        return file


def request_for(identity: str, organization: str = "", key: Any = None) -> str:
    """A request for a certificate, as a charger makes it."""
    made = x509.CertificateSigningRequestBuilder().subject_name(named(identity, organization))
    signed = made.sign(key or new_key(), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def tls_settings(authority: Authority, server: Identity | None = None) -> dict[str, Any]:
    """Of a bridge with a TLS port, which trusts the authority's chargers."""
    own = server or authority.server()
    return {
        "ocpp_tls_port": 0,
        "ocpp_tls_certificates": (own.certificate,),
        "ocpp_tls_keys": (own.key,),
        "ocpp_client_authorities": (authority.file,),
    }
