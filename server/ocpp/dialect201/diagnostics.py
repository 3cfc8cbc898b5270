"""Block N, diagnostics: logs, what a charger keeps of its customers; monitoring.py has more."""

from server.domain import commands
from server.domain.commands import CommandAnswer, LogKind
from server.domain.display_messages import CustomerInformationTold, RequestCustomerInformation
from server.domain.facts import Transfer, TransferReported
from server.ocpp.dialect201 import words
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored
from server.ocpp.timestamps import write_datetime
from server.ocpp.transfer_tries import tries


def log_status(payload: Payload) -> Fact:
    """LogStatusNotification (N01)."""
    return TransferReported(Transfer.LOG, payload["status"], payload.get("requestId"))


def notify_customer_information(payload: Payload) -> Fact:
    """NotifyCustomerInformation (N09): `tbc` says that more is to come."""
    return CustomerInformationTold(
        payload["requestId"], payload["seqNo"], not payload.get("tbc"), payload["data"]
    )


def customer_information(command: RequestCustomerInformation) -> Payload:
    """CustomerInformation (N09, N10)."""
    return {
        "requestId": command.number,
        "report": command.report,
        "clear": command.clear,
        "idToken": words.id_token(command.token, command.kind),
    }


def no_stream(_: object, __: int) -> Payload:
    """The answer to OpenPeriodicEventStream: nobody here asked for one (N11)."""
    return {"status": "Rejected"}


HEARD: Heard = {
    "ClosePeriodicEventStream": (stored, noted),
    "LogStatusNotification": (log_status, noted),
    "NotifyCustomerInformation": (notify_customer_information, noted),
    "NotifyPeriodicEventStream": (stored, noted),
    "OpenPeriodicEventStream": (stored, no_stream),
}

_LOGS = {LogKind.DIAGNOSTICS: "DiagnosticsLog", LogKind.SECURITY: "SecurityLog"}


def get_log(command: commands.GetLog) -> Payload:
    """GetLog (N01)."""
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


def get_diagnostics(command: commands.GetDiagnostics) -> Payload:
    """GetLog of the diagnostics: what 1.6 has a call of its own for."""
    return get_log(
        commands.GetLog(
            command.number,
            LogKind.DIAGNOSTICS,
            command.uri,
            command.oldest,
            command.newest,
            command.retries,
        )
    )


def logging(payload: Payload) -> CommandAnswer:
    """The answer to GetLog."""
    status = payload["status"]
    accepted = status in {"Accepted", "AcceptedCanceled"}
    return CommandAnswer(status, accepted, file_name=payload.get("filename") or "")


SAID: Said = {
    commands.GetDiagnostics: Saying("GetLog", get_diagnostics, logging),
    commands.GetLog: Saying("GetLog", get_log, logging),
    RequestCustomerInformation: Saying(
        "CustomerInformation", customer_information, yes_by("Accepted")
    ),
}
