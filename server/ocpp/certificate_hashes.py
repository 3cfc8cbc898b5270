"""CertificateHashData, the same in all versions of OCPP."""

from server.domain.certificates import CertificateHash, HashAlgorithm
from server.ocpp.schemas import Payload


def written(told: CertificateHash) -> Payload:
    """As it is sent."""
    return {
        "hashAlgorithm": told.algorithm.name,
        "issuerNameHash": told.issuer_name_hash,
        "issuerKeyHash": told.issuer_key_hash,
        "serialNumber": told.serial_number,
    }


def read(told: Payload) -> CertificateHash:
    """As it came."""
    return CertificateHash(
        HashAlgorithm[told["hashAlgorithm"]],
        told["issuerNameHash"],
        told["issuerKeyHash"],
        told["serialNumber"],
    )
