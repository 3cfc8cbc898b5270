"""Certificates in chargers. Numbers of enums are those of ampline.v1."""

from dataclasses import dataclass
from enum import IntEnum


class CertificateUse(IntEnum):
    """What a root certificate is trusted for."""

    CENTRAL_SYSTEM_ROOT = 1
    MANUFACTURER_ROOT = 2


class HashAlgorithm(IntEnum):
    """How the hashes of a `CertificateHash` are made."""

    SHA256 = 1
    SHA384 = 2
    SHA512 = 3


@dataclass(frozen=True, slots=True)
class CertificateHash:
    """What a certificate is told by, in hexadecimal digits (RFC 6960, CertID)."""

    algorithm: HashAlgorithm
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str
