"""Block F, remote control: starts and stops from afar, unlocking, triggers."""

from server.domain import commands
from server.domain.commands import TriggeredMessage
from server.ocpp.dialect201.smart_charging import profile
from server.ocpp.dialect201.words import id_token
from server.ocpp.saying import Heard, Said, Saying, yes_by
from server.ocpp.schemas import Payload


def request_start(command: commands.StartTransaction) -> Payload:
    """RequestStartTransaction (F01, F02); without an EVSE the charger chooses."""
    payload: Payload = {
        "idToken": id_token(command.token, command.token_kind),
        "remoteStartId": command.remote_start_id,
    }
    if command.evse:
        payload["evseId"] = command.evse
    if command.profile:
        payload["chargingProfile"] = profile(command.profile)
    return payload


def request_stop(command: commands.StopTransaction) -> Payload:
    """RequestStopTransaction (F03)."""
    return {"transactionId": command.transaction_id}


def unlock_connector(command: commands.UnlockConnector) -> Payload:
    """UnlockConnector (F05)."""
    return {"evseId": command.evse, "connectorId": command.connector or 1}


_TRIGGERED = {
    TriggeredMessage.BOOT_NOTIFICATION: "BootNotification",
    TriggeredMessage.LOG_STATUS_NOTIFICATION: "LogStatusNotification",
    TriggeredMessage.FIRMWARE_STATUS_NOTIFICATION: "FirmwareStatusNotification",
    TriggeredMessage.HEARTBEAT: "Heartbeat",
    TriggeredMessage.METER_VALUES: "MeterValues",
    TriggeredMessage.STATUS_NOTIFICATION: "StatusNotification",
    TriggeredMessage.SIGN_CERTIFICATE: "SignChargingStationCertificate",
    TriggeredMessage.SIGN_V2G_CERTIFICATE: "SignV2GCertificate",
    TriggeredMessage.SIGN_COMBINED_CERTIFICATE: "SignCombinedCertificate",
    TriggeredMessage.TRANSACTION_EVENT: "TransactionEvent",
    TriggeredMessage.PUBLISH_FIRMWARE_STATUS_NOTIFICATION: "PublishFirmwareStatusNotification",
}
_OF_A_CONNECTOR = {TriggeredMessage.STATUS_NOTIFICATION}
"""A status is one connector's, so that has to be named (F06.FR.12)."""


def trigger_message(
    command: commands.TriggerMessage | commands.ExtendedTriggerMessage,
) -> Payload:
    """TriggerMessage (F06)."""
    payload: Payload = {"requestedMessage": _TRIGGERED[command.message]}
    if command.evse:
        connector = {"connectorId": 1} if command.message in _OF_A_CONNECTOR else {}
        payload["evse"] = {"id": command.evse, **connector}
    return payload


HEARD: Heard = {}
SAID: Said = {
    commands.StartTransaction: Saying("RequestStartTransaction", request_start, yes_by("Accepted")),
    commands.StopTransaction: Saying("RequestStopTransaction", request_stop, yes_by("Accepted")),
    commands.UnlockConnector: Saying("UnlockConnector", unlock_connector, yes_by("Unlocked")),
    commands.TriggerMessage: Saying("TriggerMessage", trigger_message, yes_by("Accepted")),
    commands.ExtendedTriggerMessage: Saying("TriggerMessage", trigger_message, yes_by("Accepted")),
}
