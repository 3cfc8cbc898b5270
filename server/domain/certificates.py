"""Certificates in chargers. Numbers of enums are those of ampline.v1."""

from dataclasses import dataclass
from enum import IntEnum


class CertificateUse(IntEnum):
    """What an installed certificate is for: ampline.v1.CertificateUse."""

    CENTRAL_SYSTEM_ROOT = 1
    MANUFACTURER_ROOT = 2
    V2G_ROOT = 3
    MOBILITY_OPERATOR_ROOT = 4
    V2G_CHAIN = 5


class CertificateKind(IntEnum):
    """What a charger proves by its own certificate: ampline.v1.ChargePointCertificate.Kind."""

    CHARGE_POINT = 1
    V2G = 2


class CertificateState(IntEnum):
    """How far a charger's own certificate came: ampline.v1.ChargePointCertificate.State."""

    REQUESTED = 1
    DECLINED = 2
    SIGNED = 3
    REFUSED = 4
    INSTALLED = 5
    REVOKED = 6


class SigningRefusedError(Exception):
    """An authority does not sign that; the text says why."""


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
