"""Requests for certificates (PKCS #10): what may be signed, and what was.

OCPP 2.0.1, A02; security whitepaper for 1.6-J, section 4.2. The common name is the charger's
identity, the organisation the operator's where that is set.
"""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from server.domain.certificates import SigningRefusedError

LEAST_RSA_BITS = 2048
LEAST_CURVE_BITS = 256
LONGEST = 5500
"""Characters in a request, by the schemas of all versions."""

_WEAK = (hashes.MD5, hashes.SHA1)


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate that was made, with its chain."""

    chain: str
    serial_number: str  # hexadecimal, as OCPP writes it
    issuer: str
    begin: int  # microseconds since 1970
    end: int


def read_request(
    text: str, identity: str | None, organization: str
) -> x509.CertificateSigningRequest:
    """The request, which may be signed. SigningRefusedError says why not.

    Whatever its name is where `identity` is None: what cars are shown has names of its own.
    """
    try:
        request = x509.load_pem_x509_csr(text.encode())
        proven = request.is_signature_valid
        weak = isinstance(request.signature_hash_algorithm, _WEAK)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningRefusedError("no readable PKCS #10 request") from None
    if not proven or weak:
        raise SigningRefusedError("its own signature does not hold")
    if identity is not None:
        _require_name(request.subject, identity, organization)
    key_kind(request)
    return request


def _require_name(subject: x509.Name, identity: str, organization: str) -> None:
    if _values(subject, NameOID.COMMON_NAME) != [identity]:
        raise SigningRefusedError("its common name is not the identity of the charge point")
    if organization and _values(subject, NameOID.ORGANIZATION_NAME) != [organization]:
        raise SigningRefusedError(f"its organization is not {organization!r}")


def _values(name: x509.Name, oid: x509.ObjectIdentifier) -> list[str | bytes]:
    return [attribute.value for attribute in name.get_attributes_for_oid(oid)]


def key_kind(request: x509.CertificateSigningRequest) -> str:
    """`RSA 2048` or `EC secp256r1`. SigningRefusedError for what is weaker, or another kind."""
    key = request.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= LEAST_CURVE_BITS:
        return f"EC {key.curve.name}"
    raise SigningRefusedError(
        f"its key is neither RSA of {LEAST_RSA_BITS} bits nor EC of {LEAST_CURVE_BITS}"
    )


def read_signed(chain: str, request: str) -> Signed:
    """What was made of a request. SigningRefusedError: it is no certificate of that key."""
    try:
        certificate = x509.load_pem_x509_certificates(chain.encode())[0]
        wanted = x509.load_pem_x509_csr(request.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise SigningRefusedError("no readable certificate") from None
    if _bits(certificate) != _bits(wanted):
        raise SigningRefusedError("the certificate is of another key than the request")
    if _values(certificate.subject, NameOID.COMMON_NAME) != _values(
        wanted.subject, NameOID.COMMON_NAME
    ):
        raise SigningRefusedError("the certificate has another common name than the request")
    return Signed(
        chain,
        serial_text(certificate.serial_number),
        certificate.issuer.rfc4514_string(),
        int(certificate.not_valid_before_utc.timestamp()) * 1_000_000,
        int(certificate.not_valid_after_utc.timestamp()) * 1_000_000,
    )


def serial_text(number: int) -> str:
    """A serial number as OCPP writes it: hexadecimal digits, without leading zeros."""
    return f"{number:x}"


def _bits(whose: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return whose.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
