"""Block N, diagnostics: logs, monitoring, what a charger keeps of its customers."""

from server.domain.facts import Transfer, TransferReported
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, noted
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored


def log_status(payload: Payload) -> Fact:
    """LogStatusNotification (N01)."""
    return TransferReported(Transfer.LOG, payload["status"], payload.get("requestId"))


def no_stream(_: object, __: int) -> Payload:
    """The answer to OpenPeriodicEventStream: nobody here asked for one (N11)."""
    return {"status": "Rejected"}


HEARD: Heard = {
    "ClosePeriodicEventStream": (stored, noted),
    "LogStatusNotification": (log_status, noted),
    "NotifyCustomerInformation": (stored, noted),
    "NotifyEvent": (stored, noted),
    "NotifyMonitoringReport": (stored, noted),
    "NotifyPeriodicEventStream": (stored, noted),
    "OpenPeriodicEventStream": (stored, no_stream),
}
SAID: Said = {}
