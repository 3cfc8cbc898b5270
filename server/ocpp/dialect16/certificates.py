"""Certificates, to the charger (security whitepaper for 1.6-J, sections 4.2 to 4.6)."""

from server.domain import commands
from server.domain.certificates import CertificateKind, CertificateUse
from server.domain.commands import CommandAnswer
from server.ocpp import certificate_hashes
from server.ocpp.saying import Said, Saying, yes_by
from server.ocpp.schemas import Payload

_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: "CentralSystemRootCertificate",
    CertificateUse.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
}


def install_certificate(command: commands.InstallCertificate) -> Payload:
    """InstallCertificate."""
    return {
        "certificateType": _USES.get(command.use, command.use.name),
        "certificate": command.certificate,
    }


def delete_certificate(command: commands.DeleteCertificate) -> Payload:
    """DeleteCertificate."""
    return {"certificateHashData": certificate_hashes.written(command.certificate)}


def get_installed_certificates(command: commands.GetInstalledCertificates) -> Payload:
    """GetInstalledCertificateIds."""
    return {"certificateType": _USES.get(command.use, command.use.name)}


def installed_certificates(payload: Payload) -> CommandAnswer:
    """Its answer; that there are none is an answer too."""
    found = tuple(map(certificate_hashes.read, payload.get("certificateHashData") or []))
    return CommandAnswer(payload["status"], True, certificates=found)


def certificate_signed(command: commands.InstallOwnCertificate) -> Payload:
    """CertificateSigned; 1.6 has one kind of them, and no word for another."""
    other = {} if command.kind is CertificateKind.CHARGE_POINT else {"kind": command.kind.name}
    return {"certificateChain": command.chain, **other}


SAID: Said = {
    commands.InstallCertificate: Saying(
        "InstallCertificate", install_certificate, yes_by("Accepted")
    ),
    commands.DeleteCertificate: Saying("DeleteCertificate", delete_certificate, yes_by("Accepted")),
    commands.InstallOwnCertificate: Saying(
        "CertificateSigned", certificate_signed, yes_by("Accepted")
    ),
    commands.GetInstalledCertificates: Saying(
        "GetInstalledCertificateIds", get_installed_certificates, installed_certificates
    ),
}
