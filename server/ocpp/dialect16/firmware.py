"""Firmware Management profile: transfers that a charger is asked for, and how they go."""

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.domain.facts import Transfer, TransferReported
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime
from server.ocpp.transfer_tries import tries


def diagnostics_status(payload: Payload) -> Fact:
    """DiagnosticsStatusNotification."""
    return TransferReported(Transfer.LOG, payload["status"])


def firmware_status(payload: Payload) -> Fact:
    """FirmwareStatusNotification."""
    return TransferReported(Transfer.FIRMWARE, payload["status"])


HEARD: Heard = {
    "DiagnosticsStatusNotification": (diagnostics_status, noted),
    "FirmwareStatusNotification": (firmware_status, noted),
}


def update_firmware(command: commands.UpdateFirmware) -> Payload:
    """UpdateFirmware."""
    when = write_datetime(command.retrieve_time)
    return {"location": command.uri, "retrieveDate": when, **tries(command.retries)}


def get_diagnostics(command: commands.GetDiagnostics) -> Payload:
    """GetDiagnostics."""
    payload: Payload = {"location": command.uri, **tries(command.retries)}
    if command.oldest:
        payload["startTime"] = write_datetime(command.oldest)
    if command.newest:
        payload["stopTime"] = write_datetime(command.newest)
    return payload


def agreed(_: Payload) -> CommandAnswer:
    """An answer without a word is a yes."""
    return CommandAnswer("", True)


def uploading(payload: Payload) -> CommandAnswer:
    """The answer to GetDiagnostics."""
    return CommandAnswer("", True, file_name=payload.get("fileName") or "")


SAID: Said = {
    commands.UpdateFirmware: Saying("UpdateFirmware", update_firmware, agreed),
    commands.GetDiagnostics: Saying("GetDiagnostics", get_diagnostics, uploading),
}
