"""The platform's own authority."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from server.domain.certificates import CertificateKind
from server.pki.choice import authority_of
from server.pki.outside import ByHand, EstAuthority
from server.pki.own import OwnAuthority, kept, kept_or_made
from server.settings import Settings, from_environment
from tests.ocpp.authority import Authority, key_pem, new_key, request_for

VALIDITY = timedelta(days=30)


async def signed(authority: OwnAuthority, request: str) -> list[x509.Certificate]:
    """The certificate and its chain."""
    chain = await authority.sign(CertificateKind.CHARGE_POINT, request)
    assert chain
    return x509.load_pem_x509_certificates(chain.encode())


async def test_it_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    authority = kept_or_made(tmp_path / "data", VALIDITY)
    again = kept_or_made(tmp_path / "data", VALIDITY)
    assert again.chain == authority.chain
    key = tmp_path / "data" / "charger-authority.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(ValueError, match="others than its owner"):
        kept_or_made(tmp_path / "data", VALIDITY)


async def test_what_it_signs(tmp_path: Path) -> None:
    authority = kept_or_made(tmp_path, VALIDITY)
    (first,) = await signed(authority, request_for("CP1", "Voltage Ltd"))
    (second,) = await signed(authority, request_for("CP1", "Voltage Ltd"))
    first.verify_directly_issued_by(authority.chain[0])
    assert first.subject.rfc4514_string() == "O=Voltage Ltd,CN=CP1"
    assert first.serial_number != second.serial_number
    usage = first.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not first.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    left = first.not_valid_after_utc - datetime.now(UTC)
    assert VALIDITY - timedelta(hours=1) < left <= VALIDITY


async def test_one_that_is_given_signs_with_its_chain(tmp_path: Path) -> None:
    root = Authority(tmp_path)
    key = new_key()
    below = root.below("Chargers", key)
    certificate, secret = tmp_path / "ca.pem", tmp_path / "ca.key"
    certificate.write_text(below + root.file.read_text())
    secret.write_bytes(key_pem(key))
    authority = kept(certificate, secret, timedelta(days=10_000))
    made, above = await signed(authority, request_for("CP1"))
    made.verify_directly_issued_by(above)
    above.verify_directly_issued_by(root.certificate)
    assert made.not_valid_after_utc <= above.not_valid_after_utc


def test_a_key_of_another_is_noticed(tmp_path: Path) -> None:
    root, secret = Authority(tmp_path), tmp_path / "other.key"
    secret.write_bytes(key_pem(new_key()))
    with pytest.raises(ValueError, match="not the key of"):
        kept(root.file, secret, VALIDITY)


async def test_the_settings_say_who_signs(tmp_path: Path) -> None:
    kinds = {"manual": ByHand, "https://est.example/.well-known/est": EstAuthority}
    for said, kind in kinds.items():
        settings = from_environment({"AMPLINE_CHARGER_CA": said})
        assert isinstance(authority_of(settings), kind)
    on_demand = authority_of(Settings(data=tmp_path / "own"))
    assert not (tmp_path / "own").exists()
    assert await on_demand.sign(CertificateKind.CHARGE_POINT, request_for("CP1"))
    with pytest.raises(ValueError, match="AMPLINE_CHARGER_CA"):
        from_environment({"AMPLINE_CHARGER_CA": "ftp://x"})
