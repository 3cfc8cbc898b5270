"""Block M, certificates (ISO 15118)."""

from server.domain import commands
from server.domain.certificates import CertificateHash, CertificateUse, HashAlgorithm
from server.domain.commands import CommandAnswer
from server.ocpp import timestamps
from server.ocpp.saying import Heard, Said, Saying, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored


def no_ev_certificate(_: object, __: int) -> Payload:
    """The answer to Get15118EVCertificate: there is nobody here who issues contracts (M01)."""
    return {"status": "Failed", "exiResponse": ""}


def no_status(_: object, __: int) -> Payload:
    """The answer to GetCertificateStatus: there is nobody here who asks responders (M06)."""
    return {"status": "Failed"}


def no_chain_status(asked: Payload, now_us: int) -> Payload:
    """The answer to GetCertificateChainStatus: the same, for each certificate."""
    return {
        "certificateStatus": [
            {
                "certificateHashData": each["certificateHashData"],
                "source": each["source"],
                "status": "Failed",
                "nextUpdate": timestamps.write(now_us),
            }
            for each in asked["certificateStatusRequests"]
        ]
    }


HEARD: Heard = {
    "Get15118EVCertificate": (stored, no_ev_certificate),
    "GetCertificateChainStatus": (stored, no_chain_status),
    "GetCertificateStatus": (stored, no_status),
}
_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: "CSMSRootCertificate",
    CertificateUse.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
    CertificateUse.V2G_ROOT: "V2GRootCertificate",
    CertificateUse.MOBILITY_OPERATOR_ROOT: "MORootCertificate",
    CertificateUse.V2G_CHAIN: "V2GCertificateChain",
}


def install_certificate(command: commands.InstallCertificate) -> Payload:
    """InstallCertificate (M05)."""
    return {"certificateType": _USES[command.use], "certificate": command.certificate}


def delete_certificate(command: commands.DeleteCertificate) -> Payload:
    """DeleteCertificate (M04)."""
    told = command.certificate
    return {
        "certificateHashData": {
            "hashAlgorithm": told.algorithm.name,
            "issuerNameHash": told.issuer_name_hash,
            "issuerKeyHash": told.issuer_key_hash,
            "serialNumber": told.serial_number,
        }
    }


def get_installed_certificates(command: commands.GetInstalledCertificates) -> Payload:
    """GetInstalledCertificateIds (M03)."""
    return {"certificateType": [_USES[command.use]]}


def installed_certificates(payload: Payload) -> CommandAnswer:
    """Its answer, chains with what stands in them; that there are none is an answer too."""
    found = [
        hashes
        for chain in payload.get("certificateHashDataChain") or []
        for hashes in (
            chain["certificateHashData"],
            *(chain.get("childCertificateHashData") or []),
        )
    ]
    return CommandAnswer(payload["status"], True, certificates=tuple(map(_hash, found)))


def _hash(told: Payload) -> CertificateHash:
    return CertificateHash(
        HashAlgorithm[told["hashAlgorithm"]],
        told["issuerNameHash"],
        told["issuerKeyHash"],
        told["serialNumber"],
    )


SAID: Said = {
    commands.InstallCertificate: Saying(
        "InstallCertificate", install_certificate, yes_by("Accepted")
    ),
    commands.DeleteCertificate: Saying("DeleteCertificate", delete_certificate, yes_by("Accepted")),
    commands.GetInstalledCertificates: Saying(
        "GetInstalledCertificateIds", get_installed_certificates, installed_certificates
    ),
}
