"""How a station proves who it is, and whom it trusts: passwords, TLS, its own certificate."""

import ssl
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from clients.charger.frames import Payload


class Security:
    """What a station knows of keys and certificates; all of it is in memory."""

    def __init__(
        self,
        trusted: str = "",
        certificate: str = "",
        key: str = "",
        *,
        secure_url: str = "",
        organization: str = "",
    ) -> None:
        """PEM texts. `secure_url`: where the central system is found by TLS, `wss://…`."""
        self.trusted = x509.load_pem_x509_certificates(trusted.encode()) if trusted else []
        self.chain = certificate
        self.secure_url = secure_url
        self.organization = organization
        self.network_profiles: dict[int, Payload] = {}
        """How the central system is to be reached, by slot (2.x)."""
        self._key = key
        self._next_key = ""

    def context(self) -> ssl.SSLContext:
        """TLS as it is spoken with what is known now."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata="".join(map(pem, self.trusted)))
        if self.chain:
            with TemporaryDirectory() as folder:  # ssl reads its own certificate from files alone
                chain, key = Path(folder) / "chain.pem", Path(folder) / "key.pem"
                chain.write_text(self.chain)
                key.write_text(self._key)
                context.load_cert_chain(chain, key)
        return context

    def request(self, identity: str) -> str:
        """A request for a certificate of a new key, PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        self._next_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        name = [x509.NameAttribute(NameOID.COMMON_NAME, identity)]
        if self.organization:
            name.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organization))
        made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(name))
        return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def take(self, chain: str) -> bool:
        """Takes the certificate that was asked for; False if it is of another key."""
        try:
            certificate = x509.load_pem_x509_certificates(chain.encode())[0]
            key = serialization.load_pem_private_key(self._next_key.encode(), None)
        except ValueError:
            return False
        if certificate.public_key() != key.public_key():
            return False
        self.chain, self._key, self._next_key = chain, self._next_key, ""
        return True

    def trust(self, certificate: str) -> bool:
        """Trusts a root; False if it is no certificate."""
        try:
            self.trusted.append(x509.load_pem_x509_certificate(certificate.encode()))
        except ValueError:
            return False
        return True

    def distrust(self, told: Payload) -> bool:
        """Trusts a root no more; False if it never did."""
        kept = [each for each in self.trusted if hash_data(each) != told]
        found = len(kept) < len(self.trusted)
        self.trusted = kept
        return found


def pem(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def hash_data(root: x509.Certificate) -> Payload:
    """CertificateHashData of a root."""
    made = ocsp.OCSPRequestBuilder().add_certificate(root, root, hashes.SHA256()).build()
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": made.issuer_name_hash.hex(),
        "issuerKeyHash": made.issuer_key_hash.hex(),
        "serialNumber": f"{root.serial_number:x}",
    }


def all_hash_data(roots: Iterable[x509.Certificate]) -> list[Payload]:
    """The same of several."""
    return [hash_data(each) for each in roots]
