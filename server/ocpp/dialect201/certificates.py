"""Block M, certificates (ISO 15118)."""

from server.ocpp import timestamps
from server.ocpp.saying import Heard, Said
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
SAID: Said = {}
