"""Block A, security: what a charger tells of its own, and its certificate."""

from server.domain import commands
from server.domain.certificates import CertificateKind
from server.domain.commands import Command
from server.domain.device_commands import SetVariables
from server.domain.device_model import Setting, Wanted
from server.domain.facts import CertificateAsked, SecurityEventReported
from server.domain.security_commands import SetNetworkProfile, SetPassword, SetSecurityProfile
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, Steps, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment

MESSAGE_SECONDS = 30
"""How long a charger waits for our answers."""
FIRST_SLOT = 1


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


def set_network_profile(command: SetNetworkProfile) -> Payload:
    """SetNetworkProfile (B09)."""
    return {
        "configurationSlot": command.slot,
        "connectionData": {
            "ocppVersion": "OCPP20",
            "ocppTransport": "JSON",
            "ocppCsmsUrl": command.url,
            "messageTimeout": MESSAGE_SECONDS,
            "securityProfile": command.profile.ocpp_number,
            "ocppInterface": command.interface,
        },
    }


def set_password(command: SetPassword) -> tuple[Command, ...]:
    """The variable BasicAuthPassword (A01)."""
    return (_variable("SecurityCtrlr", "BasicAuthPassword", command.password),)


def set_security_profile(command: SetSecurityProfile) -> tuple[Command, ...]:
    """A network profile, which is preferred from now on, and a restart (A05, B09, B10)."""
    kept = SetNetworkProfile(command.profile, command.url, command.slot, command.interface)
    # The slot of today is the way back, should we not be reached by the new one.
    slots = dict.fromkeys((command.slot, FIRST_SLOT))
    priority = ",".join(map(str, slots))
    preferred = _variable("OCPPCommCtrlr", "NetworkConfigurationPriority", priority)
    return (kept, preferred, commands.Reset(commands.ResetKind.SOFT))


def _variable(component: str, key: str, value: str) -> Command:
    return SetVariables((Wanted(Setting(key, component), value),))


HEARD: Heard = {
    "SecurityEventNotification": (security_event, noted),
    "SignCertificate": (sign_certificate, asked_for),
}
SAID: Said = {
    SetNetworkProfile: Saying("SetNetworkProfile", set_network_profile, yes_by("Accepted")),
    commands.InstallOwnCertificate: Saying(
        "CertificateSigned", certificate_signed, yes_by("Accepted")
    ),
}
STEPS: Steps = {SetPassword: set_password, SetSecurityProfile: set_security_profile}
