"""Block O, display messages."""

from collections.abc import Mapping

from server.domain.display_messages import (
    ClearDisplayMessage,
    DisplayMessage,
    DisplayMessagesReported,
    Format,
    GetDisplayMessages,
    Priority,
    SetDisplayMessage,
    State,
)
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment, write_datetime

_PRIORITIES: Mapping[Priority | None, str] = {
    Priority.ALWAYS_FRONT: "AlwaysFront",
    Priority.IN_FRONT: "InFront",
    Priority.NORMAL_CYCLE: "NormalCycle",
}
_STATES = {
    State.CHARGING: "Charging",
    State.FAULTED: "Faulted",
    State.IDLE: "Idle",
    State.UNAVAILABLE: "Unavailable",
}
_PRIORITIES_READ = {word: priority for priority, word in _PRIORITIES.items()}
_STATES_READ = {word: state for state, word in _STATES.items()}


def set_display_message(command: SetDisplayMessage) -> Payload:
    """SetDisplayMessage (O01, O02)."""
    told = command.message
    content: Payload = {"format": (told.format or Format.UTF8).name, "content": told.content}
    if told.language:
        content["language"] = told.language
    message: Payload = {
        "id": told.number,
        "priority": _PRIORITIES[told.priority],
        "message": content,
    }
    if told.state:
        message["state"] = _STATES[told.state]
    if told.start:
        message["startDateTime"] = write_datetime(told.start)
    if told.end:
        message["endDateTime"] = write_datetime(told.end)
    if told.transaction_id:
        message["transactionId"] = told.transaction_id
    return {"message": message}


def clear_display_message(command: ClearDisplayMessage) -> Payload:
    """ClearDisplayMessage (O05)."""
    return {"id": command.number}


def get_display_messages(command: GetDisplayMessages) -> Payload:
    """GetDisplayMessages (O03, O04)."""
    numbers = {"id": list(command.messages)} if command.messages else {}
    return {"requestId": command.number, **numbers}


def notify_display_messages(payload: Payload) -> Fact:
    """NotifyDisplayMessages (O03, O04): `tbc` says that more is to come."""
    told = payload.get("messageInfo") or []
    return DisplayMessagesReported(
        payload["requestId"], not payload.get("tbc"), tuple(map(_read, told))
    )


def _read(told: Payload) -> DisplayMessage:
    get, content = told.get, told["message"]
    start, end = get("startDateTime"), get("endDateTime")
    return DisplayMessage(
        told["id"],
        _PRIORITIES_READ.get(told["priority"]),
        content["content"],
        Format.__members__.get(content["format"]),
        content.get("language") or "",
        _STATES_READ.get(get("state") or ""),
        moment(start, "messageInfo.startDateTime") if start else None,
        moment(end, "messageInfo.endDateTime") if end else None,
        get("transactionId") or "",
    )


HEARD: Heard = {"NotifyDisplayMessages": (notify_display_messages, noted)}
_ACCEPTED = yes_by("Accepted")
SAID: Said = {
    SetDisplayMessage: Saying("SetDisplayMessage", set_display_message, _ACCEPTED),
    ClearDisplayMessage: Saying("ClearDisplayMessage", clear_display_message, _ACCEPTED),
    GetDisplayMessages: Saying("GetDisplayMessages", get_display_messages, _ACCEPTED),
}
