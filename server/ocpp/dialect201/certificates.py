"""Block M, certificates (ISO 15118)."""

from server.domain import commands
from server.domain.certificate_questions import (
    ContractAnswer,
    ContractAsked,
    StatusAnswer,
    StatusAsked,
)
from server.domain.certificates import CertificateUse
from server.domain.commands import CommandAnswer
from server.ocpp import certificate_hashes, timestamps
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored

LONGEST_EXI, LONGEST_OCSP = 7_500, 5_500
"""Characters of an answer, by the schemas of 2.0.1."""


def ev_certificate(payload: Payload) -> Fact:
    """Get15118EVCertificate (M01, M02)."""
    return ContractAsked(payload)


def ev_certificate_given(answer: ContractAnswer, _: int) -> Payload:
    """Its answer; without somebody who issues contracts there is none."""
    if answer.problem or len(answer.exi_response) > LONGEST_EXI:
        return {**_failed(answer.problem or "TooLong"), "exiResponse": ""}
    return {"status": "Accepted", "exiResponse": answer.exi_response}


def certificate_status(payload: Payload) -> Fact:
    """GetCertificateStatus (M06)."""
    asked = payload["ocspRequestData"]
    return StatusAsked(certificate_hashes.read(asked), asked["responderURL"])


def certificate_status_told(answer: StatusAnswer, _: int) -> Payload:
    """Its answer; without a responder that may be asked there is none."""
    if answer.problem or len(answer.response) > LONGEST_OCSP:
        return _failed(answer.problem or "TooLong")
    return {"status": "Accepted", "ocspResult": answer.response}


def _failed(reason: str) -> Payload:
    return {"status": "Failed", "statusInfo": {"reasonCode": reason}}


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
    "Get15118EVCertificate": (ev_certificate, ev_certificate_given),
    "GetCertificateChainStatus": (stored, no_chain_status),
    "GetCertificateStatus": (certificate_status, certificate_status_told),
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
    return {"certificateHashData": certificate_hashes.written(command.certificate)}


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
    return CommandAnswer(
        payload["status"], True, certificates=tuple(map(certificate_hashes.read, found))
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
