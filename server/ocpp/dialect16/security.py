"""The security whitepaper's messages for 1.6 (Improved security for OCPP 1.6-J, edition 3)."""

from server.domain import commands
from server.domain.certificates import CertificateKind
from server.domain.commands import Command, CommandAnswer, LogKind
from server.domain.device_commands import SetConfiguration
from server.domain.facts import (
    CertificateAsked,
    SecurityEventReported,
    Transfer,
    TransferReported,
)
from server.domain.security_commands import SetPassword, SetSecurityProfile
from server.ocpp.dialect16.commands import triggering
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, Steps, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment, write_datetime
from server.ocpp.transfer_tries import tries


def security_event(payload: Payload) -> Fact:
    """SecurityEventNotification."""
    time = moment(payload["timestamp"], "timestamp")
    return SecurityEventReported(payload["type"], time, payload.get("techInfo") or "")


def log_status(payload: Payload) -> Fact:
    """LogStatusNotification."""
    return TransferReported(Transfer.LOG, payload["status"], payload.get("requestId"))


def signed_firmware_status(payload: Payload) -> Fact:
    """SignedFirmwareStatusNotification."""
    return TransferReported(Transfer.FIRMWARE, payload["status"], payload.get("requestId"))


def sign_certificate(payload: Payload) -> Fact:
    """SignCertificate."""
    return CertificateAsked(CertificateKind.CHARGE_POINT, payload["csr"])


def asked_for(accepted: bool, _: int) -> Payload:
    """Its answer: whether somebody will see to it."""
    return {"status": "Accepted" if accepted else "Rejected"}


HEARD: Heard = {
    "SecurityEventNotification": (security_event, noted),
    "LogStatusNotification": (log_status, noted),
    "SignedFirmwareStatusNotification": (signed_firmware_status, noted),
    "SignCertificate": (sign_certificate, asked_for),
}

_LOGS = {LogKind.DIAGNOSTICS: "DiagnosticsLog", LogKind.SECURITY: "SecurityLog"}


def get_log(command: commands.GetLog) -> Payload:
    """GetLog."""
    log: Payload = {"remoteLocation": command.uri}
    if command.oldest:
        log["oldestTimestamp"] = write_datetime(command.oldest)
    if command.newest:
        log["latestTimestamp"] = write_datetime(command.newest)
    return {
        "logType": _LOGS[command.kind],
        "requestId": command.number,
        "log": log,
        **tries(command.retries),
    }


def logging(payload: Payload) -> CommandAnswer:
    """The answer to GetLog."""
    status = payload["status"]
    accepted = status in {"Accepted", "AcceptedCanceled"}
    return CommandAnswer(status, accepted, file_name=payload.get("filename") or "")


def update_signed_firmware(command: commands.UpdateSignedFirmware) -> Payload:
    """SignedUpdateFirmware."""
    firmware: Payload = {
        "location": command.uri,
        "retrieveDateTime": write_datetime(command.retrieve_time),
        "signingCertificate": command.signing_certificate,
        "signature": command.signature,
    }
    if command.install_time:
        firmware["installDateTime"] = write_datetime(command.install_time)
    return {"requestId": command.number, "firmware": firmware, **tries(command.retries)}


_TRIGGERED = {
    commands.TriggeredMessage.BOOT_NOTIFICATION: "BootNotification",
    commands.TriggeredMessage.LOG_STATUS_NOTIFICATION: "LogStatusNotification",
    commands.TriggeredMessage.FIRMWARE_STATUS_NOTIFICATION: "FirmwareStatusNotification",
    commands.TriggeredMessage.HEARTBEAT: "Heartbeat",
    commands.TriggeredMessage.METER_VALUES: "MeterValues",
    commands.TriggeredMessage.STATUS_NOTIFICATION: "StatusNotification",
    commands.TriggeredMessage.SIGN_CERTIFICATE: "SignChargePointCertificate",
}


def trigger_message(command: commands.ExtendedTriggerMessage) -> Payload:
    """ExtendedTriggerMessage."""
    return triggering(_TRIGGERED, command)


SAID: Said = {
    commands.ExtendedTriggerMessage: Saying(
        "ExtendedTriggerMessage", trigger_message, yes_by("Accepted")
    ),
    commands.GetLog: Saying("GetLog", get_log, logging),
    commands.UpdateSignedFirmware: Saying(
        "SignedUpdateFirmware", update_signed_firmware, yes_by("Accepted", "AcceptedCanceled")
    ),
}


def set_password(command: SetPassword) -> tuple[Command, ...]:
    """The key AuthorizationKey."""
    return (SetConfiguration("AuthorizationKey", command.password),)


def set_security_profile(command: SetSecurityProfile) -> tuple[Command, ...]:
    """The key SecurityProfile; the charger comes back by itself (whitepaper, A05)."""
    return (SetConfiguration("SecurityProfile", str(command.profile.ocpp_number)),)


STEPS: Steps = {SetPassword: set_password, SetSecurityProfile: set_security_profile}
