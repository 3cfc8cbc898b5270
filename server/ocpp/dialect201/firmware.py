"""Block L, firmware."""

from server.domain.facts import Transfer, TransferReported
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, noted
from server.ocpp.schemas import Payload


def firmware_status(payload: Payload) -> Fact:
    """FirmwareStatusNotification (L01), PublishFirmwareStatusNotification (L03)."""
    return TransferReported(Transfer.FIRMWARE, payload["status"], payload.get("requestId"))


HEARD: Heard = {
    "FirmwareStatusNotification": (firmware_status, noted),
    "PublishFirmwareStatusNotification": (firmware_status, noted),
}
SAID: Said = {}
