"""Core and Remote Trigger profiles, to the charger: commands to calls, answers to words."""

from collections.abc import Mapping

from server.domain import commands
from server.domain.commands import CommandAnswer
from server.ocpp.dialect16.smart_charging import profile
from server.ocpp.saying import Said, Saying, nothing, yes_by
from server.ocpp.schemas import Payload


def remote_start(command: commands.StartTransaction) -> Payload:
    """RemoteStartTransaction; without a connector the charger chooses."""
    payload: Payload = {"idTag": command.token}
    if command.evse:
        payload["connectorId"] = command.evse
    if command.profile:
        payload["chargingProfile"] = profile(command.profile)
    return payload


def remote_stop(command: commands.StopTransaction) -> Payload:
    """RemoteStopTransaction."""
    number = command.transaction_id
    return {"transactionId": int(number) if number.isdecimal() else number}


def unlock_connector(command: commands.UnlockConnector) -> Payload:
    """UnlockConnector."""
    return {"connectorId": command.evse}


def reset(command: commands.Reset) -> Payload:
    """Reset; that of an EVSE alone is said as in 2.x, which the schema of 1.6 refuses."""
    kind = {commands.ResetKind.SOFT: "Soft", commands.ResetKind.HARD: "Hard"}[command.kind]
    return {"type": kind, **({"evseId": command.evse} if command.evse else {})}


def change_availability(command: commands.ChangeAvailability) -> Payload:
    """ChangeAvailability."""
    operative = command.availability is commands.Availability.OPERATIVE
    return {"connectorId": command.evse, "type": "Operative" if operative else "Inoperative"}


_TRIGGERED = {
    commands.TriggeredMessage.BOOT_NOTIFICATION: "BootNotification",
    commands.TriggeredMessage.LOG_STATUS_NOTIFICATION: "DiagnosticsStatusNotification",
    commands.TriggeredMessage.FIRMWARE_STATUS_NOTIFICATION: "FirmwareStatusNotification",
    commands.TriggeredMessage.HEARTBEAT: "Heartbeat",
    commands.TriggeredMessage.METER_VALUES: "MeterValues",
    commands.TriggeredMessage.STATUS_NOTIFICATION: "StatusNotification",
}


def trigger_message(command: commands.TriggerMessage) -> Payload:
    """TriggerMessage."""
    return triggering(_TRIGGERED, command)


def triggering(
    words: Mapping[commands.TriggeredMessage, str],
    command: commands.TriggerMessage | commands.ExtendedTriggerMessage,
) -> Payload:
    """A call for a message; one that 1.6 has not breaks the schema, and is refused for that."""
    payload: Payload = {"requestedMessage": words.get(command.message, command.message.name)}
    if command.evse:
        payload["connectorId"] = command.evse
    return payload


def data_transfer(command: commands.SendDataTransfer) -> Payload:
    """DataTransfer."""
    payload: Payload = {"vendorId": command.vendor_id}
    if command.message_id:
        payload["messageId"] = command.message_id
    if command.data:
        payload["data"] = command.data
    return payload


def data_transferred(payload: Payload) -> CommandAnswer:
    """Its answer."""
    status = payload["status"]
    return CommandAnswer(status, status == "Accepted", data=payload.get("data") or "")


SAID: Said = {
    commands.StartTransaction: Saying("RemoteStartTransaction", remote_start, yes_by("Accepted")),
    commands.StopTransaction: Saying("RemoteStopTransaction", remote_stop, yes_by("Accepted")),
    commands.UnlockConnector: Saying("UnlockConnector", unlock_connector, yes_by("Unlocked")),
    commands.Reset: Saying("Reset", reset, yes_by("Accepted")),
    commands.ChangeAvailability: Saying(
        "ChangeAvailability", change_availability, yes_by("Accepted", "Scheduled")
    ),
    commands.TriggerMessage: Saying("TriggerMessage", trigger_message, yes_by("Accepted")),
    commands.ClearCache: Saying("ClearCache", nothing, yes_by("Accepted")),
    commands.SendDataTransfer: Saying("DataTransfer", data_transfer, data_transferred),
}
