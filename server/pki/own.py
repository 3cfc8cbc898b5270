"""A small authority of our own: one key, which signs certificates for chargers and nothing else."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.domain.certificates import CertificateKind, SigningRefusedError

NAME = "Ampline chargers"
ROOT_DAYS = 20 * 365
SLACK = timedelta(minutes=10)
"""By how much a charger's clock may be behind ours."""

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class OwnAuthority(NamedTuple):
    """The authority; `chain` begins with its own certificate, and leads to its root."""

    chain: tuple[x509.Certificate, ...]
    key: SigningKey
    validity: timedelta
    """How long what it signs is good."""

    async def sign(self, kind: CertificateKind, request: str) -> str | None:
        """The certificate with its chain, PEM. SigningRefusedError: not that kind."""
        if kind is not CertificateKind.CHARGE_POINT:
            raise SigningRefusedError("the platform's own authority is none of ISO 15118's")
        wanted = x509.load_pem_x509_csr(request.encode())
        made = _certificate(self, wanted).sign(self.key, hashes.SHA256())
        intermediates = [each for each in self.chain if each.subject != each.issuer]
        return "".join(_pem(each) for each in (made, *intermediates))


def _certificate(
    authority: OwnAuthority, wanted: x509.CertificateSigningRequest
) -> x509.CertificateBuilder:
    now, public, own = datetime.now(UTC), wanted.public_key(), authority.chain[0]
    end = min(now + authority.validity, own.not_valid_after_utc)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(wanted.subject)
        .issuer_name(own.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(_usage(for_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(identifier, critical=False)
    )


def _usage(*, for_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=for_authority,
        crl_sign=for_authority,
        encipher_only=False,
        decipher_only=False,
    )


def kept(certificate: Path, key: Path, validity: timedelta) -> OwnAuthority:
    """The authority of two files. OSError, ValueError: they are not there, or not of that kind."""
    chain = tuple(x509.load_pem_x509_certificates(certificate.read_bytes()))
    secret = serialization.load_pem_private_key(key.read_bytes(), None)
    if not isinstance(secret, SigningKey):
        raise ValueError(f"{key}: neither an RSA nor an EC key")  # noqa: TRY004 - the file's fault
    if chain[0].public_key() != secret.public_key():
        raise ValueError(f"{key}: not the key of {certificate}")
    return OwnAuthority(chain, secret, validity)


def kept_or_made(folder: Path, validity: timedelta) -> OwnAuthority:
    """The authority of a folder, made at the first time; nobody but its owner reads the key."""
    certificate, key = folder / "charger-authority.pem", folder / "charger-authority.key"
    if not certificate.exists():
        _make(certificate, key)
    if key.stat().st_mode & 0o077:
        raise ValueError(f"{key}: may be read by others than its owner")
    return kept(certificate, key, validity)


def _make(certificate: Path, key: Path) -> None:
    """The key first: a certificate that is there has one."""
    secret = ec.generate_private_key(ec.SECP384R1())
    private = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    certificate.parent.mkdir(parents=True, exist_ok=True)
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
        file.flush()
        os.fsync(file.fileno())
    certificate.write_text(_pem(_root(secret)))


def _root(secret: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    now, public = datetime.now(UTC), secret.public_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(_usage(for_authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(secret, hashes.SHA384())
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
