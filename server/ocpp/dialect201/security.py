"""Block A, security: what a charger tells of its own, and its certificate."""

from server.domain import commands
from server.domain.certificates import CertificateKind
from server.domain.facts import CertificateAsked, SecurityEventReported
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment


def security_event(payload: Payload) -> Fact:
    """SecurityEventNotification (A04)."""
    time = moment(payload["timestamp"], "timestamp")
    return SecurityEventReported(payload["type"], time, payload.get("techInfo") or "")


_KINDS = {
    "ChargingStationCertificate": CertificateKind.CHARGE_POINT,
    "V2GCertificate": CertificateKind.V2G,
    "V2G20Certificate": CertificateKind.V2G,  # 2.1
}
_WORDS = {
    CertificateKind.CHARGE_POINT: "ChargingStationCertificate",
    CertificateKind.V2G: "V2GCertificate",
}


def sign_certificate(payload: Payload) -> Fact:
    """SignCertificate (A02); without a type it is the charger's own certificate."""
    kind = _KINDS.get(payload.get("certificateType") or "", CertificateKind.CHARGE_POINT)
    return CertificateAsked(kind, payload["csr"], payload.get("requestId"))


def asked_for(accepted: bool, _: int) -> Payload:
    """Its answer: whether somebody will see to it."""
    return {"status": "Accepted" if accepted else "Rejected"}


def certificate_signed(command: commands.InstallOwnCertificate) -> Payload:
    """CertificateSigned (A02); 2.1 wants to know of which request."""
    of_request = {} if command.number is None else {"requestId": command.number}
    return {
        "certificateChain": command.chain,
        "certificateType": _WORDS[command.kind],
        **of_request,
    }


HEARD: Heard = {
    "SecurityEventNotification": (security_event, noted),
    "SignCertificate": (sign_certificate, asked_for),
}
SAID: Said = {
    commands.InstallOwnCertificate: Saying(
        "CertificateSigned", certificate_signed, yes_by("Accepted")
    ),
}
