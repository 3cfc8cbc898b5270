"""Block A, security: what a charger tells of its own, and its certificate."""

from server.domain.facts import SecurityEventReported
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, noted
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment


def security_event(payload: Payload) -> Fact:
    """SecurityEventNotification (A04)."""
    time = moment(payload["timestamp"], "timestamp")
    return SecurityEventReported(payload["type"], time, payload.get("techInfo") or "")


def sign_certificate(_: Payload) -> None:
    """SignCertificate (A02): there is nobody here who signs."""


def not_signed(_: object, __: int) -> Payload:
    """Its answer."""
    return {"status": "Rejected"}


HEARD: Heard = {
    "SecurityEventNotification": (security_event, noted),
    "SignCertificate": (sign_certificate, not_signed),
}
SAID: Said = {}
