"""Block L, firmware."""

from server.domain import commands
from server.domain.facts import Transfer, TransferReported
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime
from server.ocpp.transfer_tries import tries

agreed = yes_by("Accepted", "AcceptedCanceled")


def firmware_status(payload: Payload) -> Fact:
    """FirmwareStatusNotification (L01), PublishFirmwareStatusNotification (L03)."""
    uris = tuple(payload.get("location") or ())
    return TransferReported(Transfer.FIRMWARE, payload["status"], payload.get("requestId"), uris)


HEARD: Heard = {
    "FirmwareStatusNotification": (firmware_status, noted),
    "PublishFirmwareStatusNotification": (firmware_status, noted),
}


def update_firmware(command: commands.UpdateFirmware) -> Payload:
    """UpdateFirmware, without a signature (L02)."""
    firmware = {"location": command.uri, "retrieveDateTime": write_datetime(command.retrieve_time)}
    return {"requestId": command.number, "firmware": firmware, **tries(command.retries)}


def update_signed_firmware(command: commands.UpdateSignedFirmware) -> Payload:
    """UpdateFirmware (L01)."""
    firmware: Payload = {
        "location": command.uri,
        "retrieveDateTime": write_datetime(command.retrieve_time),
        "signingCertificate": command.signing_certificate,
        "signature": command.signature,
    }
    if command.install_time:
        firmware["installDateTime"] = write_datetime(command.install_time)
    return {"requestId": command.number, "firmware": firmware, **tries(command.retries)}


def publish_firmware(command: commands.PublishFirmware) -> Payload:
    """PublishFirmware (L03)."""
    return {
        "location": command.uri,
        "checksum": command.md5,
        "requestId": command.number,
        **tries(command.retries),
    }


def unpublish_firmware(command: commands.UnpublishFirmware) -> Payload:
    """UnpublishFirmware (L04)."""
    return {"checksum": command.md5}


SAID: Said = {
    commands.PublishFirmware: Saying("PublishFirmware", publish_firmware, yes_by("Accepted")),
    commands.UnpublishFirmware: Saying(
        "UnpublishFirmware", unpublish_firmware, yes_by("Unpublished")
    ),
    commands.UpdateFirmware: Saying("UpdateFirmware", update_firmware, agreed),
    commands.UpdateSignedFirmware: Saying("UpdateFirmware", update_signed_firmware, agreed),
}
